// What the chosen component can be told, as a form of its own: all that the server renders and
// nothing else. What a form says beyond it stands under "other" and stays as it is.
import { el } from '../studio/dom.js';
import { say } from './words.js';
import { KINDS, SECTIONS } from './kinds.js';
import options, { optionKeys } from './options.js';
import condition from './condition.js';

const KEY = /^\p{L}[\p{L}\p{N}_]{0,62}$/u;
const KNOWN = ['label.en', 'description.en', 'text.en', 'personal', 'personal.note', 'personal.note.en', 'public', 'fresh', 'starts_with'];
const LONG = new Set(['description', 'description.en', 'text', 'text.en', 'personal.note', 'personal.note.en']);

// Fields by name: how each reads the component and what it changes.
const plain = (name) => ({ read: (field) => field[name], write: (field, value) => ({ [name]: value }) });
const inside = (part, name) => ({ read: (field) => field[part]?.[name], write: (field, value) => ({ [part]: without({ ...(field[part] || {}), [name]: value }) }) });
const property = (name) => inside('properties', name);
const mark = (name, value = 'true') => ({ flag: true, read: (field) => field.properties?.[name] === value, write: (field, on) => property(name).write(field, on ? value : undefined) });

const FIELDS = {
  label: plain('label'), 'label.en': property('label.en'), description: plain('description'), 'description.en': property('description.en'),
  text: plain('text'), 'text.en': property('text.en'), key: { ...plain('key'), key: true }, path: { ...plain('path'), key: true },
  required: { ...inside('validate', 'required'), flag: true },
  minLength: { ...inside('validate', 'minLength'), number: true }, maxLength: { ...inside('validate', 'maxLength'), number: true },
  min: { ...inside('validate', 'min'), number: true }, max: { ...inside('validate', 'max'), number: true },
  pattern: inside('validate', 'pattern'), digits: { ...plain('decimalDigits'), number: true },
  validation: { ...inside('validate', 'validationType'), choices: ['', 'email', 'phone'] },
  subtype: { ...plain('subtype'), choices: ['date', 'time', 'datetime'] },
  future: { ...plain('disallowPassedDates'), flag: true }, multiple: { ...plain('multiple'), flag: true }, accept: plain('accept'),
  hide: { read: (field) => (field.conditional?.hide || '').replace(/^=/, ''), write: (field, value) => ({ conditional: without({ ...(field.conditional || {}), hide: value && `=${value}` }) }), code: true },
  columns: { read: (field) => String(field.layout?.columns || ''), write: (field, value) => ({ layout: without({ ...(field.layout || {}), columns: value ? Number(value) : undefined }) }), choices: ['', '4', '5', '6', '8', '10', '11', '12', '16'] },
  default: { read: (field) => field.defaultValue, write: (field, value) => ({ defaultValue: value }), first: true },
  readonly: { ...plain('readonly'), flag: true }, prefix: inside('appearance', 'prefixAdorner'), suffix: inside('appearance', 'suffixAdorner'),
  tall: { flag: true, read: (field) => Number(field.height) > 200, write: (field, on) => ({ height: on ? 240 : undefined }) },
  public: mark('public'), personal: mark('personal'), fresh: mark('fresh'), starts_with: mark('starts_with', 'person'),
  'personal.note': property('personal.note'), 'personal.note.en': property('personal.note.en'),
  repetitions: { ...plain('defaultRepetitions'), number: true },
};

function without(part) {
  const kept = Object.fromEntries(Object.entries(part).filter(([, value]) => value !== undefined && value !== '' && value !== false));
  return Object.keys(kept).length ? kept : undefined;
}

export default class Properties {
  constructor(editor, box, lists) {
    Object.assign(this, { editor, box, lists, own: false });
    const refresh = () => { if (!this.own) this.show(); };
    editor.on('selection.changed', refresh);
    editor.on('commandStack.changed', refresh);
  }

  // Change the component; the entry that is being typed in stays.
  edit(changes) {
    this.own = true;
    this.editor.get('modeling').editFormField(this.field, changes);
    this.own = false;
  }

