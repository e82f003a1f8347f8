// The path of a case: a slider, steps fetched one by one, the diagram marked anew for each.
import { answerOf, draw } from '../picture.js';
import { badge } from './badge.js';

const WAIT = 90;

export function path() {
  const frame = document.querySelector('[data-path]');
  if (!frame) return;
  const slider = frame.querySelector('[data-path-slider]');
  const pictures = new Map();
  const kept = new Map();
  let [shown, asked, timer] = [Number(slider.value), Number(slider.value), 0];

  const detail = () => frame.querySelector('[data-path-step]');

  async function read(step) {
    if (!kept.has(step)) {
      const asking = fetch(frame.dataset.source.replace('/path/0', `/path/${step}`), { headers: { Accept: 'text/html' } })
        .then((response) => {
          if (!response.ok) throw new Error(`${response.status}`);
          return response.text();
        });
      kept.set(step, asking);
      asking.catch(() => kept.delete(step));
      if (kept.size > 60) kept.delete(kept.keys().next().value);
    }
    return kept.get(step);
  }

  async function go(step) {
    asked = Math.min(Math.max(step, Number(slider.min)), Number(slider.max));
    slider.value = String(asked);
    slider.setAttribute('aria-valuetext', `${asked} / ${slider.max}`);
    const wanted = asked;
    try {
      const page = new DOMParser().parseFromString(await read(wanted), 'text/html');
      if (wanted !== asked) return;
      const open = [...detail().querySelectorAll('details[open]')].map((one) => one.dataset.part);
      const found = document.importNode(page.querySelector('[data-path-step]'), true);
      found.querySelectorAll('details').forEach((one) => { if (open.includes(one.dataset.part)) one.open = true; });
      detail().replaceWith(found);
      shown = wanted;
      history.replaceState(null, '', address(wanted));
      frame.querySelectorAll('[data-path-to]').forEach(mend);
      await paint();
      [wanted - 1, wanted + 1].filter((one) => one >= Number(slider.min) && one <= Number(slider.max)).forEach((one) => read(one).catch(() => {}));
    } catch (error) {
      console.error(error);
      frame.querySelector('[data-path-state]').textContent = frame.dataset.failed;
    }
  }

  // Links to the steps before and after keep working where no script runs.
  function mend(link) {
    const step = Math.min(Math.max(shown + Number(link.dataset.pathTo), Number(slider.min)), Number(slider.max));
    link.href = address(step);
  }

  function address(step) {
    const url = new URL(frame.dataset.page, window.location.href);
    url.searchParams.set('step', step);
    return `${url.pathname}${url.search}`;
  }

  async function first(holder, source) {
    const { xml } = await answerOf(source);
    const picture = await draw(holder, xml);
    picture.fit();
    return picture;
  }

  async function paint() {
    frame.querySelector('[data-path-state]').textContent = '';
    const data = JSON.parse(detail().querySelector('[data-path-picture]').textContent);
    const shape = frame.querySelector('[data-path-diagram]');
    for (const one of shape.children) one.hidden = one.dataset.source !== data.source;
    let holder = [...shape.children].find((one) => one.dataset.source === data.source);
    if (!holder) {
      holder = document.createElement('div');
      holder.className = 'diagram';
      holder.dataset.source = data.source;
      shape.append(holder);
      pictures.set(data.source, first(holder, data.source));
    }
    const picture = await pictures.get(data.source);
    picture.clear();
    picture.way(data.flows, data.fresh, data.tokens);
    if (data.acted) picture.mark(data.acted, 'step-acted');
    for (const token of data.tokens) {
      picture.mark(token.element, 'step-now');
      picture.note(token.element, (one) => ({ left: one.width / 2, top: token.kind === 'task' ? -4 : one.height - 8 }), badge(token));
    }
    picture.show([...data.tokens.map((token) => token.element), data.acted]);
  }

  slider.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => go(Number(slider.value)), WAIT);
  });
  frame.addEventListener('click', (event) => {
    const link = event.target.closest('[data-path-to], [data-path-step-link]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const by = link.dataset.pathTo;
    go(by ? asked + Number(by) : Number(link.dataset.pathStepLink));
  });
  document.addEventListener('keydown', (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest('input, select, textarea, .diagram')) return;
    if (event.key === 'ArrowLeft') go(asked - 1);
    if (event.key === 'ArrowRight') go(asked + 1);
  });
  paint().catch((error) => {
    console.error(error);
    frame.querySelector('[data-path-state]').textContent = frame.dataset.failed;
  });
}
