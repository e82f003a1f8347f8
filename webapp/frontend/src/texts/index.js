// Editors of plain text: letters and messages, settings as a form, any file as it is written.
import './texts.css';
import { wordsOf } from '../studio/dom.js';
import settings from './settings.js';
import writing from './writing.js';

const say = wordsOf('editor-more');
const form = document.getElementById('settings-form');
if (form) settings(form, say);
else writing(document.getElementById('text') || document.getElementById('raw'), say);
document.body.dataset.ready = 'yes';