  show() {
    const { schema } = this.editor._getState();
    const chosen = this.editor.get('selection').get();
    this.field = chosen && chosen.type !== 'default' ? this.editor.get('formFieldRegistry').get(chosen.id) || chosen : null;
    if (!this.field) {
      this.box.replaceChildren(el('p', { class: 'soft' }, say('choose-field')), el('dl', { class: 'facts' }, el('dt', {}, say('form-id')), el('dd', {}, el('code', {}, schema?.id || '—'))));
      return;
    }
    const kind = KINDS[this.field.type];
    const head = el('div', { class: 'property-kind' }, this.tools(),  el('b', {}, say(`kind-${this.field.type}`)), ' ', el('code', {}, this.field.key || this.field.path || this.field.id));
    if (!kind) {
      this.box.replaceChildren(head, el('p', { class: 'error-text' }, say('not-rendered')));
      return;
    }
    this.feel?.destroy();
    this.feel = null;
    const open = new Set([...this.box.querySelectorAll('details[open]')].map((one) => one.dataset.section));
    const first = !this.box.querySelector('details');
    const sections = SECTIONS.filter((name) => kind[name]).map((name) => this.section(name, kind[name].flatMap((entry) => this.entry(entry)), first || open.has(name)));
    this.box.replaceChildren(head, ...sections, this.section('other', this.others(), open.has('other')));
  }

  // Up, down and out, for those who do not drag.
  tools() {
    const parent = this.editor.get('formFieldRegistry').get(this.field._parent);
    const at = parent ? parent.components.findIndex((one) => one.id === this.field.id) : -1;
    if (at < 0) return null;
    const modeling = this.editor.get('modeling');
    const { field } = this;
    const tool = (name, sign, action, off = false) => el('button', { type: 'button', class: 'btn btn-small', 'data-tool': name, 'aria-label': say(name), title: say(name), disabled: off, onclick: () => { action(); this.box.querySelector(`[data-tool="${name}"]:not(:disabled)`)?.focus(); } }, sign);
    const move = (to) => () => modeling.moveFormField(field, parent, parent, at, to);
    return el(
      'span', { class: 'property-tools' },
      tool('move-up', '↑', move(at - 1), at === 0), tool('move-down', '↓', move(at + 2), at === parent.components.length - 1),
      tool('take-out', '×', () => modeling.removeFormField(field, parent, at)),
    );
  }

  section(name, inside, open) {
    return el('details', { class: 'property-section', open, 'data-section': name }, el('summary', {}, say(`section-${name}`)), ...inside);
  }

  entry(name) {
    if (name === 'options') return [options(this.field, this.lists, (changes) => this.edit(changes), () => this.show())];
    const made = [this.one(name, FIELDS[name])];
    if (name === 'personal' && FIELDS.personal.read(this.field)) made.push(...this.entry('personal.note'), ...this.entry('personal.note.en'));
    return made;
  }

  one(name, way) {
    const id = `p-${name.replaceAll('.', '-')}`;
    const value = way.read(this.field);
    if (way.flag) {
      const input = el('input', { type: 'checkbox', id, onchange: (event) => {
        this.edit(way.write(this.field, event.target.checked || undefined));
        if (name === 'personal') this.show();
      } });
      input.checked = Boolean(value);
      return el('label', { class: 'choice', for: id }, input, el('span', {}, say(`p-${name}`)));
    }
    if (way.code) return this.code(name, way, id, value);
    const input = this.input(name, way, id, value);
    const hint = say(`hint-${name}`);
    return el('div', { class: 'property' }, el('label', { for: id }, say(`p-${name}`)), input, hint === `hint-${name}` ? null : el('p', { class: 'hint' }, hint), way.key ? el('p', { class: 'error-text', id: `${id}-error`, role: 'alert' }) : null);
  }

