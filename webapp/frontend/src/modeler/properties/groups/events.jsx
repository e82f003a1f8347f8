// Events: messages and who may send them, times, errors and escalations.
/** @jsxRuntime automatic */
/** @jsxImportSource @bpmn-io/properties-panel/preact */
import { useEffect, useState } from '@bpmn-io/properties-panel/preact/hooks';
import { useService } from 'bpmn-js-properties-panel';
import { getBusinessObject, is, isAny } from 'bpmn-js/lib/util/ModelUtil';
import { Button, Check, Entry, Feel, Select, Text } from '../parts.jsx';
import { Time } from '../times.jsx';
import { extension } from '../writing.js';
import { say } from '../words.js';
import { nameProblem } from './automatic.jsx';
import { catchesMessage } from './general.jsx';
import { FormPicker, Public, Unit, useProperty } from './task.jsx';

const NEW = '\u0000new';
const IN_BUNDLE = '\u0000bundle ';
const KINDS = {
  message: { definition: 'bpmn:MessageEventDefinition', type: 'bpmn:Message', reference: 'messageRef', prefix: 'Message' },
  signal: { definition: 'bpmn:SignalEventDefinition', type: 'bpmn:Signal', reference: 'signalRef', prefix: 'Signal' },
  error: { definition: 'bpmn:ErrorEventDefinition', type: 'bpmn:Error', reference: 'errorRef', prefix: 'Error', code: 'errorCode' },
  escalation: { definition: 'bpmn:EscalationEventDefinition', type: 'bpmn:Escalation', reference: 'escalationRef', prefix: 'Escalation', code: 'escalationCode' },
};

export const definitionOf = (element) => getBusinessObject(element).eventDefinitions?.[0];

export function kindOf(element) {
  const definition = definitionOf(element);
  if (!definition) return '';
  return Object.keys(KINDS).find((kind) => is(definition, KINDS[kind].definition))
    || definition.$type.replace('bpmn:', '').replace('EventDefinition', '').toLowerCase();
}

// What happens in the diagram: which message, signal, error or escalation.
export function Happening({ element }) {
  const kind = kindOf(element);
  const boundary = is(element, 'bpmn:BoundaryEvent');
  return (
    <>
      {KINDS[kind] ? <Referred element={element} kind={kind} /> : null}
      {kind === 'timer' ? <Timer element={element} /> : null}
      {kind === 'conditional' ? <Conditional element={element} /> : null}
      {kind === 'terminate' ? <p class="pp-hint">{say('terminate')}</p> : null}
      {!kind && is(element, 'bpmn:EndEvent') ? <p class="pp-hint">{say('plain_end')}</p> : null}
      {!kind && is(element, 'bpmn:StartEvent') ? <p class="pp-hint">{say('start_hint')}</p> : null}
      {boundary && kind !== 'error' ? <Interrupting element={element} /> : null}
      {kind === 'message' ? <Payload element={element} /> : null}
    </>
  );
}

function Interrupting({ element }) {
  const modeling = useService('modeling');
  const value = getBusinessObject(element).cancelActivity !== false;
  return <Check id="interrupting" label={say('interrupting')} hint={say('interrupting_hint')} value={value} onChange={(cancelActivity) => modeling.updateProperties(element, { cancelActivity })} />;
}

function rootsOf(owner) {
  let root = owner;
  while (root.$parent) root = root.$parent;
  return root;
}

