// What the system does by itself: operations, assignments, decisions, called processes.
/** @jsxRuntime automatic */
/** @jsxImportSource @bpmn-io/properties-panel/preact */
import { useState } from '@bpmn-io/properties-panel/preact/hooks';
import { useService } from 'bpmn-js-properties-panel';
import { getBusinessObject } from 'bpmn-js/lib/util/ModelUtil';
import { Button, Entry, Feel, Open, Picked, Select, Text } from '../parts.jsx';
import { joined, parse, written } from '../script.js';
import { extension } from '../writing.js';
import { say, typed } from '../words.js';
import { useBeginning } from './begin.jsx';
import { withOwn } from './task.jsx';

export const NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u;
export const nameProblem = (value) => (value && !NAME.test(value) ? say('name_bad') : '');
const OPERATOR = 'spiffworkflow:ServiceTaskOperator';

export function Operation({ element }) {
  const book = useService('wordbook');
  const writing = useService('writing');
  const owner = getBusinessObject(element);
  const operator = extension(owner, OPERATOR);
  const chosen = book.find('operations', 'name', operator?.id);
  const choices = book.words.operations.map((one) => ({ value: one.name, label: `${one.title}（${one.name}）` }));

  // Parameters that the other operation takes too keep their values.
  function choose(name) {
    if (!name) return writing.setExtension(element, owner, OPERATOR, null);
    const takes = book.find('operations', 'name', name)?.parameters.map((one) => one.name) || [];
    const made = writing.make(OPERATOR, { id: name }, null);
    if (operator?.resultVariable) made.resultVariable = operator.resultVariable;
    made.parameterList = writing.make('spiffworkflow:Parameters', {}, made);
    made.parameterList.parameters = (operator?.parameterList?.parameters || [])
      .filter((one) => takes.includes(one.id))
      .map(({ id, type, value }) => writing.make('spiffworkflow:Parameter', { id, type, value }, made.parameterList));
    return writing.setExtension(element, owner, OPERATOR, made);
  }

  return (
    <>
      <Select id="operation" label={say('operation')} hint={chosen ? '' : say('operation_hint')} value={operator?.id || ''} choices={withOwn(choices, operator?.id, say('choose'))} onChange={choose} />
      {chosen ? <p class="pp-hint">{chosen.description}{chosen.undo ? '' : ` ${say('undo_no')}`}</p> : null}
      {operator ? <Parameters element={element} operator={operator} operation={chosen} /> : null}
      {operator && (chosen?.result || operator.resultVariable) ? (
        <Text id="result" mono label={say('result')} hint={[chosen?.result && say('gives', { type: typed(chosen.result) }), say('result_hint')].filter(Boolean).join(' ')} value={operator.resultVariable || ''} validate={nameProblem} onChange={(value) => writing.set(element, operator, { resultVariable: value || undefined })} />
      ) : null}
    </>
  );
}

function Parameters({ element, operator, operation }) {
  const writing = useService('writing');
  const given = operator.parameterList?.parameters || [];
  const takes = operation?.parameters || [];
  const others = given.filter((one) => !takes.some((taken) => taken.name === one.id));

  function change(name, value) {
    const old = given.find((one) => one.id === name);
    if (old && value) return writing.set(element, old, { value });
    const list = operator.parameterList || writing.make('spiffworkflow:Parameters', {}, operator);
    const rest = given.filter((one) => one !== old);
    if (value) {
      const order = takes.map((one) => one.name);
      const behind = rest.findIndex((one) => order.indexOf(one.id) > order.indexOf(name));
      rest.splice(behind < 0 ? rest.length : behind, 0, writing.make('spiffworkflow:Parameter', { id: name, type: 'any', value }, list));
    }
    if (operator.parameterList) return writing.set(element, list, { parameters: rest });
    list.parameters = rest;
    return writing.set(element, operator, { parameterList: list });
  }

  if (operation && !takes.length && !others.length) return <p class="pp-hint">{say('no_parameters')}</p>;
  return (
    <div class="pp-inner" role="group" aria-label={say('parameters')}>
      {takes.map((one) => (
        <Parameter key={`${operator.id} ${one.name}`} element={element} parameter={one} value={given.find((own) => own.id === one.name)?.value || ''} onChange={(value) => change(one.name, value)} />
      ))}
      {others.map((one) => (
        <div key={`other ${one.id}`}>
          <Feel id={`parameter-${one.id}`} label={one.id} hint={operation ? say('unknown_parameter') : ''} element={element} value={one.value} onChange={(value) => change(one.id, value)} />
          {operation ? <Button label={`${say('remove')}: ${one.id}`} onClick={() => change(one.id, '')}>{say('remove')}</Button> : null}
        </div>
      ))}
    </div>
  );
}

