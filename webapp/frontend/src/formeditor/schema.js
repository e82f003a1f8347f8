// A form as the draft keeps it: what the editor adds for itself is left out again, and what it
// does not know stays where it was.
const OWN = ['exporter', 'executionPlatform', 'executionPlatformVersion'];

function tidy(components) {
  const beside = new Map();
  for (const one of components) beside.set(one.layout?.row, (beside.get(one.layout?.row) || 0) + 1);
  return components.map((one) => {
    const made = { ...one };
    if (one.layout) {
      const { row, columns, ...rest } = one.layout;
      const shared = row !== undefined && (beside.get(row) > 1 || !/^Row_/.test(row));
      const layout = { ...(shared ? { row } : {}), ...(columns ? { columns } : {}), ...rest };
      if (Object.keys(layout).length) made.layout = layout;
      else delete made.layout;
    }
    if (Array.isArray(one.components)) made.components = tidy(one.components);
    return made;
  });
}

// `schema` is the editor's, `opened` the one that was opened.
export function written(schema, opened) {
  const made = { ...schema, components: tidy(schema.components || []) };
  for (const name of OWN) if (!(name in opened)) delete made[name];
  if ('schemaVersion' in opened) made.schemaVersion = opened.schemaVersion;
  return `${JSON.stringify(made, null, 2)}\n`;
}
