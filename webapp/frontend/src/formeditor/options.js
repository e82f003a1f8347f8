// The options of a choice as rows: value, words, English words; for outcomes what happens then.
import { el } from '../studio/dom.js';
import { say } from './words.js';

const OUTCOME = 'outcome';

// Where the properties of a field keep the English words and the consequence of an option.
const englishOf = (field, value) => (field.key === OUTCOME ? `${value}.label.en` : `${value}.en`);
const textsOf = (field, value) => (field.key === OUTCOME ? [value, `${value}.en`, `${value}.label.en`] : [`${value}.en`, `${value}.label.en`]);

export function optionKeys(field) {
  return new Set((field.values || []).flatMap((one) => textsOf(field, String(one.value))));
}

// Returns the editor of a field's options; `edit(changes)` changes the field.
export default function options(field, lists, edit, again) {
  const source = el('select', {
    class: 'form-select', id: 'p-source',
    onchange: (event) => {
      const name = event.target.value;
      edit(name ? { valuesKey: name, values: undefined } : { valuesKey: undefined, values: [{ value: 'a', label: say('option-new', { number: 1 }) }] });
      again();
    },
  }, [['', say('options-own')], ...lists].map(([key, text]) => el('option', { value: key }, text)));
  if (field.valuesKey && !lists.some(([key]) => key === field.valuesKey)) source.append(el('option', { value: field.valuesKey }, field.valuesKey));
  source.value = field.valuesKey || '';
  const box = el('div', {}, el('label', { for: 'p-source' }, say('options-source')), source);
  if (!field.valuesKey) box.append(rows(field, edit, again));
  return box;
}

function rows(field, edit, again) {
  const values = () => field.values || [];
  const properties = () => ({ ...(field.properties || {}) });
  const put = (changed, texts = properties()) => edit({ values: changed, properties: texts });
  const write = (name, text) => {
    const texts = properties();
    if (text) texts[name] = text;
    else delete texts[name];
    edit({ properties: texts });
  };
  const rename = (at, value) => {
    const before = String(values()[at].value);
    const texts = Object.fromEntries(Object.entries(properties()).map(([name, text]) => {
      const end = textsOf(field, before).indexOf(name);
      return [end < 0 ? name : textsOf(field, value)[end], text];
    }));
    put(values().map((one, place) => (place === at ? { ...one, value } : one)), texts);
  };
  const remove = (at) => {
    const gone = textsOf(field, String(values()[at].value));
    put(values().filter((_, place) => place !== at), Object.fromEntries(Object.entries(properties()).filter(([name]) => !gone.includes(name))));
    again();
  };
  const move = (at, by) => {
    const changed = [...values()];
    const [one] = changed.splice(at, 1);
    changed.splice(at + by, 0, one);
    put(changed);
    again();
  };
  const list = el('ol', { class: 'option-rows' }, values().map((one, at) => {
    const number = at + 1;
    const entry = (name, text, change, wide = false) => el('input', {
      class: `form-control${wide ? ' option-wide' : ''}`, type: 'text', 'aria-label': say(name, { number }), placeholder: say(`${name}-short`),
      autocomplete: 'off', onchange: (event) => change(event.target.value.trim()), oninput: (event) => name === 'option-label' && change(event.target.value),
    });
    const fill = (input, text) => Object.assign(input, { value: text || '' });
    const value = String(one.value);
    const texts = field.properties || {};
    const key = fill(entry('option-value', value, (text) => {
      if (!text || values().some((other, place) => place !== at && String(other.value) === text)) {
        key.value = String(values()[at].value);
        return;
      }
      rename(at, text);
    }), value);
    const now = () => String(values()[at].value);
    return el(
      'li', {}, key,
      fill(entry('option-label', '', (text) => put(values().map((other, place) => (place === at ? { ...other, label: text } : other)))), one.label),
      fill(entry('option-english', '', (text) => write(englishOf(field, now()), text)), texts[englishOf(field, value)]),
      field.key === OUTCOME ? fill(entry('option-consequence', '', (text) => write(now(), text), true), texts[value]) : null,
      field.key === OUTCOME ? fill(entry('option-consequence-en', '', (text) => write(`${now()}.en`, text), true), texts[`${value}.en`]) : null,
      el(
        'span', { class: 'option-tools' },
        el('button', { type: 'button', class: 'btn btn-small', disabled: at === 0, 'aria-label': say('option-up', { number }), onclick: () => move(at, -1) }, '↑'),
        el('button', { type: 'button', class: 'btn btn-small', disabled: at === values().length - 1, 'aria-label': say('option-down', { number }), onclick: () => move(at, 1) }, '↓'),
        el('button', { type: 'button', class: 'btn btn-small', 'aria-label': say('option-remove', { number }), onclick: () => remove(at) }, '×'),
      ),
    );
  }));
  const add = el('button', {
    type: 'button', class: 'btn btn-small',
    onclick: () => {
      let number = values().length + 1;
      while (values().some((one) => String(one.value) === `option_${number}`)) number += 1;
      put([...values(), { value: `option_${number}`, label: say('option-new', { number }) }]);
      again();
    },
  }, say('option-add'));
  return el('div', {}, list, add);
}
