// Shows a diagram with its tokens: a fitted picture, current steps marked with who and until when.
import 'diagram-js/assets/diagram-js.css';
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';

async function show(container) {
  const response = await fetch(container.dataset.source, { headers: { Accept: 'application/json' } });
  if (!response.ok) throw new Error(`${response.status}`);
  const picture = await response.json();
  const viewer = new NavigatedViewer({ container });
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
    overlays.add(token.element, 'token', { position: { bottom: -4, left: shape.width / 2 }, html: note, show: { minZoom: 0.3 } });
  }
  fit(canvas, registry, picture.tokens);
  new ResizeObserver(() => canvas.resized()).observe(container);
}

// Fitted as a whole while names stay readable; otherwise the current step in the middle.
function fit(canvas, registry, tokens) {
  const scale = canvas.zoom('fit-viewport', 'auto');
  const current = tokens.map((token) => registry.get(token.element)).filter(Boolean)[0];
  if (scale < 0.55 && current) {
    canvas.zoom(0.7, { x: current.x + current.width / 2, y: current.y + current.height / 2 });
    const box = canvas.viewbox();
    canvas.viewbox({
      x: current.x + current.width / 2 - box.outer.width / 1.4,
      y: current.y + current.height / 2 - box.outer.height / 1.4,
      width: box.outer.width / 0.7,
      height: box.outer.height / 0.7,
    });
  }
}

for (const container of document.querySelectorAll('[data-diagram]')) {
  show(container).catch((error) => {
    console.error(error);
    container.textContent = container.dataset.failed;
  });
}