  code(name, way, id, value) {
    const box = el('div');
    const told = el('div', { class: 'feel-problems', id: `${id}-problems`, role: 'status' });
    const field = this.field;
    this.feel?.destroy();
    const keys = this.editor.get('formFieldRegistry').getAll().filter((one) => one.key).map((one) => ({ name: one.key, label: one.label || '', choices: one.values }));
    this.feel = condition({
      box, told, value, keys, label: `${id}-label`, describedBy: `${id}-problems`,
      change: (text) => { if (this.field?.id === field.id) this.edit(way.write(this.field, this.typed(way, text))); },
    });
    return el('div', { class: 'property' }, el('label', { id: `${id}-label` }, say(`p-${name}`)), box, told, el('p', { class: 'hint' }, say(`hint-${name}`)));
  }

  input(name, way, id, value) {
    const choices = way.choices || (way.first ? this.firsts() : null);
    if (choices) {
      const select = el('select', { class: 'form-select', id, onchange: (event) => this.edit(way.write(this.field, this.typed(way, event.target.value))) }, choices.map((one) => (Array.isArray(one) ? el('option', { value: one[0] }, one[1]) : el('option', { value: one }, say(`${name}-${one || 'none'}`)))));
      select.value = value === undefined || value === null ? '' : String(value);
      return select;
    }
    const change = (event) => {
      if (way.key) this.rename(name, way, id, event.target.value.trim());
      else this.edit(way.write(this.field, this.typed(way, event.target.value)));
    };
    const made = LONG.has(name)
      ? el('textarea', { class: 'form-control', id, rows: name.startsWith('text') ? '5' : '2', oninput: change })
      : el('input', { class: 'form-control', type: 'text', id, autocomplete: 'off', inputmode: way.number ? 'decimal' : null, [way.key ? 'onchange' : 'oninput']: change });
    made.value = value === undefined || value === null ? '' : String(value);
    return made;
  }

  // The first values that a choice or a box can have; null where it is written.
  firsts() {
    if (this.field.type === 'checkbox') return [['', say('no')], ['true', say('yes')]];
    if (!this.field.values) return null;
    if (!['radio', 'select'].includes(this.field.type)) return null;
    return [['', '—'], ...this.field.values.map((one) => [String(one.value), one.label || String(one.value)])];
  }

  typed(way, text) {
    const value = text.trim();
    if (!value) return undefined;
    const number = way.number || (way.first && this.field.type === 'number');
    if (number) return Number.isFinite(Number(value)) ? Number(value) : value;
    if (way.first && this.field.type === 'checkbox') return value === 'true' || undefined;
    if (way.first && ['checklist', 'taglist'].includes(this.field.type)) return value.split(/[,，]\s*/).filter(Boolean);
    return way.code ? value.replace(/^=/, '') : text;
  }

  // A key is taken at once or the mistake is told; two fields never share one.
  rename(name, way, id, key) {
    const told = document.getElementById(`${id}-error`);
    const registry = this.editor.get('formFieldRegistry');
    const taken = registry.getAll().some((one) => one !== this.field && one._parent === this.field._parent && (one.key || one.path) === key);
    told.textContent = KEY.test(key) ? (taken ? say('key-taken') : '') : say('key-wrong');
    if (!told.textContent) this.edit(way.write(this.field, key));
  }

  // Properties that none of the entries above knows: name and value, as they are.
  others() {
    const known = new Set([...KNOWN, ...optionKeys(this.field)]);
    const names = Object.keys(this.field.properties || {}).filter((name) => !known.has(name));
    const write = (name, value) => this.edit(property(name).write(this.field, value || undefined));
    const rows = names.map((name, at) => {
      const input = el('input', { class: 'form-control', type: 'text', id: `p-other-${at}`, oninput: (event) => write(name, event.target.value) });
      input.value = this.field.properties[name];
      return el('div', { class: 'property' }, el('label', { for: `p-other-${at}` }, el('code', {}, name)), input);
    });
    const fresh = el('input', { class: 'form-control', type: 'text', id: 'p-other-new', autocomplete: 'off' });
    const add = () => {
      const name = fresh.value.trim();
      if (!name || known.has(name)) return;
      write(name, say('other-value'));
      this.show();
    };
    return [...rows, el('div', { class: 'property' }, el('label', { for: 'p-other-new' }, say('other-new')), fresh, el('button', { type: 'button', class: 'btn btn-small', onclick: add }, say('other-add')))];
  }
}
