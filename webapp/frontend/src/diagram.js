// Shows a diagram with its tokens: a fitted picture, current steps marked with who and until when.
import { answerOf, draw, whenUnfolded } from './picture.js';

const shown = new Map(); // container -> picture

async function show(container) {
  const { xml, flows = [], tokens = [], marks = [] } = await answerOf(container.dataset.source);
  const picture = await draw(container, xml);
  if ('choose' in container.dataset) {
    picture.viewer.on('element.click', ({ element }) => {
      container.dispatchEvent(new CustomEvent('element-chosen', { detail: element.id, bubbles: true }));
    });
  }
  picture.way(flows, [], tokens);
  for (const token of tokens) {
    picture.mark(token.element, token.light === 'red' ? 'step-late' : 'step-now');
    picture.token(token);
  }
  marks.forEach((mark) => sign(picture, mark));
  picture.fit();
  picture.show([...tokens, ...marks].map((one) => one.element));
  shown.set(container, picture);
}

// A mark of the server: its colour on the element, its sign at the corner, a link where it leads.
function sign(picture, { element, mark: kind, sign: text, word, href }) {
  picture.mark(element, `mark-element-${kind}`);
  const note = document.createElement(href ? 'a' : 'div');
  note.className = `diagram-sign diagram-sign-${kind}`;
  note.textContent = text;
  note.title = word;
  if (href) note.href = href;
  const flow = (picture.registry.get(element) || {}).waypoints;
  if (!flow) picture.note(element, () => ({ left: 0, top: 0 }), note, 0.2);
  else if (kind !== 'covered' && kind !== 'way') {
    note.classList.add('diagram-sign-small');
    picture.note(element, middle, note, 0.35);
  }
}

// The middle of a flow, as a place inside its box; what is as it should be has no sign there.
function middle({ waypoints }) {
  const at = Math.floor((waypoints.length - 1) / 2);
  const [from, to] = [waypoints[at], waypoints[at + 1] || waypoints[at]];
  const left = (from.x + to.x) / 2 - Math.min(...waypoints.map((point) => point.x));
  const top = (from.y + to.y) / 2 - Math.min(...waypoints.map((point) => point.y));
  return { left, top };
}

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
  const picture = shown.get(container);
  const shape = picture.registry.get(link.dataset.shows);
  if (!shape) return;
  document.querySelectorAll('.element-shown').forEach((one) => one.classList.remove('element-shown'));
  picture.registry.getGraphics(shape).classList.add('element-shown');
  const box = shape.waypoints ? shape.waypoints[Math.floor(shape.waypoints.length / 2)] : shape;
  picture.center(box.x + (box.width || 0) / 2, box.y + (box.height || 0) / 2, 1);
  container.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
});

for (const container of document.querySelectorAll('[data-diagram]')) whenUnfolded(container, () => start(container));
