// A form as the draft keeps it: what the editor adds for itself is left out again, what it does
// not know stays, and everything stands in the order in which it stood.
const OWN = ['exporter', 'executionPlatform', 'executionPlatformVersion'];

function byId(components, found = new Map()) {
  for (const one of components || []) {
    if (one.id) found.set(one.id, one);
    byId(one.components, found);
  }
  return found;
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

// The keys of `before` first, as they stood; then the new ones that `wanted` takes.
function ordered(now, before, wanted) {
  const kept = Object.keys(before).filter((name) => name in now);
  const fresh = Object.keys(now).filter((name) => !(name in before) && wanted(name));
  return Object.fromEntries([...kept, ...fresh].map((name) => [name, now[name]]));
}

// Only what stands beside something else needs a row, unless the form said so.
function layoutOf(one, before, beside) {
  const { row, columns, ...rest } = one.layout;
  const own = row !== undefined && row === before.layout?.row;
  const shared = row !== undefined && (own || beside.get(row) > 1);
  const layout = { ...(shared ? { row } : {}), ...(columns ? { columns } : {}), ...rest };
  return Object.keys(layout).length ? ordered(layout, before.layout || {}, () => true) : undefined;
}

function tidy(components, was, imported) {
  const beside = new Map();
  for (const one of components) beside.set(one.layout?.row, (beside.get(one.layout?.row) || 0) + 1);
  return components.map((one) => {
    const before = was.get(one.id) || {};
    const filled = imported.get(one.id) || {};
    const made = { ...one };
    if (one.layout) made.layout = layoutOf(one, before, beside);
    if (Array.isArray(one.components)) made.components = tidy(one.components, was, imported);
    return ordered(made, before, (name) => name === 'layout' || name === 'components' || !same(one[name], filled[name]));
  });
}

// `schema` is the editor's, `opened` the form as it was opened, `imported` the same as the editor
// had it before any change: with its own first values filled in.
export function written(schema, opened, imported) {
  const components = tidy(schema.components || [], byId(opened.components), byId(imported.components));
  const made = ordered({ ...schema, components }, opened, (name) => !OWN.includes(name));
  if ('schemaVersion' in opened) made.schemaVersion = opened.schemaVersion;
  return `${JSON.stringify(made, null, 2)}\n`;
}
