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
