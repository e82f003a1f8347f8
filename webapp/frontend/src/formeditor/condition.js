// The condition that hides a component: FEEL, completed from the form's own fields and the draft's
// words, and checked while one types.
import '../feel/feel.css';
import { feelEditor } from '../feel/editor.js';
import { ask, file } from '../studio/asking.js';

const EMPTY = { names: [], functions: [], forms: [] };
let book = EMPTY;
const fetched = ask(file.wordbook).then((words) => { book = { ...EMPTY, ...words }; }, () => {});

// `keys` are the form's fields: {name, label, choices}.
export default function condition({ box, told, value, keys, label, describedBy, change }) {
  box.classList.add('feel-field');
  const own = keys.map((one) => ({ ...one, kind: '', origin: 'form', where: '', choices: (one.choices || []).map((option) => ({ value: String(option.value), label: option.label || String(option.value) })) }));
  const names = new Set(own.map((one) => one.name));
  const field = feelEditor({
    parent: box,
    problems: told,
    value,
    label,
    describedBy,
    change,
    words: () => ({
      names: [...own, ...book.names.filter((one) => !names.has(one.name))],
      here: null,
      functions: book.functions,
      fields: book.forms.flatMap((one) => one.fields),
    }),
    check: async (text) => (await ask(file.expression, { expression: text, kind: 'value', path: file.path, names: [...names] })).problems,
  });
  fetched.then(() => field.recheck());
  return field;
}
