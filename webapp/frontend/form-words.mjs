// The form editor has no service for translations: while it is bundled, its own texts are wrapped
// so that the page can say them in the reader's language. Every text has to be found: a new
// release that words one differently fails the build instead of showing English to people.
import { readFile } from 'node:fs/promises';

const said = (text) => `globalThis.formWords(${JSON.stringify(text)})`;

const EDITOR = [
  ...['Input', 'Selection', 'Presentation', 'Containers'].map((text) => [`label: '${text}',\n  id:`, `label: ${said(text)},\n  id:`]),
  ...['Components', 'No components found.', 'Drag and drop components here.', 'Build your form',
    'Drag and drop components here to start designing.', 'Use the preview window to test your form.',
  ].map((text) => [`children: "${text}"`, `children: ${said(text)}`]),
  ['title: "Components"', `title: ${said('Components')}`],
  ['placeholder: "Search components"', `placeholder: ${said('Search components')}, "aria-label": ${said('Search components')}`],
  ['title: "Clear content"', `title: ${said('Clear content')}`],
  ['title: `Create ${getIndefiniteArticle(type)} ${label} element`', `title: ${said('Add')} + ' ' + label`],
  // Who types in the panel, or presses Enter in the palette, keeps the cursor there.
  ['if (selection.isSelected(field)) {\n      ref.current.focus();', "if (selection.isSelected(field) && !document.activeElement?.closest('#properties, .fjs-palette-container')) {\n      ref.current.focus();"],
  ["return 'Remove form field';", `return ${said('Remove')};`],
  ['return `Remove ${entry.label}`;', `return ${said('Remove')} + ' ' + entry.label;`],
];
const VIEWER = [
  ["children: valueLabel || 'Select'", `children: valueLabel || ${said('Please choose')}`],
  ['children: "Browse"', `children: ${said('Choose a file')}`],
  ["return 'No files selected';", `return ${said('No file chosen')};`],
  ["placeholder: 'Search',", `placeholder: ${said('Search')},`],
  ["placeholder: disabled || readonly ? undefined : 'Search'", `placeholder: disabled || readonly ? undefined : ${said('Search')}`],
  ["'Add new'", said('Add an entry')],
  ["'Collapse'", said('Fold')],
  ['`Expand all (${values.length - 1})`', said('Unfold')],
];

export default {
  name: 'form-words',
  setup(build) {
    // Editor and viewer draw into one page with one Preact; two copies would not know each other.
    build.onResolve({ filter: /^preact(\/|$)/ }, ({ path, importer, kind, pluginData }) => (
      pluginData === 'same' || !/form-js-(editor|viewer)[\\/]/.test(importer) ? undefined
        : build.resolve(path, { resolveDir: `${import.meta.dirname}/node_modules/@bpmn-io/form-js-editor`, kind, pluginData: 'same' })
    ));
    build.onLoad({ filter: /form-js-(editor|viewer)[\\/]dist[\\/]index\.es\.js$/ }, async ({ path }) => {
      let contents = await readFile(path, 'utf8');
      for (const [from, to] of path.includes('form-js-editor') ? EDITOR : VIEWER) {
        if (!contents.includes(from)) return { errors: [{ text: `${from} is no longer in ${path}` }] };
        contents = contents.replaceAll(from, () => to);
      }
      return { contents, loader: 'js' };
    });
  },
};