function Referred({ element, kind }) {
  const { type, reference, prefix, code } = KINDS[kind];
  const book = useService('wordbook');
  const writing = useService('writing');
  const moddle = useService('moddle');
  const [making, setMaking] = useState(false);
  const definition = definitionOf(element);
  const definitions = rootsOf(definition);
  const own = definitions.rootElements.filter((one) => is(one, type));
  const others = kind === 'message' ? book.words.messages.filter((one) => !own.some((root) => root.name === one.name)) : [];
  const choices = [
    { value: '', label: kind === 'error' || kind === 'escalation' ? say('any_error') : say('choose') },
    ...own.map((one) => ({ value: one.id, label: one.name || one.id })),
    ...others.map((one) => ({ value: IN_BUNDLE + one.name, label: one.name })),
    { value: NEW, label: say(`new_${kind}`) },
  ];

  function choose(chosen) {
    setMaking(chosen === NEW);
    if (chosen.startsWith(IN_BUNDLE)) declare(chosen.slice(IN_BUNDLE.length));
    else if (chosen !== NEW) writing.set(element, definition, { [reference]: own.find((one) => one.id === chosen) });
  }
  function declare(name) {
    setMaking(false);
    let id = `${prefix}_${name}`;
    while (moddle.ids.assigned(id)) id += '_';
    const made = writing.make(type, { id, name, ...(code ? { [code]: name } : {}) }, definitions);
    moddle.ids.claim(id, made);
    const place = definitions.rootElements.findIndex((one) => isAny(one, ['bpmn:Collaboration', 'bpmn:Process']));
    const rootElements = [...definitions.rootElements];
    rootElements.splice(Math.max(place, 0), 0, made);
    writing.together(element, [[definitions, { rootElements }], [definition, { [reference]: made }]]);
  }

  return (
    <>
      <Select id="reference" label={say(kind)} hint={kind === 'message' ? say('message_hint') : ''} value={making ? NEW : (definition[reference]?.id || '')} choices={choices} onChange={choose} />
      {making ? <NewName onMade={declare} onCancel={() => setMaking(false)} /> : null}
    </>
  );
}

function NewName({ onMade, onCancel }) {
  const [name, setName] = useState('');
  const wrong = name && !/^[A-Za-z_]\w*$/.test(name) ? say('name_only') : '';
  return (
    <Entry id="new_name" label={say('new_name')} error={wrong}>
      <input id="pp-new_name" class="pp-input pp-mono" value={name} onInput={(event) => setName(event.target.value.trim())} onKeyDown={(event) => { if (event.key === 'Enter' && name && !wrong) onMade(name); }} />
      <div class="pp-row">
        <Button label={say('add')} kind="pp-main" onClick={() => name && !wrong && onMade(name)}>{say('add')}</Button>
        <Button label={say('cancel')} onClick={onCancel}>{say('cancel')}</Button>
      </div>
    </Entry>
  );
}

// What comes along with a message: kept as one value by who catches it, written by who throws it.
function Payload({ element }) {
  const writing = useService('writing');
  const definition = definitionOf(element);
  if (catchesMessage(element)) {
    const type = 'spiffworkflow:MessageVariable';
    return <Text id="variable" mono label={say('variable')} hint={say('variable_hint')} validate={nameProblem} value={extension(definition, type)?.body || ''} onChange={(value) => writing.setBody(element, definition, type, value)} />;
  }
  const type = 'spiffworkflow:MessagePayload';
  return <Feel id="payload" label={say('payload')} hint={say('payload_hint')} element={element} value={extension(definition, type)?.body || ''} onChange={(value) => writing.setBody(element, definition, type, value)} />;
}

function Conditional({ element }) {
  const writing = useService('writing');
  const definition = definitionOf(element);
  return <Feel id="conditional" label={say('conditional')} element={element} value={definition.condition?.body || ''} onChange={(value) => writing.setExpression(element, definition, 'condition', value)} />;
}

const TIMERS = { timeDate: 'timer_date', timeDuration: 'timer_duration', timeCycle: 'timer_cycle' };
const UNITS = { M: 'minutes', H: 'hours', D: 'days', W: 'weeks' };
const LENGTH = /^P(T?)(\d+)([WDHM])$/;

function Timer({ element }) {
  const writing = useService('writing');
  const definition = definitionOf(element);
  const kind = Object.keys(TIMERS).find((one) => definition[one]) || '';
  const [asked, setAsked] = useState('');
  const shown = asked || kind || 'timeDate';
  useEffect(() => setAsked(''), [kind]);
  const value = definition[shown]?.body || '';

  // A timer has one time: another kind takes the place of the one before.
  function change(body) {
    if (!body) return writing.setExpression(element, definition, shown, '');
    if (definition[shown]) return writing.setExpression(element, definition, shown, body);
    const made = writing.make('bpmn:FormalExpression', { body }, definition);
    const others = Object.keys(TIMERS).filter((one) => one !== shown && definition[one]);
    return writing.set(element, definition, { ...Object.fromEntries(others.map((one) => [one, undefined])), [shown]: made });
  }

  return (
    <>
      <Select id="timer_kind" label={say('timer_kind')} value={shown} choices={Object.keys(TIMERS).map((one) => ({ value: one, label: say(TIMERS[one]) }))} onChange={setAsked} />
      {shown === 'timeDate' ? <Time key="date" id="timer" kind="timeDate" none="choose" label={say('timer_at')} element={element} value={value} onChange={change} /> : null}
      {shown === 'timeDuration' ? <Length key="length" id="timer" label={say('timer_duration')} element={element} kind="timeDuration" value={value} onChange={change} /> : null}
      {shown === 'timeCycle' ? <Cycle key="cycle" element={element} value={value} onChange={change} /> : null}
    </>
  );
}

