// An activity that is opened once for each item of a list.
/** @jsxRuntime automatic */
/** @jsxImportSource @bpmn-io/properties-panel/preact */
import { useService } from 'bpmn-js-properties-panel';
import { getBusinessObject } from 'bpmn-js/lib/util/ModelUtil';
import { Feel, Select, Text } from '../parts.jsx';
import { say } from '../words.js';
import { nameProblem } from './automatic.jsx';

export function Instances({ element }) {
  const writing = useService('writing');
  const modeling = useService('modeling');
  const owner = getBusinessObject(element);
  const loop = owner.loopCharacteristics;
  const order = loop ? (loop.isSequential ? 'sequential' : 'parallel') : 'off';

  function choose(chosen) {
    if (chosen === 'off') return modeling.updateProperties(element, { loopCharacteristics: undefined });
    const isSequential = chosen === 'sequential';
    if (loop) return writing.set(element, loop, { isSequential });
    const made = writing.make('bpmn:MultiInstanceLoopCharacteristics', { isSequential }, owner);
    return modeling.updateProperties(element, { loopCharacteristics: made });
  }
  function setItem(name, type, id) {
    const old = loop[name];
    if (!id) writing.set(element, loop, { [name]: undefined });
    else if (old) writing.set(element, old, { id, name: id });
    else writing.set(element, loop, { [name]: writing.make(type, { id, name: id }, loop) });
  }

  return (
    <>
      <Select id="order" label={say('order')} hint={say('instances_hint')} value={order} choices={['off', 'parallel', 'sequential'].map((value) => ({ value, label: say(value) }))} onChange={choose} />
      {loop ? (
        <>
          <Feel id="collection" label={say('collection')} hint={say('collection_hint')} element={element} value={loop.loopDataInputRef || ''} onChange={(value) => writing.set(element, loop, { loopDataInputRef: value || undefined })} />
          <Text id="item" mono label={say('item')} hint={say('item_hint')} value={loop.inputDataItem?.id || ''} validate={nameProblem} onChange={(id) => setItem('inputDataItem', 'bpmn:DataInput', id)} />
          <Feel id="number" label={say('number')} hint={say('number_hint')} element={element} value={loop.loopCardinality?.body || ''} onChange={(value) => writing.setExpression(element, loop, 'loopCardinality', value)} />
          <Text id="output" mono label={say('output')} hint={say('output_hint')} value={loop.loopDataOutputRef || ''} validate={nameProblem} onChange={(value) => writing.set(element, loop, { loopDataOutputRef: value || undefined })} />
          <Text id="output_item" mono label={say('output_item')} value={loop.outputDataItem?.id || ''} validate={nameProblem} onChange={(id) => setItem('outputDataItem', 'bpmn:DataOutput', id)} />
          <Feel id="completion" label={say('completion')} hint={say('completion_hint')} element={element} value={loop.completionCondition?.body || ''} onChange={(value) => writing.setExpression(element, loop, 'completionCondition', value)} />
        </>
      ) : null}
    </>
  );
}
