// Builds elements; texts become text nodes, never markup.
export function el(tag, attributes = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (name in made && typeof value !== 'string') made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...inside.flat().filter((one) => one !== null && one !== undefined && one !== false));
  return made;
}

// The words that the page says in the reader's language, by name.
export function wordsOf(id) {
  const words = JSON.parse(document.getElementById(id).textContent);
  return (name, values = {}) => Object.entries(values).reduce(
    (text, [key, value]) => text.replace(`{${key}}`, value), words[name] ?? name,
  );
}

// Calls `action` once, a moment after the last of several calls.
export function quietly(action, wait = 350) {
  let timer = 0;
  return (...given) => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => action(...given), wait);
  };
}