function lengthOf(amount, unit) {
  return `P${unit === 'H' || unit === 'M' ? 'T' : ''}${Number(amount)}${unit}`;
}

// A length of time as a number of minutes, hours, days or weeks; others by an expression.
function Length({ id, label, element, kind, value, onChange }) {
  const found = LENGTH.exec(value);
  const [picked, setUnit] = useState('D');
  const unit = found ? found[3] : picked;
  const simple = !value || (found && (found[1] === 'T') === 'HM'.includes(found[3]));
  const [free, setFree] = useState(false);
  const byFeel = free || !simple;
  function choose(chosen) {
    setFree(chosen === 'feel');
    if (chosen === 'feel') return;
    setUnit(chosen);
    if (found) onChange(lengthOf(found[2], chosen));
  }
  const units = [...Object.keys(UNITS).map((one) => ({ value: one, label: say(UNITS[one]) })), { value: 'feel', label: say('expression') }];
  return (
    <Entry id={id} label={label} group>
      <div class="pp-row">
        {byFeel ? null : <Text bare id={`${id}-amount`} label={`${label}: ${say('amount')}`} type="number" value={found?.[2] || ''} validate={(text) => (text && !/^\d{1,4}$/.test(text) ? say('amount') : '')} onChange={(text) => { if (text) onChange(lengthOf(text, unit)); }} />}
        <Select bare id={`${id}-unit`} label={`${label}: ${say('timer_kind')}`} value={byFeel ? 'feel' : unit} choices={units} onChange={choose} />
      </div>
      {byFeel ? <Feel bare id={`${id}-feel`} label={<>{label} ({say('as_feel')})</>} kind={kind} element={element} value={value} onChange={onChange} /> : null}
    </Entry>
  );
}

const CYCLE = /^R(\d*)\/(P.+)$/;

function Cycle({ element, value, onChange }) {
  const found = CYCLE.exec(value);
  const [times, setTimes] = useState(found?.[1] || '');
  if (value && !found) return <Feel id="timer" label={say('timer_cycle')} kind="timeCycle" element={element} value={value} onChange={onChange} />;
  const length = found?.[2] || '';
  return (
    <>
      <Length id="timer" label={say('every')} element={element} kind="timeDuration" value={length} onChange={(text) => onChange(text && `R${times}/${text}`)} />
      <Text id="times" label={say('times')} hint={say('times_hint')} type="number" value={found?.[1] || times} onChange={(text) => { setTimes(text); if (length) onChange(`R${text}/${length}`); }} />
    </>
  );
}

// A message that people may send: who, from where, with which form, to what effect.
export function Senders({ element }) {
  const book = useService('wordbook');
  const at = useProperty(element);
  const roles = at('roles').value.split(',').map((one) => one.trim()).filter(Boolean);
  const known = book.words.roles.map((one) => one.key);
  const offered = [...book.words.roles, ...roles.filter((one) => !known.includes(one)).map((key) => ({ key, title: `${key} ${say('not_there')}` }))];
  function choose(key, chosen) {
    const rest = roles.filter((one) => one !== key);
    at('roles').onChange((chosen ? [...rest, key] : rest).join(','));
  }
  return (
    <>
      <Entry id="roles" group label={say('roles')} hint={say('roles_hint')}>
        <div class="pp-roles">{offered.map((one) => <Check key={one.key} id={`role-${one.key}`} label={one.title} value={roles.includes(one.key)} onChange={(chosen) => choose(one.key, chosen)} />)}</div>
      </Entry>
      {roles.length ? (
        <>
          <Text id="sentence" lines={2} label={say('event_sentence')} hint={say('event_sentence_hint')} {...at('sentence')} />
          <Text id="sentence_en" lines={2} label={`${say('event_sentence')} (English)`} {...at('sentence_en')} />
          <FormPicker element={element} id="form" label={say('sender_form')} none={say('no_form')} />
          <Unit element={element} label={say('sender_unit')} hint={say('sender_unit_hint')} none={say('none')} />
          <Public element={element} label={say('event_public')} />
        </>
      ) : null}
    </>
  );
}
