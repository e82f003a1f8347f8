// The words of the draft for the fields of a table: fetched when the page opens and when it is
// looked at again; what the check would say of a cell.
import { ask, file } from '../studio/asking.js';

const draft = file.save.replace(/save$/, '');
let words = { names: [], functions: [], forms: [] };

async function renew() {
  words = await ask(`${draft}wordbook?path=${encodeURIComponent(file.path)}`).catch(() => words);
}
renew();
document.addEventListener('visibilitychange', () => { if (!document.hidden) renew(); });

// What completion may offer: all names of the draft, since a table can be asked anywhere.
export function book() {
  const fields = words.forms.flatMap((one) => one.fields);
  return {
    names: words.names.filter((one) => one.origin !== 'engine'),
    here: null,
    functions: words.functions,
    fields: [...new Map(fields.map((one) => [one.name, one])).values()],
  };
}

// Names that the file itself declares, saved or not: what a decision requires, what it calls.
export function namesOf(root) {
  let definitions = root;
  while (definitions?.$parent) definitions = definitions.$parent;
  const found = new Set();
  for (const one of definitions?.drgElement || []) {
    for (const name of [one.id, one.name, one.variable?.name]) if (name) found.add(name);
    for (const parameter of one.encapsulatedLogic?.formalParameter || []) if (parameter.name) found.add(parameter.name);
  }
  return [...found];
}

export async function check(kind, expression, root) {
  const answer = await ask(`${draft}expression`, { expression, kind, path: file.path, names: namesOf(root) });
  return answer.problems;
}
