// Letters and messages with what they may name and how they read, and any file as it is written.
import { ask, Saving, file } from '../studio/saving.js';
import { el, quietly } from '../studio/dom.js';
import Problems from '../studio/problems.js';

const LINE = /(?:line|第)\s*(\d+)/;

export default function writing(area, say) {
  const letter = document.getElementById('text');
  // The browser writes line ends as it likes; the file keeps those that it has.
  const windows = /\r\n/.test(file.content);
  const text = () => (windows ? area.value.replace(/\n/g, '\r\n') : area.value);

  area.value = file.content;

  // A finding that names a line leads there.
  function lead({ sentence }) {
    const number = Number(LINE.exec(sentence)?.[1]);
    return number ? Object.assign(() => goTo(number), { words: say('line', { number }) }) : null;
  }

  function goTo(number) {
    const lines = area.value.split('\n');
    const start = lines.slice(0, number - 1).join('\n').length + (number > 1 ? 1 : 0);
    area.focus();
    area.setSelectionRange(start, start + (lines[number - 1] || '').length);
    area.scrollTop = Math.max(0, (number - 4) * (area.scrollHeight / lines.length));
  }

  const problems = new Problems(async () => text(), { lead });
  const saving = new Saving(text, () => problems.later());

  let turn = 0;
  async function write() {
    turn += 1;
    const mine = turn;
    const error = document.getElementById('text-error');
    try {
      const written = await ask(file.write, { path: file.path, content: text() });
      if (mine !== turn) return;
      error.textContent = written.error;
      if (written.error) return;
      document.getElementById('text-subject').textContent = written.subject || say('no-subject');
      document.getElementById('text-body').textContent = written.body;
    } catch (failed) {
      if (mine === turn) error.textContent = [failed.message, failed.mend].filter(Boolean).join(' ');
    }
  }
  const later = quietly(write, 250);

  area.addEventListener('input', () => {
    saving.changed();
    if (letter) later();
  });

  // Put in as if it were typed, so that it can be taken back like that.
  function insert(words) {
    area.focus();
    if (!document.execCommand('insertText', false, words)) {
      area.setRangeText(words, area.selectionStart, area.selectionEnd, 'end');
      area.dispatchEvent(new Event('input'));
    }
  }

  if (letter) {
    for (const button of document.querySelectorAll('[data-insert]')) {
      button.addEventListener('mousedown', (event) => event.preventDefault());
      button.addEventListener('click', () => insert(button.dataset.insert));
    }
    const find = document.getElementById('find-name');
    find.addEventListener('input', () => {
      const wanted = find.value.trim().toLowerCase();
      for (const row of document.querySelectorAll('[data-find]')) row.hidden = !row.dataset.find.toLowerCase().includes(wanted);
      for (const group of document.querySelectorAll('.name-group')) {
        group.hidden = !group.querySelector('[data-find]:not([hidden])');
        if (wanted) group.open = true;
      }
    });
    write();
  }
}
