// The diagrams of a play: drawn once, marked anew after each act; a token leads to its task.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import { answerOf, center, stretch } from '../diagrams.js';

const drawn = new Map(); // process -> { viewer, canvas element, markers }
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

async function viewerOf(box, diagram) {
  const key = `${box.dataset.case}/${diagram.process}`;
  if (drawn.has(key)) return drawn.get(key);
  const canvas = document.createElement('div');
  canvas.className = 'diagram play-canvas';
  canvas.tabIndex = 0;
  canvas.setAttribute('role', 'region');
  canvas.setAttribute('aria-label', box.dataset.label + diagram.title);
  box.append(canvas);
  const made = { canvas, viewer: null, marks: [] };
  drawn.set(key, made);
  const address = `${box.dataset.source.replace('PROCESS', encodeURIComponent(diagram.process))}?case=${encodeURIComponent(box.dataset.case)}`;
  const { xml } = await answerOf(address);
  const viewer = new NavigatedViewer({ container: canvas });
  await viewer.importXML(xml);
  made.viewer = viewer;
  viewer.on('element.click', ({ element }) => {
    const task = (made.tasks || {})[element.id];
    if (task) document.getElementById(`task-${task}`)?.click();
  });
  new ResizeObserver(() => viewer.get('canvas').resized()).observe(canvas);
  return made;
}

function mark(made, diagram) {
  const canvas = made.viewer.get('canvas');
  const registry = made.viewer.get('elementRegistry');
  const overlays = made.viewer.get('overlays');
  for (const [id, marker] of made.marks) canvas.removeMarker(id, marker);
  overlays.clear();
  made.marks = [];
  made.tasks = {};
  const add = (id, marker) => {
    if (!registry.get(id)) return;
    canvas.addMarker(id, marker);
    made.marks.push([id, marker]);
  };
  const here = new Set(diagram.tokens.filter((token) => token.task).map((token) => token.element));
  const passed = new Set(diagram.flows.map((id) => registry.get(id)?.source.id).filter(Boolean));
  diagram.flows.forEach((id) => add(id, 'flow-taken'));
  diagram.fresh.forEach((id) => add(id, 'flow-fresh'));
  [...passed].filter((id) => !here.has(id)).forEach((id) => add(id, 'step-done'));
  for (const token of diagram.tokens) {
    const shape = registry.get(token.element);
    if (!shape) continue;
    if (token.task) {
      add(token.element, token.light === 'red' ? 'step-late' : 'step-now');
      add(token.element, 'step-open');
      made.tasks[token.element] = token.task;
    }
    const note = document.createElement('div');
    note.className = `diagram-note diagram-note-${token.light}`;
    note.textContent = token.note;
    const edge = (shape.attachers || []).length ? { top: -26 } : { bottom: -4 };
    overlays.add(token.element, 'token', { position: { ...edge, left: shape.width / 2 }, html: note, show: { minZoom: 0.3 } });
  }
}

// As tall as the drawing needs at full width; a large one shows what is going on, not everything.
function fit(made, diagram) {
  const canvas = made.viewer.get('canvas');
  const registry = made.viewer.get('elementRegistry');
  stretch(made.canvas, canvas, { padding: 60, least: 220, most: 420 });
  const scale = canvas.zoom('fit-viewport', 'auto');
  if (scale > 1.2) canvas.zoom(1.2, 'auto');
  const token = diagram.tokens.find((one) => one.task) || diagram.tokens[0];
  const shape = token && registry.get(token.element);
  if (scale < 0.55 && shape) center(canvas, shape.x + shape.width / 2, shape.y + shape.height / 2, 0.7);
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
    const made = await viewerOf(box, shown);
    for (const one of drawn.values()) one.canvas.hidden = one !== made;
    if (!made.viewer) return;
    mark(made, shown);
    fit(made, shown);
    box.dataset.ready = shown.process;
  } catch (error) {
    console.error(error);
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
