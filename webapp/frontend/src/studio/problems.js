// What the check finds in the file that is being edited, beside it: asked after a change.
import { ask, file } from './saving.js';
import { el, quietly, wordsOf } from './dom.js';

const MOST = 20; // findings of other files that are listed
const SIGNS = { error: '✕', warning: '!', notice: 'i' };

export default class Problems {
  // `read` returns the file's text, or a promise of it; `lead` returns what shows where a finding
  // is, or nothing; `onFound` hears the findings.
  constructor(read, { lead = () => null, onFound = () => {} } = {}) {
    this.box = document.getElementById('editor-findings');
    this.say = wordsOf('editor-more');
    this.read = read;
    this.lead = lead;
    this.onFound = onFound;
    this.turn = 0;
    this.later = quietly(() => this.look(), 1200);
    this.look();
  }

  async look() {
    if (!file.findings) return;
    this.turn += 1;
    const turn = this.turn;
    try {
      const found = await ask(file.findings, { path: file.path, content: await this.read() });
      if (turn === this.turn) this.show(found.findings, found.elsewhere);
    } catch (error) {
      if (turn === this.turn) this.box.replaceChildren(el('p', { class: 'small soft' }, [error.message, error.mend].filter(Boolean).join(' ')));
    }
  }

  button(one) {
    const show = this.lead(one);
    return show ? el('button', { type: 'button', class: 'btn btn-small', onclick: show }, show.words || this.say('show')) : null;
  }

  // `elsewhere` is what the check finds in the draft's other files.
  show(findings, elsewhere) {
    const rows = findings.map((one) => el(
      'li', { class: `problem problem-${one.severity}` },
      el('p', {}, el('span', { class: 'problem-sign', 'aria-hidden': 'true' }, SIGNS[one.severity] || '·'), el('b', {}, this.say(one.severity)), ' ', one.name ? el('span', {}, one.name) : null),
      el('p', {}, one.sentence), el('p', { class: 'small soft' }, one.mend),
      this.button(one),
    ));
    this.box.replaceChildren(rows.length ? el('ul', { class: 'problems' }, rows) : el('p', { class: 'small' }, `✓ ${this.say('clean')}`));
    if (elsewhere.length) {
      this.box.append(el(
        'details', { class: 'problems-elsewhere' }, el('summary', {}, this.say('elsewhere', { number: elsewhere.length })),
        el('ul', { class: 'problems' }, elsewhere.slice(0, MOST).map((one) => el('li', { class: `problem problem-${one.severity}` }, el('p', {}, el('a', { href: one.address || '#' }, one.file)), el('p', {}, one.sentence)))),
      ));
    }
    const count = document.getElementById('editor-findings-count');
    if (count) count.textContent = findings.length ? String(findings.length) : '';
    this.onFound(findings);
  }
}
