// What a person is told when somebody else saved the same file: nothing was overwritten, and both
// contents can be compared, kept and taken along.
import { ask, file, words } from './asking.js';

const dialog = document.getElementById('editor-conflict');
const part = (name) => dialog.querySelector(`[data-${name}]`);

// `mine` returns the content that this page has (or a promise); `leave` lets the page be left.
export function conflict({ said, mine, unsaved, leave }) {
  part('said').textContent = said;
  part('unsaved').hidden = !unsaved;
  for (const own of dialog.querySelectorAll('[data-own]')) own.hidden = !unsaved;
  part('changes').replaceChildren();
  part('compare').onclick = () => busy(part('compare'), async () => {
    const { changes } = await ask(file.compare, { path: file.path, content: await mine() });
    part('changes').replaceChildren(...(changes.length ? changes.map(line) : [text('p', words.same)]));
  });
  part('reload').onclick = () => { leave(); window.location.reload(); };
  part('fork').onclick = () => busy(part('fork'), async () => {
    const { ref } = await ask(file.fork, { path: file.path, content: await mine() });
    leave();
    window.location.assign(window.location.pathname.replace(`/${file.ref}/`, `/${ref}/`));
  });
  part('download').onclick = () => busy(part('download'), async () => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([await mine()], { type: 'text/plain' }));
    link.download = file.path.split('/').pop();
    link.click();
    window.setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  });
  if (!dialog.open) dialog.showModal();
}

async function busy(button, work) {
  button.disabled = true;
  part('problem').textContent = '';
  try {
    await work();
  } catch (error) {
    part('problem').textContent = [error.message, error.mend].filter(Boolean).join(' ');
  } finally {
    button.disabled = false;
  }
}

function text(tag, words_, className = '') {
  const made = document.createElement(tag);
  made.textContent = words_;
  if (className) made.className = className;
  return made;
}

function line(change) {
  const made = document.createElement('li');
  const head = document.createElement('p');
  head.append(text('span', `${change.sign} ${change.word}`, `mark mark-${change.mark}`), ` ${change.sort} `, text('b', change.name));
  made.append(head);
  for (const [what, before, after] of change.details) {
    const detail = text('p', `${what} `, 'small');
    if (before) detail.append(text('del', before));
    if (before && after) detail.append(' → ');
    if (after) detail.append(text('ins', after));
    made.append(detail);
  }
  return made;
}
