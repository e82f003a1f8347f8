// Which kinds of components the server renders, in the order of the palette, and what each can be
// told. An entry names the field of `properties.js` that edits it.
const NAMED = ['label', 'label.en', 'description', 'description.en', 'key'];
const SHOWN = ['hide', 'columns'];
const VALUE = ['default', 'readonly', 'public', 'personal', 'fresh'];
const CHOICE = { general: NAMED, options: ['options'], rules: ['required'], shown: [...SHOWN, ...VALUE] };

export const KINDS = {
  textfield: { general: NAMED, rules: ['required', 'minLength', 'maxLength', 'validation', 'pattern'], shown: [...SHOWN, 'prefix', 'suffix', ...VALUE, 'starts_with'] },
  textarea: { general: NAMED, rules: ['required', 'minLength', 'maxLength'], shown: [...SHOWN, 'tall', ...VALUE] },
  number: { general: NAMED, rules: ['required', 'min', 'max', 'digits'], shown: [...SHOWN, 'prefix', 'suffix', ...VALUE] },
  datetime: { general: NAMED, rules: ['required', 'subtype', 'future'], shown: [...SHOWN, 'readonly', 'public', 'personal', 'fresh'] },
  filepicker: { general: NAMED, rules: ['required', 'multiple', 'accept'], shown: [...SHOWN, 'public', 'personal'] },
  checkbox: { general: NAMED, rules: ['required'], shown: [...SHOWN, ...VALUE] },
  radio: CHOICE,
  select: CHOICE,
  checklist: CHOICE,
  taglist: CHOICE,
  text: { general: ['text', 'text.en'], shown: SHOWN },
  separator: { shown: SHOWN },
  spacer: { shown: SHOWN },
  group: { general: ['label', 'label.en'], shown: SHOWN },
  dynamiclist: { general: ['label', 'label.en', 'description', 'description.en', 'path'], rules: ['required', 'repetitions'], shown: ['hide', 'public', 'personal'] },
};
export const SECTIONS = ['general', 'options', 'rules', 'shown'];
export const GROUPS = { separator: 'presentation', spacer: 'presentation', text: 'presentation' };
