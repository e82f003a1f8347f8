// A form, a table or a diagram that is begun from the element that is to use it.
/** @jsxRuntime automatic */
/** @jsxImportSource @bpmn-io/properties-panel/preact */
import { useState } from '@bpmn-io/properties-panel/preact/hooks';
import { useService } from 'bpmn-js-properties-panel';
import { ask } from '../../../studio/asking.js';
import { draft } from '../book.js';
import { Button, Entry } from '../parts.jsx';
import { say } from '../words.js';

const NAME = /^[a-z][a-z0-9_]{0,59}$/;

// A name that is free, by the element's id; `taken` tells whether one is.
export function suggestion(id, fallback, taken) {
  const name = id.toLowerCase().replace(/[^a-z0-9_]/g, '_').replace(/^[^a-z]+/, '').slice(0, 50) || fallback;
  if (!taken(name)) return name;
  let number = 2;
  while (taken(`${name}_${number}`)) number += 1;
  return `${name}_${number}`;
}

// Asks for a name; `make(name)` returns a promise of where the new part is edited, or nothing.
export function NewPart({ id, label, suggested, make, onMade, onCancel }) {
  const eventBus = useService('eventBus');
  const [name, setName] = useState(suggested);
  const [problem, setProblem] = useState('');
  async function begin() {
    if (!NAME.test(name)) return;
    try {
      const address = await make(name);
      eventBus.fire('wordbook.renew');
      onMade(name, address);
    } catch (error) {
      setProblem(say('create_failed') + [error.message, error.mend].filter(Boolean).join(' '));
    }
  }
  const wrong = NAME.test(name) ? problem : label;
  return (
    <Entry id={id} label={label} error={wrong}>
      <input id={`pp-${id}`} class="pp-input pp-mono" value={name} autocomplete="off" onInput={(event) => { setName(event.target.value.trim()); setProblem(''); }} onKeyDown={(event) => { if (event.key === 'Enter') begin(); if (event.key === 'Escape') onCancel(); }} />
      <div class="pp-row">
        <Button label={say('create')} kind="pp-main" onClick={begin}>{say('create')}</Button>
        <Button label={say('cancel')} onClick={onCancel}>{say('cancel')}</Button>
      </div>
    </Entry>
  );
}

// What stands behind a picker, and below it: a button that begins a table or diagram, the question
// for its name, and then the way to it. Its editor opens beside; whoever comes back finds it read.
export function useBeginning({ element, kind, taken, onMade }) {
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState('');
  const label = say(`new_${kind}`);
  const owner = element.businessObject;
  async function make(name) {
    const answer = await ask(`${draft}begin`, { kind, name, title: owner.name || name });
    return answer.address;
  }
  function taken_up(name, address) {
    setMaking(false);
    setMade(address);
    onMade(name);
  }
  return {
    button: <Button label={label} onClick={() => setMaking(!making)}>{say('new')}</Button>,
    below: (
      <>
        {making ? <NewPart id={`new_${kind}`} label={say('new_part_name')} suggested={suggestion(owner.id, kind, taken)} make={make} onMade={taken_up} onCancel={() => setMaking(false)} /> : null}
        {made ? <p class="pp-hint" role="status">{say('part_made')} <a href={made} target="_blank" rel="noopener">{say('open_part')}</a></p> : null}
      </>
    ),
  };
}
