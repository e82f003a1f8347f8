document.documentElement.classList.add('js');

// Follows the reader's light or dark preference before the first paint.
const dark = window.matchMedia('(prefers-color-scheme: dark)');

function follow() {
  document.documentElement.dataset.bsTheme = dark.matches ? 'dark' : 'light';
}

follow();
dark.addEventListener('change', follow);

// Paper is white whatever the screen is.
window.addEventListener('beforeprint', () => {
  document.documentElement.dataset.bsTheme = 'light';
});
window.addEventListener('afterprint', follow);
