// Names that refer to nothing in the file are kept as they are written: a collection that a
// multi-instance activity goes through is a value of the case, and a message that is missing is
// something for the check to say, not for the modeler to forget.
const DERIVED = ['incoming', 'outgoing', 'flowNodeRef', 'sourceRef', 'targetRef', 'bpmnElement', 'dataObjectRef'];

class References {
  constructor(eventBus, moddle) {
    eventBus.on('import.parse.complete', ({ warnings }) => {
      for (const warning of warnings || []) this.keep(warning, moddle);
    });
  }

  keep({ element, property, value }, moddle) {
    if (!element || !property || typeof value !== 'string') return;
    const descriptor = element.$descriptor.propertiesByName[property];
    if (!descriptor || !descriptor.isReference || descriptor.isMany || DERIVED.includes(descriptor.ns.localName)) return;
    const named = moddle.create(descriptor.type, { id: value });
    element.set(property, named);
  }
}
References.$inject = ['eventBus', 'moddle'];

export default { __init__: ['keptReferences'], keptReferences: ['type', References] };
