// A click on a step of the diagram chooses it in the form: where the case stands, or where to begin.
const token = document.querySelector('select[data-repair="token"]');
const target = document.querySelector('select[data-repair="to"]');

document.addEventListener('element-chosen', (event) => {
  const process = event.target.dataset.process;
  const element = event.detail;
  const standing = token && [...token.options].find(
    (option) => option.dataset.element === element && option.dataset.process === process,
  );
  if (standing && !(target && token.value)) choose(token, standing.value);
  else if (target) choose(target, `${process}/${element}`);
  else if (standing) choose(token, standing.value);
});

function choose(select, value) {
  if (![...select.options].some((option) => option.value === value)) return;
  select.value = value;
  select.classList.add('just-chosen');
  setTimeout(() => select.classList.remove('just-chosen'), 900);
}

// Rows for further values show when the one before is filled in.
const rows = [...document.querySelectorAll('.repair-value')];
rows.forEach((row, number) => {
  row.hidden = number > 0 && !row.querySelector('input').value;
  row.addEventListener('input', () => { if (rows[number + 1]) rows[number + 1].hidden = false; });
});
