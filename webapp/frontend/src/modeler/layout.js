// The page's parts: canvas, properties beside it, findings below; folded and sized as each person
// likes it, which this browser remembers.
const PLACE = 'throughtrain-modeler';
const LEAST = { side: 240, below: 72 };

export default function layOut(onResized) {
  const box = document.getElementById('modeler');
  const kept = read();
  for (const [name, size] of Object.entries(kept.sizes)) apply(box, name, size);
  for (const fold of document.querySelectorAll('[data-fold]')) {
    const name = fold.dataset.fold;
    const show = (open) => {
      box.classList.toggle(`without-${name}`, !open);
      fold.setAttribute('aria-expanded', String(open));
      onResized();
    };
    show(kept.folds[name] ?? fold.getAttribute('aria-expanded') === 'true');
    fold.addEventListener('click', () => {
      kept.folds[name] = fold.getAttribute('aria-expanded') !== 'true';
      show(kept.folds[name]);
      write(kept);
    });
    document.addEventListener(`${name}-wanted`, () => { if (fold.getAttribute('aria-expanded') !== 'true') fold.click(); });
  }
  for (const grip of document.querySelectorAll('[data-sizes]')) sizing(grip, box, kept, onResized);
}

function sizing(grip, box, kept, onResized) {
  const name = grip.dataset.sizes;
  const across = name === 'side';
  const change = (size) => {
    kept.sizes[name] = Math.round(Math.min(Math.max(size, LEAST[name]), (across ? box.clientWidth : box.clientHeight) * 0.6));
    apply(box, name, kept.sizes[name]);
    grip.setAttribute('aria-valuenow', String(kept.sizes[name]));
    onResized();
  };
  grip.addEventListener('pointerdown', (event) => {
    grip.setPointerCapture(event.pointerId);
    const move = ({ clientX, clientY }) => {
      const { right, bottom } = box.getBoundingClientRect();
      change(across ? right - clientX : bottom - clientY);
    };
    grip.addEventListener('pointermove', move);
    grip.addEventListener('pointerup', () => { grip.removeEventListener('pointermove', move); write(kept); }, { once: true });
  });
  grip.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: 16, ArrowUp: 16, ArrowRight: -16, ArrowDown: -16 }[event.key];
    if (!step) return;
    event.preventDefault();
    change((kept.sizes[name] || Number(grip.getAttribute('aria-valuenow'))) + step);
    write(kept);
  });
}

function apply(box, name, size) {
  box.style.setProperty(`--${name}`, `${size}px`);
}

function read() {
  try {
    return { folds: {}, sizes: {}, ...JSON.parse(window.localStorage.getItem(PLACE)) };
  } catch (error) {
    return { folds: {}, sizes: {} };
  }
}

function write(kept) {
  try {
    window.localStorage.setItem(PLACE, JSON.stringify(kept));
  } catch (error) {
    console.warn(error); // it stays as it is until the page is left
  }
}
