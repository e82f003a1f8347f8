// Try a decision: values go in, the server's own evaluation says which rules fire and what comes out.
import { ask, file } from '../studio/saving.js';
import { el, quietly } from '../studio/dom.js';

const FIRED = 8; // rules that are listed; the table marks all of them

export default class Deciding {
  // `read` returns the file's text; `onFired` hears the ids of the rules that fire.
  constructor(read, say, onFired) {
    Object.assign(this, { read, say, onFired });
    this.fields = document.getElementById('try-fields');
    this.answer = document.getElementById('try-answer');
    this.values = new Map();
    this.asked = '';
    this.decision = '';
    this.turn = 0;
    this.later = quietly(() => this.decide(), 300);
  }

  of(decision) {
    this.decision = decision;
    document.getElementById('try-box').hidden = !decision;
    if (decision) this.decide();
  }

  async decide() {
    if (!this.decision) return;
    this.turn += 1;
    const turn = this.turn;
    try {
      const values = Object.fromEntries(this.values);
      const tried = await ask(file.decide, { path: file.path, content: await this.read(), decision: this.decision, values });
      if (turn !== this.turn) return;
      this.ask(tried.asks);
      this.show(tried);
    } catch (error) {
      if (turn === this.turn) this.fail([error.message, error.mend].filter(Boolean).join(' '));
    }
  }

  // The fields stay as they are while the same is asked, so that nobody loses the cursor.
  ask(asks) {
    const asked = JSON.stringify(asks);
    if (asked === this.asked) return;
    this.asked = asked;
    const rows = asks.map((one, at) => {
      const id = `try-${at}`;
      return el(
        'div', { class: 'try-field' },
        el('label', { for: id }, one.label),
        this.input(one, id),
        one.hint ? el('p', { class: 'hint', id: `${id}-hint` }, one.hint) : null,
      );
    });
    this.fields.replaceChildren(...(rows.length ? rows : [el('p', { class: 'small soft' }, this.say('try-nothing'))]));
  }

  input(one, id) {
    const value = this.values.get(one.key) ?? '';
    const keep = (event) => {
      this.values.set(one.key, event.target.value);
      this.later();
    };
    const described = one.hint ? `${id}-hint` : null;
    if (one.type === 'boolean') {
      const choices = [['', '—'], ['true', this.say('yes')], ['false', this.say('no')]];
      const select = el('select', { class: 'form-select', id, onchange: keep, 'aria-describedby': described }, choices.map(([key, text]) => el('option', { value: key }, text)));
      select.value = value;
      return select;
    }
    if (one.choices.length) {
      const choices = [['', '—'], ...one.choices];
      if (value && !choices.some(([key]) => key === value)) choices.push([value, value]);
      const select = el('select', { class: 'form-select', id, onchange: keep, 'aria-describedby': described }, choices.map(([key, text]) => el('option', { value: key }, text)));
      select.value = value;
      return select;
    }
    const list = one.options.length ? el('datalist', { id: `${id}-list` }, one.options.map((text) => el('option', { value: text }))) : null;
    const input = el('input', {
      class: 'form-control', id, type: 'text', autocomplete: 'off', oninput: keep, list: list ? `${id}-list` : null,
      inputmode: one.type === 'number' ? 'decimal' : null, placeholder: one.type === 'date' ? '2026-07-01' : null,
      'aria-describedby': described,
    });
    input.value = value;
    return list ? el('span', {}, input, list) : input;
  }

  show(tried) {
    // A list of limits asks for nothing: there is nothing to try.
    this.onFired(tried.asks.length ? tried.rules : []);
    if (tried.error) {
      this.fail(tried.error);
      return;
    }
    if (!tried.asks.length) {
      this.answer.replaceChildren();
      return;
    }
    const fired = tried.fired.slice(0, FIRED).map((one) => el('li', {}, `${one.table} · ${this.say('try-rule', { number: one.number })}`, one.note ? el('span', { class: 'soft' }, ` ${one.note}`) : null));
    const results = tried.results.map((row) => el('dl', { class: 'facts' }, row.flatMap(([label, value]) => [el('dt', {}, label), el('dd', {}, value)])));
    this.answer.replaceChildren(
      el('h3', {}, this.say('try-fired')),
      fired.length ? el('ul', { class: 'try-fired' }, fired, tried.fired.length > FIRED ? el('li', { class: 'soft' }, this.say('try-more', { number: tried.fired.length - FIRED })) : null) : el('p', { class: 'soft' }, this.say('try-none')),
      el('h3', {}, this.say('try-result')), ...results,
      ...(tried.more ? [el('p', { class: 'small soft' }, tried.more)] : []),
    );
  }

  fail(sentence) {
    this.onFired([]);
    this.answer.replaceChildren(el('p', { class: 'error-text' }, sentence));
  }
}
