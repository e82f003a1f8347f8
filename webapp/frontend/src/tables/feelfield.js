// The field for FEEL where the table editor has one of its own: cells, headings, expressions.
// It completes and checks by the words of the draft, as the fields of the modeler do.
import { Component, createVNode } from 'inferno';
import { feelEditor } from '../feel/editor.js';
import { el, wordsOf } from '../studio/dom.js';
import { book, check, namesOf } from './book.js';

const ELEMENT = 1; // flags of inferno: an element, without children
const NONE = 1;
const PLAIN = /^[\p{L}_][\p{L}\p{N}_ ，、。（）()-]*$/u;
const QUOTED = /^\s*"([^"\\]+)"\s*$/;
let say;
let last = 0;

export default class FeelField extends Component {
  constructor(props, context) {
    super(props, context);
    this.known = context.injector?.get('elementRegistry', false);
    this.root = () => context.injector?.get('sheet', false)?.getRoot()?.businessObject;
    this.keep = (node) => { this.node = node; };
    this.left = () => this.props.onBlur?.();
    this.contain = (event) => event.stopPropagation();
    // A choice is taken with Enter or given up with Escape; the table shall not hear of it.
    this.before = (event) => { event.choosing = Boolean(this.node.querySelector('.cm-tooltip-autocomplete')); };
    this.after = (event) => { if (event.choosing && ['Enter', 'Escape'].includes(event.key)) event.stopPropagation(); };
  }

  componentDidMount() {
    say ||= wordsOf('editor-more');
    last += 1;
    const cell = this.node.closest('td');
    const tests = Boolean(cell?.classList.contains('input-cell'));
    const choices = cell ? this.choices(cell, tests) : [];
    const label = el('span', { class: 'visually-hidden', id: `feel-label-${last}` }, this.props.label || '');
    const box = el('div', { class: 'feel-field' });
    const hint = el('p', { class: 'feel-hint', id: `feel-hint-${last}` }, this.hint(cell, tests, choices));
    this.problems = el('div', { class: 'feel-problems', id: `feel-problems-${last}`, 'aria-live': 'polite' });
    const below = el('div', { class: 'feel-below' }, this.problems, cell ? hint : null);
    // Beside the scrolling table, or the last row would cut it off.
    this.place = () => {
      if (!cell || below.hidden) return;
      const { left, bottom } = cell.getBoundingClientRect();
      below.style.top = `${bottom}px`;
      below.style.left = `${Math.max(0, Math.min(left, window.innerWidth - below.offsetWidth))}px`;
    };
    const settle = () => {
      hint.hidden = Boolean(this.text.trim()) && !this.problems.hasChildNodes();
      below.hidden = cell ? hint.hidden : !this.problems.hasChildNodes();
      this.place();
    };
    this.text = this.props.value || '';
    new MutationObserver(settle).observe(this.problems, { childList: true });
    this.node.append(label, box, below);
    settle();
    this.editor = feelEditor({
      parent: box,
      problems: this.problems,
      value: this.props.value || '',
      lines: !this.props.singleLine && (this.props.value || '').includes('\n'),
      tests,
      label: label.id,
      describedBy: `${this.problems.id} ${cell ? hint.id : ''}`,
      words: () => ({ ...book(), tested: choices }),
      check: (text) => check(tests ? 'tests' : 'value', text, this.root()),
      act: (text) => this.quoting(text),
      context: () => `${tests} ${namesOf(this.root()).join()}`,
      change: (text) => {
        this.text = text;
        settle();
        this.props.onInput?.(text);
      },
    });
    window.addEventListener('scroll', this.place, true);
    this.node.addEventListener('mousedown', this.contain);
    this.node.addEventListener('click', this.contain);
    this.node.addEventListener('keydown', this.before, true);
    this.node.addEventListener('keydown', this.after);
    this.node.addEventListener('focusout', (event) => { if (!this.node.contains(event.relatedTarget)) this.left(); });
    if (this.props.autoFocus) {
      this.editor.view.focus();
      this.editor.view.dispatch({ selection: { anchor: this.editor.view.state.doc.length } });
    }
  }

  componentDidUpdate(before) {
    if (before.value !== this.props.value) this.editor.set(this.props.value || '');
  }

  componentWillUnmount() {
    window.removeEventListener('scroll', this.place, true);
    this.editor.destroy();
  }

  // The values that a column can have: what forms offer for its name, what it lists, what it holds.
  choices(cell, tests) {
    const column = this.known?.get(cell.dataset.colId)?.businessObject;
    const table = this.root()?.decisionLogic || this.root();
    if (!column || !table) return [];
    const place = table.get(tests ? 'input' : 'output').indexOf(column);
    const found = new Map();
    const name = tests ? column.inputExpression?.text : column.name;
    for (const one of book().names.find((known) => known.name === name)?.choices || []) found.set(one.value, one);
    const listed = (tests ? column.inputValues : column.outputValues)?.text || '';
    const held = table.get('rule').map((rule) => rule.get(tests ? 'inputEntry' : 'outputEntry')[place]?.text || '');
    for (const text of [...listed.split(','), ...held]) {
      const value = QUOTED.exec(text)?.[1];
      if (value && !found.has(value)) found.set(value, { value, label: value });
    }
    return [...found.values()];
  }

  hint(cell, tests, choices) {
    if (!cell) return '';
    const column = this.known?.get(cell.dataset.colId)?.businessObject;
    const type = (tests ? column?.inputExpression?.typeRef : column?.typeRef) || 'string';
    const first = choices[0]?.value || say('feel-sample');
    const said = type === 'string' ? say(tests ? 'feel-tests' : 'feel-text', { sample: `"${first}"` }) : say(tests ? 'feel-numbers' : 'feel-value');
    return choices.length ? `${said} ${say('feel-choices')}` : said;
  }

  // A text without quotation marks reads as a name that nothing sets: one press puts them.
  quoting(text) {
    const bare = text.trim();
    if (!PLAIN.test(bare)) return null;
    const quoted = `"${bare}"`;
    const mend = () => {
      this.text = quoted;
      this.editor.set(quoted);
      this.props.onInput?.(quoted);
      this.editor.view.focus();
    };
    return { words: say('feel-quote', { text: quoted }), mend };
  }

  render() {
    return createVNode(ELEMENT, 'div', ['literal-expression', this.props.className || ''].join(' '), null, NONE, { onFocusIn: this.props.onFocus }, null, this.keep);
  }
}
