// The form editor's own texts in the reader's language; imported before the editor itself.
import { wordsOf } from '../studio/dom.js';

export const say = wordsOf('editor-more');
globalThis.formWords = (text) => say(text);
