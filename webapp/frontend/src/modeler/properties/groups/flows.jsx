// Where a token goes: the ways out of a gateway with their conditions, and a flow by itself.
/** @jsxRuntime automatic */
/** @jsxImportSource @bpmn-io/properties-panel/preact */
import { useEffect, useState } from '@bpmn-io/properties-panel/preact/hooks';
import { useService } from 'bpmn-js-properties-panel';
import { getBusinessObject, is, isAny } from 'bpmn-js/lib/util/ModelUtil';
import { called } from '../../words.js';
import { outcomesBefore } from '../book.js';
import { Check, Picked, Text } from '../parts.jsx';
import { say } from '../words.js';

const DECIDING = ['bpmn:ExclusiveGateway', 'bpmn:InclusiveGateway'];

export const decides = (owner) => isAny(owner, DECIDING) && (owner.outgoing || []).length > 1;

function Condition({ id, element, flow, gateway, label }) {
  const book = useService('wordbook');
  const writing = useService('writing');
  const registry = useService('elementRegistry');
  const shape = registry.get(flow.id) || element;
  const choices = outcomesBefore(gateway, book).map((one) => ({
    value: `outcome = "${one.value}"`, label: say('when_outcome', { label: one.label }),
  }));
  return <Picked id={id} label={label} value={flow.conditionExpression?.body || ''} choices={choices} element={shape} onChange={(body) => writing.setExpression(shape, flow, 'conditionExpression', body)} />;
}

// The default flow has no condition: both change with one undo.
function makeDefault(commandStack, registry, gateway, flow) {
  const commands = [{ cmd: 'element.updateProperties', context: { element: registry.get(gateway.id), properties: { default: flow } } }];
  if (flow?.conditionExpression) {
    commands.push({ cmd: 'element.updateProperties', context: { element: registry.get(flow.id), properties: { conditionExpression: undefined } } });
  }
  commandStack.execute('properties-panel.multi-command-executor', commands);
}

// The panel follows its own element alone; the flows out of a gateway change beside it.
function useFlows(owner) {
  const eventBus = useService('eventBus');
  const [, look] = useState(0);
  useEffect(() => {
    const changed = ({ elements }) => {
      if (elements.some((one) => getBusinessObject(one)?.sourceRef === owner)) look((times) => times + 1);
    };
    eventBus.on('elements.changed', changed);
    return () => eventBus.off('elements.changed', changed);
  }, []);
}

export function Branches({ element }) {
  const modeling = useService('modeling');
  const registry = useService('elementRegistry');
  const commandStack = useService('commandStack');
  const owner = getBusinessObject(element);
  const flows = owner.outgoing || [];
  useFlows(owner);
  if (!flows.length) return <p class="pp-hint">{say('no_branches')}</p>;
  if (!decides(owner)) return <p class="pp-hint">{say(explanation(owner, flows))}</p>;
  return (
    <>
      {flows.map((flow) => (
        <div class="pp-line" key={flow.id} role="group" aria-label={`${say('flow')}: ${wayTo(flow)}`}>
          <div class="pp-row">
            <Text bare id={`flow-${flow.id}`} label={`${say('flow_label')}: ${wayTo(flow)}`} placeholder={say('flow_label')} value={flow.name || ''} onChange={(name) => modeling.updateProperties(registry.get(flow.id), { name: name || undefined })} />
            <span class="pp-unit pp-target">→ {wayTo(flow)}</span>
          </div>
          <Check id={`default-${flow.id}`} type="radio" name="default-flow" label={say('default')} hint={owner.default === flow ? say('default_hint') : ''} value={owner.default === flow} onChange={() => makeDefault(commandStack, registry, owner, flow)} />
          {owner.default === flow ? null : <Condition id={`condition-${flow.id}`} label={say('condition')} element={element} flow={flow} gateway={owner} />}
        </div>
      ))}
    </>
  );
}

function explanation(owner, flows) {
  if (is(owner, 'bpmn:EventBasedGateway')) return 'event_branches';
  return flows.length > 1 ? 'no_conditions' : 'merges';
}

function wayTo(flow) {
  return flow.targetRef ? called({ businessObject: flow.targetRef }) : '';
}

export function Flow({ element }) {
  const registry = useService('elementRegistry');
  const commandStack = useService('commandStack');
  const flow = getBusinessObject(element);
  const gateway = flow.sourceRef;
  const standing = gateway?.default === flow;
  const ends = gateway ? <p class="pp-fact">{called({ businessObject: gateway })} → {wayTo(flow)}</p> : null;
  if (!decides(gateway) && !flow.conditionExpression) return <>{ends}<p class="pp-hint">{say('flow_free')}</p></>;
  return (
    <>
      {ends}
      {decides(gateway) ? <Check id="default" label={say('flow_default')} hint={say('default_hint')} value={standing} onChange={(value) => makeDefault(commandStack, registry, gateway, value ? flow : undefined)} /> : null}
      {standing && !flow.conditionExpression ? null : <Condition id="condition" label={say('condition')} element={element} flow={flow} gateway={gateway} />}
    </>
  );
}
