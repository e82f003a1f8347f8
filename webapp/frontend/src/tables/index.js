// The editor of decision tables: the tables of a file, the picture that joins them, a box to try.
import nonce from '../studio/nonce.js';
import './tables.css';
import '../feel/feel.css';
import Modeler from 'dmn-js/lib/Modeler';
import { Saving, file } from '../studio/saving.js';
import { el, wordsOf } from '../studio/dom.js';
import Problems from '../studio/problems.js';
import Deciding from './deciding.js';
import draw from './drawn.js';
import notes from './notes.js';
import words from './words.js';

const say = wordsOf('editor-more');
const box = document.getElementById('tables');
const tabs = document.getElementById('table-tabs');
const addNote = document.getElementById('add-note');

const editor = new Modeler({
  container: box,
  drd: { additionalModules: [words] },
  decisionTable: { additionalModules: [words, notes(say)] },
  literalExpression: { additionalModules: [words] },
  boxedExpression: { additionalModules: [words] },
});
box.editor = editor;

const text = async () => (await editor.saveXML({ format: true })).xml;
const saving = new Saving(text, () => problems.later());
const fired = el('style');
fired.nonce = nonce;
const faulty = el('style');
faulty.nonce = nonce;
document.head.append(fired, faulty);
const deciding = new Deciding(text, say, (rules) => {
  const cells = rules.map((id) => `.dmn-decision-table-container td[data-row-id="${CSS.escape(id)}"]`);
  fired.textContent = cells.length ? `${cells.join(',')} { background: var(--green-wash); }` : '';
});
let problems = { later() {} };

const TITLES = { drd: 'drd', decisionTable: '', literalExpression: '', boxedExpression: '' };

// Readers of the screen want a word in every head of a table; the editor leaves the first empty,
// and says some titles without asking for a translation.
const UNTOLD = ['Move Input', 'Move Output', 'Powered by bpmn.io'];
function nameHeads() {
  for (const title of UNTOLD) {
    const told = words.translate[1](title);
    if (told !== title) for (const one of box.querySelectorAll(`[title="${title}"]`)) one.title = told;
  }
  for (const head of box.querySelectorAll('th.index-column:empty')) head.textContent = '#';
}

function showTabs() {
  const active = editor.getActiveView();
  tabs.replaceChildren(...editor.getViews().map((view) => el('button', {
    type: 'button', class: 'btn btn-small', 'aria-pressed': String(view.element === active?.element),
    onclick: () => editor.open(view),
  }, TITLES[view.type] ? say(TITLES[view.type]) : view.name || view.id)));
  addNote.hidden = active?.type !== 'decisionTable';
  const decision = active?.element?.$type === 'dmn:Decision' ? active.element.id : '';
  if (decision !== deciding.decision) deciding.of(decision);
  nameHeads();
}

function changed() {
  saving.changed();
  deciding.later();
}

// The list of a column's types lies outside the menu it belongs to, and a press on it or on its
// arrow would move the focus there: the menu would close before the choice arrives.
box.addEventListener('mousedown', (event) => {
  if (event.target.closest('.dms-select-options, .dms-input-select-icon')) event.preventDefault();
}, true);

new MutationObserver(nameHeads).observe(box, { childList: true, subtree: true });

const watched = new WeakSet();
function watch() {
  const viewer = editor.getActiveViewer();
  if (!viewer || watched.has(viewer)) return;
  watched.add(viewer);
  viewer.on('elements.changed', changed);
  viewer.on('commandStack.changed', changed);
}

// A heading opens by one press, not only by two; what can be dragged or is a button stays itself.
box.addEventListener('click', ({ target, clientX, clientY }) => {
  const head = target.closest('th.input-cell, th.output-cell, th.hit-policy');
  if (!head || target.closest('button, .actionable, .add-input, .add-output, .resize-column-handle, .dragger')) return;
  head.dispatchEvent(new MouseEvent('dblclick', { bubbles: true, clientX, clientY }));
});

document.getElementById('undo').addEventListener('click', () => editor.getActiveViewer().get('commandStack').undo());
document.getElementById('redo').addEventListener('click', () => editor.getActiveViewer().get('commandStack').redo());
addNote.addEventListener('click', () => editor.getActiveViewer().get('noteColumns').add(say('note-new')));

// Cells with findings have a red edge; a finding leads to its cell.
const cellsOf = (id) => `[data-element-id="${CSS.escape(id)}"], [data-row-id="${CSS.escape(id)}"], [data-col-id="${CSS.escape(id)}"]`;
function mark(findings) {
  const edges = findings.filter((one) => one.element).map((one) => `#tables td:is(${cellsOf(one.element)})`);
  faulty.textContent = edges.length ? `${edges.join(',')} { box-shadow: inset 0 0 0 2px var(--red-solid); }` : '';
}
function lead({ element }) {
  if (!element) return null;
  const decision = editor.getViews().find((view) => view.element?.id === element || contains(view.element, element));
  return decision && (async () => {
    await editor.open(decision);
    box.querySelector(cellsOf(element))?.scrollIntoView({ block: 'center', inline: 'center' });
  });
}
function contains(element, id) {
  const table = element?.decisionLogic;
  return Boolean(table) && (table.id === id || (table.rule || []).some((rule) => rule.id === id || [...(rule.inputEntry || []), ...(rule.outputEntry || [])].some((one) => one.id === id))
    || [...(table.input || []), ...(table.output || [])].some((one) => one.id === id || one.inputExpression?.id === id));
}

async function begin() {
  await editor.importXML(file.content, { open: false });
  draw(editor.getDefinitions());
  // What the editor writes without any change: only what differs from it is a change.
  if (saving.last === file.content) saving.last = await text();
  editor.on('views.changed', () => {
    showTabs();
    watch();
  });
  const first = editor.getViews().find((view) => view.type !== 'drd') || editor.getViews()[0];
  if (first) await editor.open(first);
  problems = new Problems(text, { lead, onFound: mark });
  document.body.dataset.ready = 'yes';
}

begin().catch((error) => {
  saving.stopped = true;
  box.replaceChildren(el('p', { class: 'error-text' }, say('unreadable')), el('p', { class: 'small soft' }, error.message));
});
