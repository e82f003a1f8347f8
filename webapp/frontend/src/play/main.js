// The diagrams of a play: drawn once, marked anew after each act; a token leads to its task.
import { answerOf, draw } from '../picture.js';

const drawn = new Map(); // case and process -> { canvas: its element, picture, tasks by element }
let chosen = ''; // the diagram that somebody asked for; '' follows the tokens
let before = ''; // the diagram where the tokens were

function state() {
  const holder = document.getElementById('play-picture');
  return holder ? JSON.parse(holder.textContent) : null;
}

function clear(box) {
  box.replaceChildren();
  drawn.clear();
}

async function drawnOf(box, diagram) {
  const key = `${box.dataset.case}/${diagram.process}`;
  if (drawn.has(key)) return drawn.get(key);
  const canvas = document.createElement('div');
  canvas.className = 'diagram play-canvas';
  canvas.tabIndex = 0;
  canvas.setAttribute('role', 'region');
  canvas.setAttribute('aria-label', box.dataset.label + diagram.title);
  box.append(canvas);
  const made = { canvas, picture: null, tasks: {} };
  drawn.set(key, made);
  const address = `${box.dataset.source.replace('PROCESS', encodeURIComponent(diagram.process))}?case=${encodeURIComponent(box.dataset.case)}`;
  const { xml } = await answerOf(address);
  made.picture = await draw(canvas, xml);
  made.picture.viewer.on('element.click', ({ element }) => {
    const task = made.tasks[element.id];
    if (task) document.getElementById(`task-${task}`)?.click();
  });
  return made;
}

function mark({ picture, tasks }, diagram) {
  const open = diagram.tokens.filter((token) => token.task);
  picture.clear();
  picture.way(diagram.flows, diagram.fresh, open);
  Object.keys(tasks).forEach((element) => delete tasks[element]);
  for (const token of open) {
    picture.mark(token.element, token.light === 'red' ? 'step-late' : 'step-now');
    picture.mark(token.element, 'step-open');
    tasks[token.element] = token.task;
  }
  // Last: a note takes over what its element is marked with afterwards.
  diagram.tokens.forEach((token) => picture.token(token));
}

function tabs(box, picture, shown) {
  let bar = box.querySelector('.play-diagrams');
  if (!bar) {
    bar = document.createElement('div');
    bar.className = 'play-diagrams';
    bar.setAttribute('role', 'group');
    bar.setAttribute('aria-label', box.dataset.diagrams);
    box.prepend(bar);
  }
  const offered = picture.diagrams.filter((one) => one.process === picture.main || one.tokens.length || one.flows.length);
  bar.replaceChildren(...offered.map((one) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = one.title;
    button.setAttribute('aria-pressed', String(one.process === shown));
    const open = one.tokens.filter((token) => token.task).length;
    if (open) {
      const count = document.createElement('span');
      count.className = 'count';
      count.textContent = `●${open > 1 ? open : ''}`;
      button.append(count);
    }
    button.addEventListener('click', () => {
      chosen = one.process;
      refresh();
    });
    return button;
  }));
  bar.hidden = offered.length < 2;
}

async function refresh() {
  const box = document.getElementById('play-diagram');
  const picture = state();
  if (!box || !picture) return;
  const section = box.closest('#play');
  const name = section?.querySelector('input[name="case"]')?.value || box.dataset.case;
  if (name !== box.dataset.case) {
    box.dataset.case = name;
    chosen = '';
    clear(box);
  }
  if (picture.current !== before) chosen = '';
  before = picture.current;
  const shown = picture.diagrams.find((one) => one.process === (chosen || picture.current)) || picture.diagrams[0];
  tabs(box, picture, shown.process);
  try {
    const made = await drawnOf(box, shown);
    for (const one of drawn.values()) one.canvas.hidden = one !== made;
    if (!made.picture) return;
    mark(made, shown);
    made.picture.fit({ padding: 60, least: 220, most: 420 });
    made.picture.show([...shown.tokens].sort((a, b) => Boolean(b.task) - Boolean(a.task)).map((token) => token.element));
    box.dataset.ready = shown.process;
  } catch (error) {
    console.error(error);
    clear(box);
    box.textContent = box.dataset.failed;
  }
}

// One after the other: an act that comes while a diagram is being drawn is marked afterwards.
let running = Promise.resolve();
function again() {
  running = running.then(refresh);
}
document.addEventListener('htmx:after:swap', again);
again();
