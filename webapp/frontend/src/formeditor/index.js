// The editor of forms: palette, canvas, what a component can be told, and the form as people see it.
import '../studio/nonce.js';
import './words.js';
import './formeditor.css';
import { FormEditor } from '@bpmn-io/form-js-editor';
import { Saving, file } from '../studio/saving.js';
import { el } from '../studio/dom.js';
import Problems from '../studio/problems.js';
import { say } from './words.js';
import { GROUPS, KINDS } from './kinds.js';
import Preview from './preview.js';
import Properties from './properties.js';
import { written } from './schema.js';

const box = document.getElementById('form-editor');
const setup = JSON.parse(document.getElementById('form-setup').textContent);

// The panel of the editor itself is not used: ours offers what the server renders, in words.
const editor = new FormEditor({
  container: box,
  propertiesPanel: { parent: document.getElementById('properties') },
  additionalModules: [{ propertiesPanel: ['value', { attachTo() {}, registerProvider() {} }] }],
});
box.editor = editor;
box.written = written;

// The palette offers the kinds that the server renders; new ones are called as people call them.
function reducePalette() {
  const fields = editor.get('formFields')._formFields;
  const ordered = Object.entries(fields).sort(([a], [b]) => Object.keys(KINDS).indexOf(a) - Object.keys(KINDS).indexOf(b));
  for (const [type, component] of ordered) {
    if (type === 'default') continue;
    const { config } = component;
    if (KINDS[type]) {
      const create = config.create || ((attributes) => attributes);
      config.name = say(`kind-${type}`);
      config.group = GROUPS[type] || config.group;
      config.create = (attributes = {}, ...more) => {
        const made = { ...create(attributes, ...more) };
        for (const key of ['label', 'dateLabel']) if (made[key] && !attributes[key]) made[key] = say(`kind-${type}`);
        return made;
      };
    }
    Object.defineProperty(fields, type, { value: component, enumerable: Boolean(KINDS[type]), configurable: true });
  }
}

let opened = {};
let imported = {};
const text = () => written(editor.saveSchema(), opened, imported);
let problems = { later() {} };
const saving = new Saving(text, () => problems.later());
const properties = new Properties(editor, document.getElementById('properties'), setup.lists);
const named = (name) => editor.get('formFieldRegistry').getAll().find((one) => name && [one.key, one.path, one.id, one.label].includes(name));
const select = (name) => {
  const found = named(name);
  if (found) editor.get('selection').set(found);
};
const preview = new Preview(text, select);

// Drawing or looking: the middle of the page is one or the other.
const modes = [...document.querySelectorAll('[data-mode]')];
function choose(mode) {
  for (const button of modes) button.setAttribute('aria-pressed', String(button.dataset.mode === mode));
  box.hidden = mode !== 'draw';
  document.getElementById('preview').hidden = mode === 'draw';
  preview.show(mode !== 'draw', mode === 'phone');
}
for (const button of modes) button.addEventListener('click', () => choose(button.dataset.mode));

// One press puts a component at the end, as Enter does; dragging puts it anywhere.
box.addEventListener('click', (event) => {
  const entry = event.detail === 1 && event.target.closest('.fjs-palette-field');
  if (entry) entry.dispatchEvent(new KeyboardEvent('keydown', { code: 'Enter', bubbles: true }));
});

document.getElementById('undo').addEventListener('click', () => editor.get('commandStack').undo());
document.getElementById('redo').addEventListener('click', () => editor.get('commandStack').redo());

async function begin() {
  opened = JSON.parse(file.content || '{"components": []}');
  reducePalette();
  await editor.importSchema(structuredClone(opened));
  imported = editor.saveSchema();
  if (saving.last === file.content) saving.last = text();
  editor.on('commandStack.changed', () => {
    saving.changed();
    preview.later();
  });
  properties.show();
  problems = new Problems(async () => text(), { lead: ({ element }) => named(element) && (() => { choose('draw'); select(element); }) });
  document.body.dataset.ready = 'yes';
}

begin().catch((error) => {
  saving.stopped = 'refused';
  box.replaceChildren(el('p', { class: 'error-text' }, say('unreadable')), el('p', { class: 'small soft' }, error.message));
});
