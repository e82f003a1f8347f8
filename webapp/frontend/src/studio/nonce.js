// Lets libraries add style sheets under the page's strict policy: each carries the page's nonce.
// Imported before any library that makes styles while it runs.
const nonce = document.querySelector('meta[name="style-nonce"]')?.content;

if (nonce) {
  const create = document.createElement.bind(document);
  document.createElement = (name, options) => {
    const element = create(name, options);
    if (String(name).toLowerCase() === 'style') element.nonce = nonce;
    return element;
  };
}

export default nonce;
