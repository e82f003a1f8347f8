// A picture of decisions that have none yet: what is required stands below what requires it.
const SIZES = { 'dmn:Decision': [180, 80], 'dmn:InputData': [125, 45], 'dmn:BusinessKnowledgeModel': [135, 46], 'dmn:KnowledgeSource': [100, 63] };
const LINES = [
  ['informationRequirement', ['requiredDecision', 'requiredInput']],
  ['knowledgeRequirement', ['requiredKnowledge']],
  ['authorityRequirement', ['requiredDecision', 'requiredInput', 'requiredAuthority']],
];

// The lines of an element: [requirement, id of what it requires].
function* lines(element) {
  for (const [kind, ends] of LINES) {
    for (const requirement of element.get?.(kind) || []) {
      const end = ends.map((name) => requirement[name]).find(Boolean);
      if (end) yield [requirement, end.href.replace(/^#/, '')];
    }
  }
}

// How many steps an element is from the decisions that nothing requires; a circle ends.
function depths(elements) {
  const found = new Map(elements.map((one) => [one.id, 0]));
  for (let round = 0; round < elements.length; round += 1) {
    for (const one of elements) {
      for (const [, id] of lines(one)) {
        if (found.has(id) && found.get(id) <= found.get(one.id) && round < elements.length - 1) found.set(id, found.get(one.id) + 1);
      }
    }
  }
  return found;
}

// Adds the picture to `definitions` where it has none.
export default function draw(definitions) {
  if (definitions.dmnDI?.diagrams?.length) return;
  const make = (type, values, parent) => Object.assign(definitions.$model.create(type, values), { $parent: parent });
  const elements = (definitions.get('drgElement') || []).filter((one) => SIZES[one.$type] && one.id);
  const depth = depths(elements);
  const beside = new Map();
  const place = new Map();
  definitions.dmnDI = make('dmndi:DMNDI', {}, definitions);
  const diagram = make('dmndi:DMNDiagram', { id: `${definitions.id || 'definitions'}_diagram` }, definitions.dmnDI);
  const shapes = elements.map((one) => {
    const [width, height] = SIZES[one.$type];
    const row = Math.min(depth.get(one.id), elements.length);
    const column = beside.get(row) || 0;
    beside.set(row, column + 1);
    const bounds = make('dc:Bounds', { x: 160 + column * 240, y: 100 + row * 150, width, height });
    place.set(one.id, bounds);
    return make('dmndi:DMNShape', { id: `${one.id}_shape`, dmnElementRef: one, bounds }, diagram);
  });
  const edges = elements.flatMap((one) => [...lines(one)].filter(([requirement, id]) => requirement.id && place.has(id)).map(([requirement, id]) => {
    const [from, to] = [place.get(id), place.get(one.id)];
    const waypoint = [
      make('dc:Point', { x: from.x + from.width / 2, y: from.y }),
      make('dc:Point', { x: to.x + to.width / 2, y: to.y + to.height + 20 }),
      make('dc:Point', { x: to.x + to.width / 2, y: to.y + to.height }),
    ];
    return make('dmndi:DMNEdge', { id: `${requirement.id}_edge`, dmnElementRef: requirement, waypoint }, diagram);
  }));
  diagram.set('diagramElements', [...shapes, ...edges]);
  definitions.dmnDI.set('diagrams', [diagram]);
}
