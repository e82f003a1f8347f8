// Name, id and documentation; the process around everything; the role of a lane.
/** @jsxRuntime automatic */
/** @jsxImportSource @bpmn-io/properties-panel/preact */
import { useEffect } from '@bpmn-io/properties-panel/preact/hooks';
import { useService } from 'bpmn-js-properties-panel';
import { getBusinessObject, is, isAny } from 'bpmn-js/lib/util/ModelUtil';
import { Check, Entry, Open, Select, Text } from '../parts.jsx';
import { property } from '../writing.js';
import { say } from '../words.js';

const ID = /^[\p{L}_][\p{L}\p{N}_.-]*$/u;

export function idProblem(value, owner, moddle) {
  if (!value) return say('id_empty');
  if (!ID.test(value)) return say('id_bad');
  const taken = moddle.ids.assigned(value);
  return taken && taken !== owner ? say('id_taken') : '';
}

// The process that a pool, a diagram or the canvas stands for.
export function processOf(element) {
  const owner = getBusinessObject(element);
  if (is(owner, 'bpmn:Process')) return owner;
  if (is(owner, 'bpmn:Participant')) return owner.processRef;
  if (is(owner, 'bpmn:Collaboration')) return owner.participants?.find((one) => one.processRef)?.processRef;
  return undefined;
}

export const hasEnglishName = (element) => is(element, 'bpmn:UserTask') || catchesMessage(element);

export function catchesMessage(element) {
  const owner = getBusinessObject(element);
  return isAny(owner, ['bpmn:IntermediateCatchEvent', 'bpmn:BoundaryEvent'])
    && is(owner.eventDefinitions?.[0], 'bpmn:MessageEventDefinition');
}

export function General({ element }) {
  const modeling = useService('modeling');
  const writing = useService('writing');
  const owner = getBusinessObject(element);
  if (is(element, 'bpmn:TextAnnotation')) {
    return <Text id="text" label={say('text')} lines={3} value={owner.text || ''} onChange={(text) => modeling.updateProperties(element, { text })} />;
  }
  return (
    <>
      <Text id="name" label={is(element, 'bpmn:SequenceFlow') ? say('flow_label') : say('name')} value={owner.name || ''} onChange={(name) => modeling.updateProperties(element, { name: name || undefined })} />
      {hasEnglishName(element) ? <Text id="name_en" label={say('name_en')} value={property(element, 'name_en')} onChange={(value) => writing.setProperty(element, 'name_en', value)} /> : null}
    </>
  );
}

// What is seldom changed: the id, and what is written about the element.
export function Beside({ element }) {
  const modeling = useService('modeling');
  const moddle = useService('moddle');
  const owner = getBusinessObject(element);
  return (
    <>
      <Text id="id" label={say('id')} hint={say('id_hint')} mono value={owner.id} validate={(value) => idProblem(value, owner, moddle)} onChange={(id) => modeling.updateProperties(element, { id })} />
      <Documentation element={element} owner={owner} />
    </>
  );
}

function Documentation({ element, owner }) {
  const writing = useService('writing');
  const old = owner.documentation?.[0];
  function change(text) {
    if (!text) writing.set(element, owner, { documentation: [] });
    else if (old) writing.set(element, old, { text });
    else writing.set(element, owner, { documentation: [writing.make('bpmn:Documentation', { text }, owner)] });
  }
  return <Text id="documentation" label={say('documentation')} lines={3} value={old?.text || ''} onChange={change} />;
}

export function Process({ element }) {
  const writing = useService('writing');
  const events = useService('eventBus');
  // What stands inside is heard first: after this turn the panel around it listens too.
  useEffect(() => { Promise.resolve().then(() => events.fire('panel.painted')); }, []);
  const moddle = useService('moddle');
  const process = processOf(element);
  const pool = is(element, 'bpmn:Participant') ? getBusinessObject(element)
    : getBusinessObject(element).participants?.find((one) => one.processRef === process);
  function rename(name) {
    const changes = [[process, { name: name || undefined }]];
    if (pool) changes.push([pool, { name: name || undefined }]);
    writing.together(element, changes);
  }
  return (
    <>
      <Text id="process_name" label={say('name')} value={process.name || pool?.name || ''} onChange={rename} />
      <Text id="process_id" label={say('process_id')} hint={say('process_id_hint')} mono value={process.id} validate={(value) => idProblem(value, process, moddle)} onChange={(id) => writing.set(element, process, { id })} />
      <Documentation element={element} owner={process} />
      <Check id="executable" label={say('executable')} value={Boolean(process.isExecutable)} onChange={(value) => writing.set(element, process, { isExecutable: value })} />
    </>
  );
}

export function Lane({ element }) {
  const book = useService('wordbook');
  const modeling = useService('modeling');
  const { lanes, roles } = book.words;
  const name = getBusinessObject(element).name || '';
  const titles = new Map(roles.map((one) => [one.key, one.title]));
  const known = lanes.some((one) => one.name === name);
  const choices = lanes.map((one) => ({ value: one.name, label: `${one.name} — ${titles.get(one.role) || one.role}` }));
  if (!known) choices.unshift({ value: name, label: name ? `${name} ${say('not_there')}` : say('choose') });
  const wrong = lanes.length && !known ? say('lane_unknown') : '';
  return (
    <Select id="lane" label={say('lane_role')} hint={say('lane_hint')} error={wrong} value={name} choices={choices} onChange={(chosen) => modeling.updateProperties(element, { name: chosen })} after={<Open href={book.address('bundle.toml')} label={say('settings')} />} />
  );
}

// The lane around a task, and by it the role that is asked to do it.
export function WhoseLane({ element }) {
  const book = useService('wordbook');
  const owner = getBusinessObject(element);
  const lane = owner.lanes?.at(-1)?.name ?? laneOf(owner);
  const role = lane && book.find('lanes', 'name', lane)?.role;
  const title = role && (book.find('roles', 'key', role)?.title || role);
  return (
    <Entry id="whose" group label={say('role_lane')} error={lane ? '' : say('nobody')}>
      {lane ? <p class="pp-fact">{lane}{title ? ` — ${title}` : ''}</p> : null}
    </Entry>
  );
}

function laneOf(owner) {
  for (let scope = owner; scope; scope = scope.$parent) {
    const sets = scope.$parent?.laneSets || [];
    const found = sets.flatMap((one) => one.lanes || []).findLast((one) => one.flowNodeRef?.includes(scope));
    if (found) return found.name || '';
  }
  return '';
}
