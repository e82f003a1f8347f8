// A diagram that is looked at: read once, then marked, and marked anew without being read again.
import 'diagram-js/assets/diagram-js.css';
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import { answerOf, center, stretch } from '../diagrams.js';

export async function draw(container, source) {
  const { xml } = await answerOf(source);
  const viewer = new NavigatedViewer({ container });
  await viewer.importXML(xml);
  const picture = new Picture(container, viewer);
  picture.fit();
  return picture;
}

class Picture {
  constructor(container, viewer) {
    this.container = container;
    this.canvas = viewer.get('canvas');
    this.registry = viewer.get('elementRegistry');
    this.overlays = viewer.get('overlays');
    this.marked = [];
    new ResizeObserver(() => this.canvas.resized()).observe(container);
  }

  fit() {
    stretch(this.container, this.canvas, { padding: 72, least: 240, most: 640 });
    if (this.canvas.zoom('fit-viewport', 'auto') > 1.25) {
      this.canvas.zoom(1.25, 'auto');
      this.canvas.zoom('fit-viewport', 'auto');
    }
  }

  clear() {
    this.overlays.clear();
    for (const [id, marker] of this.marked) if (this.registry.get(id)) this.canvas.removeMarker(id, marker);
    this.marked = [];
  }

  mark(id, marker) {
    if (!this.registry.get(id)) return;
    this.canvas.addMarker(id, marker);
    this.marked.push([id, marker]);
  }

  note(id, position, note) {
    const shape = this.registry.get(id);
    if (!shape) return;
    this.overlays.add(id, 'note', { position: position(shape), html: note, show: { minZoom: 0.15 } });
  }

  // Where the diagram is too large to read as a whole, its first marked element comes into sight.
  show(ids) {
    const shape = ids.map((id) => this.registry.get(id)).filter(Boolean)[0];
    if (!shape || this.canvas.viewbox().scale >= 0.5) return;
    center(this.canvas, shape.x + (shape.width || 0) / 2, shape.y + (shape.height || 0) / 2, 0.75);
  }
}

// A badge: a link where it leads somewhere. Texts come from diagrams and are never read as markup.
export function badge({ text, title, kind, href }) {
  const found = document.createElement(href ? 'a' : 'span');
  found.className = `watch-badge watch-badge-${kind}`;
  found.textContent = text;
  found.title = title;
  if (href) {
    found.href = href;
    found.setAttribute('aria-label', `${text} ${title}`);
  }
  return found;
}
