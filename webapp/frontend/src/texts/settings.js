// bundle.toml as a form: the page reads its fields, the server writes them into the file's text.
import { ask, Saving, file } from '../studio/saving.js';
import { el } from '../studio/dom.js';
import Problems from '../studio/problems.js';

const TEXTS = ['title', 'title_en', 'about', 'about_en', 'owner', 'main', 'number', 'start_form', 'offers'];

// Rows that can be added, moved and taken away; `fill(row, place)` makes the entries of one.
class Rows {
  constructor(box, rows, say, fill, changed) {
    Object.assign(this, { box, rows, say, fill, changed });
    this.show();
  }

  show() {
    this.box.replaceChildren(...this.rows.map((row, at) => {
      const number = at + 1;
      const tool = (name, sign, action, off = false) => el('button', {
        type: 'button', class: 'btn btn-small', 'aria-label': this.say(name, { number }), disabled: off,
        onclick: () => { action(); this.show(); this.changed(); },
      }, sign);
      const move = (by) => () => this.rows.splice(at + by, 0, this.rows.splice(at, 1)[0]);
      return el(
        'li', {}, ...this.fill(row, number),
        tool('up', '↑', move(-1), at === 0), tool('down', '↓', move(1), at === this.rows.length - 1),
        tool('remove', '×', () => this.rows.splice(at, 1)),
      );
    }));
  }

  add(row) {
    this.rows.push(row);
    this.show();
    this.box.querySelector('li:last-child input')?.focus();
  }
}

export default function settings(form, say) {
  // What could not be saved the last time is text: it is shown and saved again as such.
  if (JSON.parse(document.getElementById('editor-file').textContent).content !== file.content) {
    window.location.replace(file.raw);
    return;
  }
  const setup = JSON.parse(document.getElementById('settings-setup').textContent);
  const box = (id) => document.getElementById(id);
  let content = file.content;
  let saving = { changed() {} };
  const changed = () => saving.changed();

  const entry = (label, value, change) => {
    const input = el('input', { class: 'form-control', type: 'text', autocomplete: 'off', 'aria-label': label, oninput: (event) => { change(event.target.value); changed(); } });
    input.value = value;
    return input;
  };
  const lanes = new Rows(box('lanes'), setup.lanes, say, (row, number) => {
    const role = el('select', { class: 'form-select', 'aria-label': say('role', { number }), onchange: (event) => { row[1] = event.target.value; changed(); } }, [...box('role-names').options].map((one) => el('option', { value: one.value }, one.textContent)));
    role.value = row[1];
    return [entry(say('lane', { number }), row[0], (text) => { row[0] = text; }), role];
  }, changed);
  const stages = new Rows(box('stages'), setup.stages, say, (row, number) => ['key', 'title', 'title_en'].map(
    (name) => Object.assign(entry(say(`stage-${name}`, { number }), row[name] || '', (text) => { row[name] = text; }), { placeholder: say(`stage-${name}`, { number }) }),
  ), changed);
  box('add-lane').addEventListener('click', () => lanes.add(['', box('role-names').value]));
  box('add-stage').addEventListener('click', () => stages.add({ key: '', title: '', title_en: '' }));

  const listed = (name) => [...form.querySelectorAll(`[data-list="${name}"]:checked`)].map((one) => one.value);
  const values = () => ({
    ...Object.fromEntries(TEXTS.map((name) => [name, form.elements[name].value])),
    started_by: listed('started_by'),
    public_tables: listed('public_tables'),
    case: [...form.querySelectorAll('[data-case]')].map((one) => [one.dataset.case, one.value.trim()]).filter(([, key]) => key),
    lanes: lanes.rows.filter(([name]) => name.trim()),
    stages: stages.rows.filter((one) => one.key || one.title).map(({ key, title, title_en: english }) => ({ key, title, title_en: english || '' })),
  });
  const read = async () => {
    ({ content } = await ask(file.rewrite, { path: file.path, content, values: values() }));
    return content;
  };
  const problems = new Problems(async () => content);
  saving = new Saving(read, () => problems.later());
  form.addEventListener('input', changed);
  form.addEventListener('change', changed);
  form.addEventListener('submit', (event) => event.preventDefault());
}