function Parameter({ element, parameter, value, onChange }) {
  const book = useService('wordbook');
  const id = `parameter-${parameter.name}`;
  const label = <>{parameter.name} <span class="pp-type">{typed(parameter.type)} · {say(parameter.required ? 'needed' : 'or_left')}</span></>;
  const shared = { id, label, hint: parameter.meaning, element, value, onChange };
  const none = say(parameter.required ? 'choose' : 'none');
  if (parameter.type === 'bool') {
    return <Picked {...shared} none={none} choices={[{ value: 'true', label: say('yes') }, { value: 'false', label: say('no') }]} />;
  }
  if (parameter.type === 'TextName') {
    return <Picked {...shared} none={none} choices={book.words.texts.map((one) => ({ value: `"${one.name}"`, label: one.title ? `${one.title}（${one.name}）` : one.name }))} />;
  }
  return <Feel {...shared} />;
}

export function Assignments({ element }) {
  const modeling = useService('modeling');
  const owner = getBusinessObject(element);
  const [adding, setAdding] = useState(false);
  const lines = parse(owner.script || '');
  const said = lines.filter((one) => !one.remark);

  function write(changed) {
    modeling.updateProperties(element, { script: joined(changed) || undefined });
  }
  function change(one, target, text) {
    const raw = written(target, text);
    if (raw !== one.raw) write(lines.map((line) => (line === one ? { raw } : line)));
  }
  function add(target) {
    setAdding(false);
    write([...lines, { raw: written(target, 'null') }]);
  }
  function move(one, by) {
    const other = said[said.indexOf(one) + by];
    write(lines.map((line) => (line === one ? other : line === other ? one : line)));
  }

  return (
    <>
      {lines.filter((one) => one.remark && one.raw.trim()).map((one) => <p class="pp-hint" key={one.raw}>{one.raw.trim()}</p>)}
      {said.map((one, number) => (
        <Line key={number} number={number + 1} element={element} one={one} last={number === said.length - 1}
          onChange={(target, text) => change(one, target, text)}
          onMove={(by) => move(one, by)} onRemove={() => write(lines.filter((line) => line !== one))} />
      ))}
      {adding ? <NewLine onAdd={add} onCancel={() => setAdding(false)} />
        : <Button label={say('add_assignment')} kind="pp-main" onClick={() => setAdding(true)}>{`+ ${say('add_assignment')}`}</Button>}
      <p class="pp-hint">{say('assignments_hint')}</p>
    </>
  );
}

function Line({ number, element, one, last, onChange, onMove, onRemove }) {
  const title = say('line', { n: number });
  return (
    <div class="pp-line" role="group" aria-label={title}>
      <div class="pp-row">
        <Text bare mono id={`target-${number}`} label={`${title}: ${say('assignment_name')}`} value={one.target} validate={(value) => (value ? nameProblem(value) : say('name_bad'))} onChange={(target) => onChange(target, one.text)} />
        <span class="pp-unit" aria-hidden="true">=</span>
        <Button label={`${title}: ${say('up')}`} kind="pp-small" onClick={() => number > 1 && onMove(-1)}>↑</Button>
        <Button label={`${title}: ${say('down')}`} kind="pp-small" onClick={() => !last && onMove(1)}>↓</Button>
        <Button label={`${title}: ${say('remove')}`} kind="pp-small" onClick={onRemove}>✕</Button>
      </div>
      <Feel bare lines id={`value-${number}`} label={`${title}: ${say('assignment_value')}`} element={element} value={one.text} onChange={(text) => onChange(one.target, text)} />
    </div>
  );
}

