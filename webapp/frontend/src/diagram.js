// Shows a diagram with its tokens: a fitted picture, current steps marked with who and until when.
import 'diagram-js/assets/diagram-js.css';
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import { answerOf, center, stretch, whenUnfolded } from './diagrams.js';

async function show(container) {
  const picture = await answerOf(container.dataset.source);
  const viewer = new NavigatedViewer({ container });
  if ('choose' in container.dataset) {
    viewer.on('element.click', ({ element }) => {
      container.dispatchEvent(new CustomEvent('element-chosen', { detail: element.id, bubbles: true }));
    });
  }
  await viewer.importXML(picture.xml);
  const canvas = viewer.get('canvas');
  const registry = viewer.get('elementRegistry');
  const overlays = viewer.get('overlays');
  const mark = (ids, marker) => ids.filter((id) => registry.get(id)).forEach((id) => canvas.addMarker(id, marker));

  const taken = picture.flows.map((id) => registry.get(id)).filter(Boolean);
  const here = new Set(picture.tokens.map((token) => token.element));
  mark(picture.flows, 'flow-taken');
  mark([...new Set(taken.map((flow) => flow.source.id))].filter((id) => !here.has(id)), 'step-done');
  for (const token of picture.tokens) {
    const shape = registry.get(token.element);
    if (!shape) continue;
    canvas.addMarker(token.element, token.light === 'red' ? 'step-late' : 'step-now');
    const note = document.createElement('div');
    note.className = `diagram-note diagram-note-${token.light}`;
    note.textContent = token.note;
    // A boundary event sits on the lower edge: then the note goes above.
    const edge = (shape.attachers || []).length ? { top: -26 } : { bottom: -4 };
    overlays.add(token.element, 'token', { position: { ...edge, left: shape.width / 2 }, html: note, show: { minZoom: 0.3 } });
  }
  for (const { element, mark: kind, sign, word, href } of picture.marks || []) {
    const shape = registry.get(element);
    if (!shape) continue;
    canvas.addMarker(element, `mark-element-${kind}`);
    const note = document.createElement(href ? 'a' : 'div');
    note.className = `diagram-sign diagram-sign-${kind}`;
    note.textContent = sign;
    note.title = word;
    if (href) note.href = href;
    if (!shape.waypoints) overlays.add(element, 'mark', { position: { left: 0, top: 0 }, html: note, show: { minZoom: 0.2 } });
    else if (kind !== 'covered' && kind !== 'way') overlays.add(element, 'mark', onFlow(shape, note));
  }
  fit(container, canvas, registry, [...picture.tokens, ...(picture.marks || [])]);
  shown.set(container, { canvas, registry });
  new ResizeObserver(() => canvas.resized()).observe(container);
}

// A sign in the middle of a flow; what is as it should be has none.
function onFlow({ waypoints }, note) {
  note.classList.add('diagram-sign-small');
  const at = Math.floor((waypoints.length - 1) / 2);
  const [from, to] = [waypoints[at], waypoints[at + 1] || waypoints[at]];
  const left = (from.x + to.x) / 2 - Math.min(...waypoints.map((point) => point.x));
  const top = (from.y + to.y) / 2 - Math.min(...waypoints.map((point) => point.y));
  return { position: { left, top }, html: note, show: { minZoom: 0.35 } };
}

// As tall as the drawing needs at full width, so that names can be read; then fitted as a whole,
// or, where that would be too small to read, with the current step in the middle.
function fit(container, canvas, registry, tokens) {
  const { inner } = canvas.viewbox();
  stretch(container, canvas, { padding: 72, least: 240, most: 580 });
  const scale = canvas.zoom('fit-viewport', 'auto');
  const current = tokens.map((token) => registry.get(token.element)).filter((shape) => shape && !shape.waypoints)[0];
  if (scale > 1.25) {
    canvas.zoom(1.25, 'auto');
    center(canvas, inner.x + inner.width / 2, inner.y + inner.height / 2, 1.25);
  } else if (scale < 0.5 && current) {
    center(canvas, current.x + current.width / 2, current.y + current.height / 2, 0.75);
  }
}

const shown = new Map();

function start(container) {
  return show(container).catch((error) => {
    console.error(error);
    container.textContent = container.dataset.failed;
  });
}

// A link elsewhere on the page that shows one element: its diagram is unfolded, the element marked.
document.addEventListener('click', async (event) => {
  const link = event.target.closest('[data-shows]');
  const frame = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
  const container = frame && frame.querySelector('[data-diagram]');
  if (!container) return;
  event.preventDefault();
  if (frame.tagName === 'DETAILS') frame.open = true;
  for (let turn = 0; turn < 100 && !shown.has(container); turn += 1) await new Promise((done) => setTimeout(done, 50));
  if (!shown.has(container)) return;
  const { canvas, registry } = shown.get(container);
  const shape = registry.get(link.dataset.shows);
  if (!shape) return;
  document.querySelectorAll('.element-shown').forEach((one) => one.classList.remove('element-shown'));
  registry.getGraphics(shape).classList.add('element-shown');
  const box = shape.waypoints ? shape.waypoints[Math.floor(shape.waypoints.length / 2)] : shape;
  center(canvas, box.x + (box.width || 0) / 2, box.y + (box.height || 0) / 2, 1);
  container.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
});

for (const container of document.querySelectorAll('[data-diagram]')) whenUnfolded(container, () => start(container));
