// A diagram that is looked at: read once, then marked, and marked anew without being read again.
// Whatever stands on it comes from definitions and people: texts are never read as markup.
import 'diagram-js/assets/diagram-js.css';
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';

const LARGEST = 1.25; // a small drawing grows no further
const READABLE = 0.5; // below that scale names cannot be read
const CLOSE = 0.75; // and one element is shown at this scale instead

// The answer's JSON; an Error with the status for anything else.
export async function answerOf(address) {
  const response = await fetch(address, { headers: { Accept: 'application/json' } });
  if (!response.ok) throw new Error(`${response.status}`);
  return response.json();
}

// A folded diagram has no size yet: it is drawn when it is unfolded.
export function whenUnfolded(container, start) {
  const folded = container.closest('details:not([open])');
  if (folded) folded.addEventListener('toggle', start, { once: true });
  else start();
}

export async function draw(container, xml) {
  const viewer = new NavigatedViewer({ container });
  await viewer.importXML(xml);
  return new Picture(container, viewer);
}

class Picture {
  constructor(container, viewer) {
    this.container = container;
    this.viewer = viewer;
    this.canvas = viewer.get('canvas');
    this.registry = viewer.get('elementRegistry');
    this.overlays = viewer.get('overlays');
    this.marked = [];
    new ResizeObserver(() => this.canvas.resized()).observe(container);
  }

  // As tall as the drawing needs at full width, so that names can be read; then fitted as a whole.
  fit({ padding = 72, least = 240, most = 580 } = {}) {
    const { inner } = this.canvas.viewbox();
    const wanted = (this.container.clientWidth * inner.height) / Math.max(inner.width, 1) + padding;
    this.container.style.height = `${Math.round(Math.min(Math.max(wanted, least), most))}px`;
    this.canvas.resized();
    if (this.canvas.zoom('fit-viewport', 'auto') <= LARGEST) return;
    this.center(inner.x + inner.width / 2, inner.y + inner.height / 2, LARGEST);
  }

  // The point of the drawing that comes into the middle, at a scale.
  center(x, y, scale) {
    const { outer } = this.canvas.viewbox();
    const [width, height] = [outer.width / scale, outer.height / scale];
    this.canvas.viewbox({ x: x - width / 2, y: y - height / 2, width, height });
  }

  // Where the drawing is too large to be read as a whole, the first of these comes into sight.
  show(ids) {
    const shape = ids.map((id) => this.registry.get(id)).find((one) => one && !one.waypoints);
    if (!shape || this.canvas.viewbox().scale >= READABLE) return;
    this.center(shape.x + shape.width / 2, shape.y + shape.height / 2, CLOSE);
  }

  clear() {
    this.overlays.clear();
    for (const [id, marker] of this.marked) this.canvas.removeMarker(id, marker);
    this.marked = [];
  }

  mark(id, marker) {
    if (!this.registry.get(id)) return;
    this.canvas.addMarker(id, marker);
    this.marked.push([id, marker]);
  }

  note(id, position, html, minZoom = 0.15) {
    const shape = this.registry.get(id);
    if (shape) this.overlays.add(id, 'note', { position: position(shape), html, show: { minZoom } });
  }

  // The way taken: flows, those of the newest step, and the steps behind them that are over.
  way(flows, fresh, tokens) {
    const here = new Set(tokens.map((token) => token.element));
    const passed = flows.map((id) => this.registry.get(id)).filter(Boolean).map((flow) => flow.source.id);
    flows.forEach((id) => this.mark(id, 'flow-taken'));
    fresh.forEach((id) => this.mark(id, 'flow-fresh'));
    [...new Set(passed)].filter((id) => !here.has(id)).forEach((id) => this.mark(id, 'step-done'));
  }

  // Where something goes on: who has it, until when. Boundary events sit on the lower edge of their
  // step: then the note goes above.
  token({ element, note, light }) {
    const text = document.createElement('div');
    text.className = `diagram-note diagram-note-${light}`;
    text.textContent = note;
    const edge = (shape) => ((shape.attachers || []).length ? { top: -26 } : { bottom: -4 });
    this.note(element, (shape) => ({ ...edge(shape), left: shape.width / 2 }), text, 0.3);
  }
}
