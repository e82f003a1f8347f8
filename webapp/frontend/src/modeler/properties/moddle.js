// What bpmn-moddle loses or writes otherwise than the bundles: mended where it reads and writes.

// The list of a multi-instance activity is FEEL; the standard's model takes it for a reference
// and would drop it. An order that is written out stays written out.
export function loopTexts(moddle) {
  const type = moddle.registry.typeMap['bpmn:MultiInstanceLoopCharacteristics'];
  for (const property of type.properties) {
    const name = property.name.replace('bpmn:', '');
    if (name === 'loopDataInputRef' || name === 'loopDataOutputRef') {
      property.type = 'String';
      delete property.isReference;
    }
    if (name === 'isSequential') delete property.default;
  }
}
loopTexts.$inject = ['moddle'];

const NAMED = { 34: '&quot;', 38: '&amp;', 39: "'", 60: '&lt;', 62: '&gt;' };

// Signs in attributes by name, so that a saved diagram differs in what was changed alone.
export function namedSigns(eventBus) {
  eventBus.on('saveXML.serialized', ({ xml }) => xml.replace(/&#(34|38|39|60|62);/g, (all, code) => NAMED[code]));
}
namedSigns.$inject = ['eventBus'];

// Shapes stay in the order of the file; the library would put them in the order of their layers,
// so that a diagram which was only opened would differ everywhere. New ones follow the shape that
// they lie upon.
export function keptOrder(eventBus) {
  let places = new Map();
  eventBus.on('import.render.start', ({ definitions }) => {
    const all = (definitions.diagrams || []).flatMap((one) => one.plane?.planeElement || []);
    places = new Map(all.map((di, place) => [di, place]));
  });
  eventBus.on('saveXML.start', 500, ({ definitions }) => {
    for (const { plane } of definitions.diagrams || []) {
      if (plane?.planeElement) plane.planeElement = inOrder(plane.planeElement, places);
    }
  });
}
keptOrder.$inject = ['eventBus'];

function inOrder(layers, places) {
  const kept = layers.filter((di) => places.has(di)).sort((one, other) => places.get(one) - places.get(other));
  layers.forEach((di, layer) => {
    if (!places.has(di)) kept.splice(layer ? kept.indexOf(layers[layer - 1]) + 1 : 0, 0, di);
  });
  return kept;
}

// A task that becomes one of another kind keeps only what its kind has: nothing lies unseen.
export function fittingExtensions(eventBus) {
  eventBus.on('moddleCopy.canCopyProperty', 2000, ({ parent, property }) => {
    const allowed = property?.$descriptor?.allTypesByName?.[property.$type]?.meta?.allowedIn;
    const owner = parent?.$parent;
    if (allowed && owner && !allowed.some((type) => owner.$instanceOf(type))) return false;
    return undefined;
  });
}
fittingExtensions.$inject = ['eventBus'];
