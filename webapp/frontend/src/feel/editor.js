// A field for FEEL: coloured, completed, and told while one types what the check would say.
// feelEditor(options) returns {view, set(value), recheck(), flush(), destroy()}.
import { defaultKeymap } from '@codemirror/commands';
import { EditorState, StateEffect, StateField } from '@codemirror/state';
import { Decoration, drawSelection, EditorView, keymap, placeholder as shown } from '@codemirror/view';
import { closeBrackets, closeBracketsKeymap } from '@codemirror/autocomplete';
import { completion } from './completion.js';
import language from './language.js';
import { say } from './words.js';

const QUIET = 300; // milliseconds without a key before it is checked and handed on
const answers = new Map(); // what the server said of a text; the same text is asked once

const faulty = StateEffect.define();
const faults = StateField.define({
  create: () => Decoration.none,
  update(marks, transaction) {
    const found = transaction.effects.find((effect) => effect.is(faulty));
    return found ? marked(found.value, transaction.state.doc.length) : marks.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

function marked(problems, length) {
  const mark = Decoration.mark({ class: 'feel-fault' });
  const ranges = problems
    .map((one) => [Math.min(one.position, Math.max(length - 1, 0)), Math.min(one.end, length)])
    .filter(([from, to]) => to > from)
    .map(([from, to]) => mark.range(from, to));
  return Decoration.set(ranges, true);
}

// options: parent, problems (the element that lists what is wrong), value, lines (several lines
// are meant), label (id of the label), describedBy (ids), placeholder, tests, words() for
// completion, check(text) -> promise of problems, key(text) for which the answer holds,
// change(text), act(text) for a mend by one press of what is wrong: {words, mend()} or nothing,
// and context() for what the answers depend on besides.
export function feelEditor(options) {
  const { parent, lines = false, change = () => {}, check, context = () => '' } = options;
  let timer = 0;
  let pending = false;
  let asked = 0;
  let gone = false;

  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: options.value || '',
      extensions: [
        language,
        faults,
        drawSelection(),
        closeBrackets(),
        completion(options.words, options.tests),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({
          'aria-labelledby': options.label,
          'aria-describedby': options.describedBy || '',
          'aria-multiline': String(lines),
          spellcheck: 'false',
          autocorrect: 'off',
          autocapitalize: 'off',
        }),
        EditorView.cspNonce.of(document.querySelector('meta[name="style-nonce"]')?.content || ''),
        options.placeholder ? shown(options.placeholder) : [],
        lines ? [] : oneLine,
        keymap.of([...closeBracketsKeymap, ...defaultKeymap]),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged || update.transactions.some((one) => one.isUserEvent('outside'))) return;
          pending = true;
          window.clearTimeout(timer);
          timer = window.setTimeout(flush, QUIET);
        }),
        EditorView.domEventHandlers({
          blur: () => { flush(); },
          keydown: (event) => { if (event.ctrlKey || event.metaKey) flush(); },
        }),
      ],
    }),
  });

  function flush() {
    window.clearTimeout(timer);
    if (!pending || gone) return;
    pending = false;
    change(text());
    recheck();
  }

  function text() {
    return view.state.doc.toString();
  }

  // Hand in what the diagram holds now, after an undo or a change elsewhere.
  function set(value) {
    if (pending || bare(value) === bare(text())) return;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value }, userEvent: 'outside' });
    recheck();
  }

  async function recheck() {
    const now = text();
    const number = asked += 1;
    const problems = await judge(now).catch(() => null);
    if (gone || number !== asked || now !== text()) return;
    view.dispatch({ effects: faulty.of(problems || []) });
    list(problems);
  }

  async function judge(now) {
    if (!now.trim() || !check) return [];
    const key = `${context()} ${now}`;
    if (!answers.has(key)) {
      if (answers.size > 500) answers.clear();
      answers.set(key, check(now).catch((error) => { answers.delete(key); throw error; }));
    }
    return answers.get(key);
  }

  function list(problems) {
    const said = problems === null
      ? [line('p', 'feel-unchecked', say('unreachable'))]
      : problems.map((one) => {
        const made = line('p', `feel-problem feel-${one.severity}`, one.sentence);
        if (one.mend) made.append(line('span', 'feel-mend', one.mend));
        return made;
      });
    const offered = problems?.length && options.act?.(text());
    if (offered) said.push(act(offered));
    options.problems?.replaceChildren(...said);
    parent.classList.toggle('feel-wrong', Boolean(problems?.length));
    view.contentDOM.setAttribute('aria-invalid', String(Boolean(problems?.length)));
  }

  recheck();
  return {
    view,
    set,
    flush,
    recheck,
    destroy() {
      flush();
      gone = true;
      view.destroy();
    },
  };
}

// Without several lines the return key hands the text on instead of breaking it.
const oneLine = [
  EditorState.transactionFilter.of((transaction) => {
    const kept = transaction.startState.doc.lines > 1 || transaction.isUserEvent('outside');
    if (!transaction.docChanged || transaction.newDoc.lines === 1 || kept) return transaction;
    return [transaction, { changes: breaks(transaction.newDoc), sequential: true }];
  }),
  keymap.of([{ key: 'Enter', run: (view) => view.state.doc.lines === 1 }]),
];

function breaks(doc) {
  const found = [];
  for (let number = 1; number < doc.lines; number += 1) {
    const { to } = doc.line(number);
    found.push({ from: to, to: to + 1, insert: ' ' });
  }
  return found;
}

// A text without the blanks that do not count, so that nobody's blanks vanish while they type.
function bare(text) {
  return text.split('\n').map((one) => one.trim()).filter(Boolean).join('\n');
}

// A mend by one press; pressing keeps the cursor in the field.
function act({ words, mend }) {
  const made = line('button', 'feel-act', words);
  made.type = 'button';
  made.addEventListener('mousedown', (event) => event.preventDefault());
  made.addEventListener('click', mend);
  return made;
}

function line(kind, name, said) {
  const made = document.createElement(kind);
  made.className = name;
  made.textContent = said;
  return made;
}
