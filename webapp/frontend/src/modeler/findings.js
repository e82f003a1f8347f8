// What the check finds, on the elements and in a list beside them: asked a moment after each
// change, answers that came too late are dropped.
import { ask, file } from '../studio/asking.js';
import { el, quietly } from '../studio/dom.js';
import { called, sayer } from './words.js';

const SIGNS = { error: '✕', warning: '!' };
const QUIET = 500; // milliseconds without a change before the check is asked
const say = sayer('modeler-words');

export default class Findings {
  constructor(modeler, read) {
    this.modeler = modeler;
    this.read = read;
    this.turn = 0;
    this.overlays = modeler.get('overlays');
    this.registry = modeler.get('elementRegistry');
    this.canvas = modeler.get('canvas');
    this.list = document.getElementById('findings-list');
    this.count = document.getElementById('findings-count');
    this.marked = [];
    this.found = [];
    this.later = quietly(() => this.look(), QUIET);
    modeler.on(['commandStack.changed'], () => this.later());
    modeler.on('selection.changed', ({ newSelection }) => this.highlight(newSelection));
    modeler.on(['root.set'], () => this.mark());
  }

  async look() {
    this.turn += 1;
    const turn = this.turn;
    this.count.dataset.state = 'looking';
    try {
      const answer = await ask(file.findings, { path: file.path, content: await this.read() });
      if (turn === this.turn) this.show(answer);
    } catch (error) {
      if (turn === this.turn) this.failed(error);
    }
  }

  failed(error) {
    this.count.dataset.state = 'failed';
    this.count.textContent = [error.message, error.mend].filter(Boolean).join(' ');
  }

  show({ findings, elsewhere }) {
    this.found = findings;
    this.mark();
    this.tell(findings);
    const rows = findings.map((one) => this.row(one));
    if (elsewhere.length) rows.push(el('li', { class: 'finding-others' }, say('elsewhere')), ...elsewhere.map(link));
    this.list.replaceChildren(...rows);
    document.getElementById('modeler').classList.toggle('without-any', !rows.length);
    this.canvas.resized();
    const errors = findings.filter((one) => one.severity === 'error').length;
    const warnings = findings.length - errors;
    const parts = [errors && say('errors', { count: errors }), warnings && say('warnings', { count: warnings })];
    this.count.dataset.state = errors ? 'error' : (warnings && 'warning') || 'clean';
    this.count.textContent = parts.filter(Boolean).join(' · ') || `✓ ${say(elsewhere.length ? 'clean_here' : 'clean')}`;
    this.highlight(this.modeler.get('selection').get());
  }

  // Other parts of the page show the findings of the element that they are about.
  tell(findings) {
    const by = new Map();
    for (const one of findings) by.set(one.element, [...(by.get(one.element) || []), one]);
    this.modeler.get('eventBus').fire('findings.changed', { findings: by });
  }

  // The element of a finding; what has no shape of its own stands for the whole diagram.
  shape(one) {
    return (one.element && this.registry.get(one.element)) || null;
  }

  mark() {
    this.overlays.remove({ type: 'finding' });
    for (const [element, marker] of this.marked.splice(0)) if (this.registry.get(element)) this.canvas.removeMarker(element, marker);
    const by = new Map();
    for (const one of this.found) {
      const shape = this.shape(one);
      if (shape && shape !== this.canvas.getRootElement()) by.set(shape, [...(by.get(shape) || []), one]);
    }
    for (const [shape, all] of by) this.badge(shape, all);
  }

  badge(shape, all) {
    const severity = all.some((one) => one.severity === 'error') ? 'error' : 'warning';
    const words = all.map((one) => `${say(one.severity)}: ${one.sentence}`).join('\n');
    const badge = el('button', { type: 'button', class: `finding-badge finding-badge-${severity}`, title: words, 'aria-label': words, onclick: () => this.reveal(all[0]) }, all.length > 1 ? String(all.length) : SIGNS[severity]);
    this.overlays.add(shape.id, 'finding', { position: place(shape), html: badge, show: { minZoom: 0.25 } });
    const marker = `finding-${severity}`;
    this.canvas.addMarker(shape, marker);
    this.marked.push([shape.id, marker]);
  }

  row(one) {
    const shape = this.shape(one);
    const inside = [
      el('span', { class: `finding-sign finding-sign-${one.severity}`, 'aria-hidden': 'true' }, SIGNS[one.severity]),
      el('span', { class: 'finding-words' },
        el('b', {}, el('span', { class: 'visually-hidden' }, `${say(one.severity)} `), shape ? called(shape) : say('whole')), ' ',
        el('span', {}, one.sentence), ' ', el('span', { class: 'finding-mend' }, one.mend)),
    ];
    const title = say('rule', { number: one.rule, title: one.title });
    return el('li', { 'data-element': one.element },
      shape ? el('button', { type: 'button', class: 'finding', title, onclick: () => this.go(one) }, inside) : el('div', { class: 'finding', title }, inside));
  }

  go(one) {
    const shape = this.shape(one);
    if (!shape) return;
    const root = this.canvas.findRoot(shape);
    if (root && root !== this.canvas.getRootElement()) this.canvas.setRootElement(root);
    this.modeler.get('selection').select(shape);
    this.canvas.scrollToElement(shape, 120);
    this.canvas.focus(); // the keys are for the element now, not for the list
  }

  reveal(one) {
    this.modeler.get('selection').select(this.shape(one));
    document.dispatchEvent(new CustomEvent('findings-wanted'));
    const row = this.list.querySelector(`[data-element="${CSS.escape(one.element)}"]`);
    if (row) row.scrollIntoView({ block: 'nearest' });
  }

  highlight(selection) {
    const ids = new Set(selection.map((one) => one.id));
    for (const row of this.list.children) row.classList.toggle('finding-here', ids.has(row.dataset.element));
  }
}

function link(one) {
  return el('li', {}, el('a', { class: 'finding', href: one.address },
    el('span', { class: `finding-sign finding-sign-${one.severity}`, 'aria-hidden': 'true' }, SIGNS[one.severity]),
    el('span', { class: 'finding-words' }, el('span', { class: 'visually-hidden' }, `${say(one.severity)} `), el('b', {}, one.file), ' ', one.sentence)));
}

// A shape's mark sits on its upper right corner, a flow's on its middle.
function place(shape) {
  if (!shape.waypoints) return { top: -9, right: 9 };
  const points = shape.waypoints;
  const at = Math.floor((points.length - 1) / 2);
  const x = (points[at].x + points[at + 1].x) / 2;
  const y = (points[at].y + points[at + 1].y) / 2;
  return { left: x - Math.min(...points.map((one) => one.x)) - 9, top: y - Math.min(...points.map((one) => one.y)) - 9 };
}
