// How FEEL is coloured while it is typed. What is right and wrong the server says.
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from '@codemirror/language';
import { tags } from '@lezer/highlight';

export const KEYWORDS = [
  'and', 'or', 'not', 'if', 'then', 'else', 'for', 'in', 'return', 'some', 'every', 'satisfies',
  'between', 'instance of', 'function', 'true', 'false', 'null',
];
const WORDS = new Set(KEYWORDS.flatMap((word) => word.split(' ')));
const CONSTANTS = new Set(['true', 'false', 'null']);

const language = StreamLanguage.define({
  token(stream) {
    if (stream.eatSpace()) return null;
    if (stream.match('//')) {
      stream.skipToEnd();
      return 'comment';
    }
    if (stream.match(/^@?"(?:\\.|[^"\\])*"?/)) return 'string';
    if (stream.match(/^\d+(?:\.\d+)?/)) return 'number';
    const word = stream.match(/^[\p{L}_?][\p{L}\p{N}_]*/u);
    if (word) {
      if (CONSTANTS.has(word[0])) return 'atom';
      if (WORDS.has(word[0])) return 'keyword';
      return /^\s*\(/.test(stream.string.slice(stream.pos)) ? 'function' : 'name';
    }
    stream.next();
    return null;
  },
  tokenTable: { function: tags.function(tags.variableName), name: tags.variableName },
});

const colours = HighlightStyle.define([
  { tag: tags.string, class: 'feel-string' },
  { tag: tags.number, class: 'feel-number' },
  { tag: tags.atom, class: 'feel-atom' },
  { tag: tags.keyword, class: 'feel-keyword' },
  { tag: tags.function(tags.variableName), class: 'feel-function' },
  { tag: tags.comment, class: 'feel-comment' },
]);

export default [language, syntaxHighlighting(colours)];
