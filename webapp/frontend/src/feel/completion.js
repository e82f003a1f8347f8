// What can be written next: names that are known here, functions, values that a name can have.
// `words()` returns {names, here, functions, fields}: `here` is a set of names known at this
// element, or null where that is not known.
import { autocompletion, completionKeymap, startCompletion } from '@codemirror/autocomplete';
import { keymap } from '@codemirror/view';
import { KEYWORDS } from './language.js';
import { say } from './words.js';

const NAME = '[\\p{L}_][\\p{L}\\p{N}_]*';
const WORD = new RegExp(`${NAME}$`, 'u');
const MEMBER = new RegExp(`(${NAME})((?:\\[[^\\]]*\\]|\\.${NAME})*)\\.(${NAME})?$`, 'u');
const COMPARED = new RegExp(`(${NAME})\\s*(?:=|!=)\\s*("?)([^"]*)$`, 'u');
const ONE_OF = new RegExp(`(${NAME})\\s+in\\s*\\((?:\\s*"[^"]*"\\s*,)*\\s*("?)([^"]*)$`, 'u');
const FACT = /fact\(\s*"([^"]*)$/;

export function completion(words, tests = false) {
  return [
    autocompletion({
      override: [(context) => complete(context, words())],
      icons: false,
      activateOnTyping: true,
      tooltipClass: () => 'feel-tip',
      optionClass: (one) => `feel-option-${one.type || 'word'}`,
    }),
    keymap.of([{ key: 'Alt-ArrowDown', run: startCompletion }, ...completionKeymap]),
  ];

  function complete(context, book) {
    const before = context.state.sliceDoc(0, context.pos);
    const inText = (before.match(/"/g) || []).length % 2 === 1;
    return facts(before, book) || choices(before, book, inText) || column(before, book, inText)
      || (inText ? null : members(before, book) || names(context, before, book, tests));
  }
}

function facts(before, { fields }) {
  const found = FACT.exec(before);
  if (!found) return null;
  return answer(before.length - found[1].length, fields.map((one) => ({
    label: one.name, detail: one.label, type: 'name',
  })), /^[^"]*$/);
}

// Values of the name that is being compared; in quotation marks or before them.
function choices(before, book, inText) {
  const found = COMPARED.exec(before) || ONE_OF.exec(before);
  if (!found || (found[2] === '"') !== inText) return null;
  const [, name, quote, typed] = found;
  if (!quote && /\S/.test(typed) && !WORD.test(typed)) return null;
  const known = all(book.names).filter((one) => one.name === name && one.choices);
  const offered = known.flatMap((one) => one.choices);
  if (!offered.length) return null;
  const options = [...new Map(offered.map((one) => [one.value, one])).values()];
  const from = before.length - typed.length;
  return answer(from, options.map((one, place) => ({
    label: one.value,
    displayLabel: one.value,
    detail: one.label === one.value ? '' : one.label,
    type: 'value',
    boost: 50 - Math.min(place, 49),
    apply: (view, chosen, start, end) => put(view, start, end, quote ? one.value : `"${one.value}"`, quote ? 1 : 0),
  })), quote ? /^[^"]*$/ : /^[\p{L}\p{N}_]*$/u);
}

// The values of the column whose cell is written, inside quotation marks.
function column(before, book, inText) {
  if (!inText || !book.tested?.length) return null;
  const from = before.lastIndexOf('"') + 1;
  return answer(from, tested(book, '"'), /^[^"]*$/);
}

function tested({ tested: values = [] }, quote) {
  return values.map((one, place) => ({
    label: one.value,
    detail: one.label === one.value ? '' : one.label,
    type: 'value',
    boost: 80 - Math.min(place, 39),
    apply: (view, chosen, start, end) => put(view, start, end, quote ? one.value : `"${one.value}"`, quote ? 1 : 0),
  }));
}

// Put a value in; a quotation mark that stands behind it already is not written twice.
function put(view, from, to, text, past) {
  const closed = past && view.state.sliceDoc(to, to + 1) === '"';
  const insert = past && !closed ? `${text}"` : text;
  const anchor = from + insert.length + (closed ? 1 : 0);
  view.dispatch({ changes: { from, to, insert }, selection: { anchor } });
}

function members(before, book) {
  const found = MEMBER.exec(before);
  if (!found) return null;
  const path = found[2].match(new RegExp(`\\.${NAME}`, 'gu')) || [];
  let known = book.names.find((one) => one.name === found[1]);
  for (const step of path) known = known?.members?.find((one) => one.name === step.slice(1));
  if (!known?.members) return { from: before.length, options: [] };
  const typed = found[3] || '';
  return answer(before.length - typed.length, known.members.map((one) => option(one, null)), /^[\p{L}\p{N}_]*$/u);
}

function names(context, before, book, tests) {
  const typed = WORD.exec(before);
  if (!typed && !context.explicit) return null;
  const from = typed ? typed.index : context.pos;
  return answer(from, [
    ...tested(book, ''),
    ...book.names.map((one) => option(one, book.here)),
    ...inner(before, book),
    ...book.functions.map(functionOption),
    ...KEYWORDS.map((label) => ({ label, type: 'keyword', boost: -40 })),
    ...(tests ? [{ label: '?', detail: say('tested'), type: 'keyword' }] : []),
  ], /^[\p{L}\p{N}_]*$/u);
}

// Inside the brackets of a filter the columns of the list are names too.
function inner(before, book) {
  const open = before.lastIndexOf('[');
  if (open < 0 || before.indexOf(']', open) >= 0) return [];
  const list = WORD.exec(before.slice(0, open));
  const known = list && book.names.find((one) => one.name === list[0]);
  return (known?.members || []).map((one) => ({ ...option(one, null), boost: 60 }));
}

function option(one, here) {
  const known = !here || here.has(one.name) || one.origin === 'engine';
  const origin = say(`of_${one.origin || 'case'}`);
  const notes = [
    one.label,
    [origin, one.where].filter(Boolean).join(' '),
    one.kind ? say(`kind_${one.kind}`) : '',
    known ? '' : say('not_set_here'),
  ];
  return {
    label: one.name,
    detail: known ? one.label : say('not_set_here'),
    info: info(notes),
    type: known ? 'name' : 'far',
    boost: known ? 20 : -30,
  };
}

function functionOption(one) {
  const takes = !one.signature.endsWith('()');
  return {
    label: one.name,
    detail: one.signature.slice(one.name.length),
    info: info([one.signature, one.meaning]),
    type: 'function',
    boost: one.domain ? 5 : -10,
    apply: (view, chosen, from, to) => {
      const follows = view.state.sliceDoc(to, to + 1) === '(';
      const insert = follows ? one.name : `${one.name}()`;
      const anchor = from + one.name.length + (takes || follows ? 1 : 2);
      view.dispatch({ changes: { from, to, insert }, selection: { anchor } });
    },
  };
}

function info(lines) {
  const said = [...new Set(lines.filter(Boolean))];
  if (!said.length) return undefined;
  return () => {
    const made = document.createElement('div');
    for (const line of said) {
      const row = document.createElement('p');
      row.textContent = line;
      made.append(row);
    }
    return made;
  };
}

function all(found) {
  return found.flatMap((one) => [one, ...(one.members ? all(one.members) : [])]);
}

function answer(from, options, validFor) {
  return { from, options, validFor };
}
