// Numbers, heat and thick flows on the diagrams of a page.
import { answerOf, draw, whenUnfolded } from '../picture.js';
import { badge } from './badge.js';

const ON_TOP = ['count', 'heat'];

function paint(picture, { marks, flows }) {
  const rows = new Map();
  for (const mark of marks) {
    if (mark.level) picture.mark(mark.element, `heat-${mark.level}`);
    const key = `${mark.element}\n${ON_TOP.includes(mark.kind)}`;
    if (!rows.has(key)) rows.set(key, { element: mark.element, top: ON_TOP.includes(mark.kind), marks: [] });
    rows.get(key).marks.push(mark);
  }
  for (const row of rows.values()) {
    const line = document.createElement('div');
    line.className = `watch-badges watch-badges-${row.top ? 'top' : 'bottom'}`;
    row.marks.forEach((mark) => line.append(badge(mark)));
    picture.note(row.element, (shape) => ({ left: row.top ? shape.width : 0, top: row.top ? 0 : shape.height }), line);
  }
  for (const flow of flows) {
    picture.mark(flow.element, 'flow-travelled');
    picture.mark(flow.element, `flow-wide-${flow.level}`);
    picture.note(flow.element, middle, badge(flow));
  }
  picture.show(marks.filter((mark) => mark.kind !== 'heat' || mark.level === 5).map((mark) => mark.element));
}

// The middle of a flow's longest stretch, as a place inside its box.
function middle(flow) {
  const points = flow.waypoints || [];
  let [best, at] = [-1, { x: 0, y: 0 }];
  for (let i = 1; i < points.length; i += 1) {
    const length = Math.hypot(points[i].x - points[i - 1].x, points[i].y - points[i - 1].y);
    if (length > best) [best, at] = [length, { x: (points[i].x + points[i - 1].x) / 2, y: (points[i].y + points[i - 1].y) / 2 }];
  }
  const left = Math.min(...points.map((point) => point.x));
  const top = Math.min(...points.map((point) => point.y));
  return { left: at.x - left, top: at.y - top };
}

export function heat() {
  const data = document.querySelector('[data-watch-marks]');
  if (!data) return;
  const diagrams = new Map(JSON.parse(data.textContent).map((one) => [one.process, one]));
  for (const container of document.querySelectorAll('[data-watch]')) {
    const wanted = diagrams.get(container.dataset.watch);
    const start = async () => {
      const { xml } = await answerOf(wanted.source);
      const picture = await draw(container, xml);
      picture.fit();
      paint(picture, wanted);
    };
    whenUnfolded(container, () => start().catch((error) => {
      console.error(error);
      container.textContent = container.dataset.failed;
    }));
  }
}
