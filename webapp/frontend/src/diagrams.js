// What the pages with diagrams share: how one is asked for, when it is drawn, how tall it is.

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

// As tall as the drawing needs at full width, so that names can be read.
export function stretch(container, canvas, { padding, least, most }) {
  const { inner } = canvas.viewbox();
  const wanted = (container.clientWidth * inner.height) / Math.max(inner.width, 1) + padding;
  container.style.height = `${Math.round(Math.min(Math.max(wanted, least), most))}px`;
  canvas.resized();
}

// The point of the drawing that comes into the middle, at a scale.
export function center(canvas, x, y, scale) {
  const { outer } = canvas.viewbox();
  const width = outer.width / scale;
  const height = outer.height / scale;
  canvas.viewbox({ x: x - width / 2, y: y - height / 2, width, height });
}
