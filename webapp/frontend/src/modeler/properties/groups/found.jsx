// What the check finds at the element, and whether the draft's words could be read.
/** @jsxRuntime automatic */
/** @jsxImportSource @bpmn-io/properties-panel/preact */
import { useEffect, useState } from '@bpmn-io/properties-panel/preact/hooks';
import { useService } from 'bpmn-js-properties-panel';
import { getBusinessObject } from 'bpmn-js/lib/util/ModelUtil';
import { Button } from '../parts.jsx';
import { say } from '../words.js';
import { processOf } from './general.jsx';

// The newest findings by element; the modeler's check tells them on the event bus.
export class Heard {
  constructor(eventBus) {
    this.findings = new Map();
    eventBus.on('findings.changed', ({ findings }) => {
      this.findings = findings instanceof Map ? findings : new Map(Object.entries(findings || {}));
    });
  }

  at(element) {
    const ids = [getBusinessObject(element)?.id, processOf(element)?.id].filter(Boolean);
    return ids.flatMap((id) => this.findings.get(id) || []);
  }
}
Heard.$inject = ['eventBus'];

export function Found({ element }) {
  const heard = useService('heardFindings');
  const book = useService('wordbook');
  const eventBus = useService('eventBus');
  const [, look] = useState(0);
  useEffect(() => {
    const changed = () => look((times) => times + 1);
    eventBus.on(['findings.changed', 'wordbook.changed'], 100, changed);
    return () => eventBus.off(['findings.changed', 'wordbook.changed'], changed);
  }, []);
  const found = heard.at(element);
  return (
    <div class="pp-top" data-wordbook={book.state}>
      {book.state === 'waiting' ? <p class="pp-hint" role="status">{say('waiting')}</p> : null}
      {book.state === 'failed' ? <p class="pp-error" role="alert">{say('failed')} <Button label={say('again')} onClick={() => book.renew(true)}>{say('again')}</Button></p> : null}
      {found.length ? (
        <ul class="pp-found">{found.map((one) => (
          <li key={`${one.rule} ${one.sentence}`} class={`pp-found-${one.severity}`}>{one.sentence}{one.mend ? <span class="pp-hint">{one.mend}</span> : null}</li>
        ))}</ul>
      ) : null}
    </div>
  );
}
