// The little that pages need beyond HTML: partial swaps and small comforts.
import htmx from 'htmx.org/dist/htmx.esm.js';

// Forms must not be sent twice by a double click; a button says that it works.
document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.dataset.sending === 'yes') {
    event.preventDefault();
    return;
  }
  if (form.method !== 'post' || event.defaultPrevented) return;
  form.dataset.sending = 'yes';
  window.setTimeout(() => { delete form.dataset.sending; }, 4000);
});
window.addEventListener('pageshow', () => {
  for (const form of document.forms) delete form.dataset.sending;
});

// Selects that narrow a list send their form at once.
document.addEventListener('change', (event) => {
  const chooser = event.target.closest('[data-send-on-change]');
  if (chooser && chooser.form) chooser.form.requestSubmit();
});

document.addEventListener('click', (event) => {
  const printer = event.target.closest('[data-print-page]');
  if (printer) {
    event.preventDefault();
    window.print();
  }
  const picker = event.target.closest('[data-pick-date]');
  if (picker) {
    const native = document.getElementById(picker.dataset.pickDate);
    if (native && native.showPicker) native.showPicker();
  }
});

// The native calendar writes into the text field beside it (YYYY-MM-DD for every browser language).
document.addEventListener('change', (event) => {
  const target = event.target.dataset && event.target.dataset.writesTo;
  if (!target) return;
  const text = document.getElementById(target);
  text.value = event.target.value;
  text.dispatchEvent(new Event('input', { bubbles: true }));
});

// After a swap, and on a page with errors, the reader (and the screen reader) stands where
// something new is; errors come before the outcome that was pressed.
function standAtNews() {
  const fresh = document.querySelector('[data-focus-here]');
  if (!fresh) return;
  fresh.removeAttribute('data-focus-here');
  fresh.focus();
  fresh.scrollIntoView({ block: 'nearest' });
}
document.addEventListener('htmx:after:swap', standAtNews);
standAtNews();