function NewLine({ onAdd, onCancel }) {
  const [name, setName] = useState('');
  const wrong = nameProblem(name);
  return (
    <Entry id="new_line" label={say('assignment_name')} error={wrong}>
      <input id="pp-new_line" class="pp-input pp-mono" value={name} ref={(at) => { if (at && !at.dataset.seen) { at.dataset.seen = 'yes'; at.focus(); } }} onInput={(event) => setName(event.target.value.trim())} onKeyDown={(event) => { if (event.key === 'Enter' && name && !wrong) onAdd(name); if (event.key === 'Escape') onCancel(); }} />
      <div class="pp-row">
        <Button label={say('add')} kind="pp-main" onClick={() => name && !wrong && onAdd(name)}>{say('add')}</Button>
        <Button label={say('cancel')} onClick={onCancel}>{say('cancel')}</Button>
      </div>
    </Entry>
  );
}

export function Decision({ element }) {
  const book = useService('wordbook');
  const writing = useService('writing');
  const owner = getBusinessObject(element);
  const asked = extension(owner, 'spiffworkflow:CalledDecisionId')?.body?.trim() || '';
  const chosen = book.find('decisions', 'id', asked);
  const choices = book.words.decisions.map((one) => ({ value: one.id, label: one.name === one.id ? one.id : `${one.name}（${one.id}）` }));
  const choose = (id) => writing.setBody(element, owner, 'spiffworkflow:CalledDecisionId', id);
  const fresh = useBeginning({ element, kind: 'table', taken: (name) => book.words.addresses?.[`${name}.dmn`] || book.find('decisions', 'id', name), onMade: choose });
  return (
    <>
      <Select id="decision" label={say('decision')} hint={say('decision_hint')} value={asked} choices={withOwn(choices, asked, say('choose'))} onChange={choose} after={<><Open href={chosen && book.address(chosen.file)} label={`${say('open')}: ${say('decision')}`} />{fresh.button}</>} />
      {fresh.below}
      {chosen?.inputs.length ? <Facts label={say('decision_reads')} rows={chosen.inputs.map((one) => [one.expression, one.label])} /> : null}
      {chosen ? <Facts label={say('decision_gives')} rows={chosen.outputs.map((one) => [one.name, one.label || chosen.columns.map((column) => chosen.labels[column] || column).join('、')])} /> : null}
    </>
  );
}

function Facts({ label, rows }) {
  return (
    <div class="pp-outcomes">
      <p class="pp-label">{label}</p>
      <ul>{rows.map(([name, words]) => <li key={name}><code>{name}</code> {words !== name ? words : ''}</li>)}</ul>
    </div>
  );
}

export function Called({ element }) {
  const book = useService('wordbook');
  const modeling = useService('modeling');
  const owner = getBusinessObject(element);
  const value = owner.calledElement || '';
  const chosen = book.find('processes', 'id', value);
  let around = owner.$parent;
  while (around?.$parent && around.$type !== 'bpmn:Process') around = around.$parent;
  const choices = book.words.processes.filter((one) => one.id !== around?.id)
    .map((one) => ({ value: one.id, label: one.name === one.id ? one.id : `${one.name}（${one.id}）` }));
  const choose = (id) => modeling.updateProperties(element, { calledElement: id || undefined });
  const fresh = useBeginning({ element, kind: 'diagram', taken: (name) => book.words.addresses?.[`${name}.bpmn`], onMade: choose });
  return (
    <>
      <Select id="called" label={say('called')} hint={say('called_hint')} value={value} choices={withOwn(choices, value, say('choose'))} onChange={choose} after={<><Open href={chosen && book.address(chosen.file)} label={`${say('open')}: ${chosen?.name || ''}`} />{fresh.button}</>} />
      {fresh.below}
    </>
  );
}

export function Untyped() {
  return <p class="pp-hint">{say('untyped')}</p>;
}
