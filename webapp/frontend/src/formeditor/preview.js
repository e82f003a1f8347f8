// The form as the server renders it, for those who fill it in: in a frame of its own, where a desk
// or a phone is as wide as it is for them. Nothing that is entered there is kept.
import { ask, file } from '../studio/saving.js';
import { el, quietly } from '../studio/dom.js';

export default class Preview {
  constructor(read, onChosen) {
    Object.assign(this, { read, onChosen, entries: {}, opened: '', shown: false, turn: 0 });
    this.frame = document.getElementById('preview-frame');
    this.problem = document.getElementById('preview-problem');
    this.who = document.getElementById('preview-who');
    this.frame.addEventListener('load', () => this.listen());
    this.who.addEventListener('change', () => this.draw());
    this.later = quietly(() => this.draw(), 300);
  }

  show(shown, phone) {
    this.shown = shown;
    this.frame.classList.toggle('preview-phone', phone);
    if (shown) this.draw();
  }

  async draw() {
    if (!this.shown) return;
    this.turn += 1;
    const turn = this.turn;
    try {
      const { html } = await ask(file.preview, { path: file.path, content: this.read(), entries: this.entries, opened: this.opened, who: this.who.value });
      if (turn !== this.turn) return;
      this.problem.replaceChildren();
      this.top = this.frame.contentWindow?.scrollY || 0;
      this.frame.srcdoc = html;
    } catch (error) {
      if (turn === this.turn) this.problem.replaceChildren(el('p', { class: 'error-text' }, [error.message, error.mend].filter(Boolean).join(' ')));
    }
  }

  // The frame runs no script of its own; what is pressed there is answered from here.
  listen() {
    const inside = this.frame.contentDocument;
    const form = inside?.querySelector('form');
    if (!form) return;
    this.frame.contentWindow.scrollTo(0, this.top || 0);
    form.addEventListener('submit', (event) => event.preventDefault());
    form.addEventListener('change', () => this.take(form));
    form.addEventListener('click', (event) => {
      const button = event.target.closest('button');
      const name = event.target.closest('[name]')?.name || event.target.closest('.field, .group')?.querySelector('[name]')?.name;
      if (name) this.onChosen(name.replace(/-.*$/, ''));
      if (!button) return;
      event.preventDefault();
      if (button.name === 'outcome') this.opened = button.value === this.opened ? '' : button.value;
      if (button.name === 'add_row') this.entries[`${button.value}-${Date.now() % 1000}-_row`] = [''];
      if (button.name === 'remove_row') for (const key of Object.keys(this.entries)) if (key.startsWith(`${button.value}-`)) delete this.entries[key];
      if (['outcome', 'add_row', 'remove_row'].includes(button.name)) this.take(form, button.name === 'remove_row' ? button.value : '');
    });
  }

  take(form, removed = '') {
    const rows = Object.entries(this.entries).filter(([name]) => name.endsWith('-_row'));
    const sent = {};
    for (const [name, value] of new FormData(form)) {
      if (typeof value === 'string' && !(removed && name.startsWith(`${removed}-`))) (sent[name] ||= []).push(value);
    }
    this.entries = { ...Object.fromEntries(rows), ...sent };
    this.draw();
  }
}
