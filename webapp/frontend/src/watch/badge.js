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
