// A task of people: its form, whose it is, its time limits, what the company sees meanwhile.
/** @jsxRuntime automatic */
/** @jsxImportSource @bpmn-io/properties-panel/preact */
import { useState } from '@bpmn-io/properties-panel/preact/hooks';
import { useService } from 'bpmn-js-properties-panel';
import { ask, file } from '../../../studio/asking.js';
import { Button, Check, Feel, Open, Picked, Select, Text } from '../parts.jsx';
import { Time } from '../times.jsx';
import { property } from '../writing.js';
import { english, say } from '../words.js';
import { NewPart, suggestion } from './begin.jsx';
import { WhoseLane } from './general.jsx';

// Value and setter of an extension property.
export function useProperty(element) {
  const writing = useService('writing');
  return (name) => ({ value: property(element, name), onChange: (value) => writing.setProperty(element, name, value) });
}

export function Work({ element }) {
  const at = useProperty(element);
  return (
    <>
      <WhoseLane element={element} />
      <FormPicker element={element} id="form" label={say('form')} hint={say('form_hint')} none={say('choose')} />
      <Unit element={element} label={say('unit')} hint={say('unit_hint')} none={say('unit_nearest')} />
      <Feel id="assignee" label={say('assignee')} hint={say('assignee_hint')} element={element} {...at('assignee')} />
      <Feel id="about" label={say('about')} hint={say('about_hint')} element={element} {...at('about')} />
    </>
  );
}

export function Unit({ element, label, hint, none }) {
  const book = useService('wordbook');
  const at = useProperty(element);
  const choices = book.words.units.map((one) => ({
    value: `"${one.key}"`, label: one.name, group: one.under || say('unit_pick'),
  }));
  const lead = [{ value: 'lead_unit()', label: say('unit_of_case') }];
  return <Picked id="unit" kind="unit" label={label} hint={hint} none={none} element={element} choices={[...lead, ...choices]} {...at('unit')} />;
}

export function FormPicker({ element, id, label, hint, none }) {
  const book = useService('wordbook');
  const at = useProperty(element)('form');
  const [making, setMaking] = useState(false);
  const forms = book.words.forms.map((one) => ({
    value: one.name, label: one.title === one.name ? one.name : `${one.title}（${one.name}）`,
  }));
  const form = book.find('forms', 'name', at.value);
  if (at.value && !form) forms.unshift({ value: at.value, label: `${at.value} ${book.state === 'ready' ? say('not_there') : ''}` });
  return (
    <>
      <Select id={id} label={label} hint={hint} value={at.value} choices={[{ value: '', label: none }, ...forms]} onChange={at.onChange} after={<>
        <Open href={form && book.address(form.file)} label={`${say('open')}: ${label}`} />
        <Button label={say('new_form')} onClick={() => setMaking(!making)}>{say('new')}</Button>
      </>} />
      {making ? <NewPart id="new_form" label={say('new_form_name')} suggested={suggestion(element.businessObject.id, 'form', (name) => book.find('forms', 'name', name))} make={newForm} onMade={(name) => { setMaking(false); at.onChange(name); }} onCancel={() => setMaking(false)} /> : null}
      {form ? <Outcomes form={form} /> : null}
    </>
  );
}

async function newForm(name) {
  const content = JSON.stringify(empty(name), null, 2);
  await ask(file.save, { path: `forms/${name}.form`, content, base: '', sitting: file.sitting });
}

// What a new form asks: one text, so that the task can be done; its editor does the rest.
function empty(name) {
  return {
    id: name,
    type: 'default',
    components: [{
      id: `${name}_note_field`,
      key: `${name}_note`,
      type: 'textarea',
      label: '办理情况',
      validate: { required: true },
      properties: { 'label.en': 'What was done' },
    }],
  };
}

function Outcomes({ form }) {
  if (!form.outcomes.length) return <p class="pp-hint">{say('form_no_outcome')}</p>;
  return (
    <details class="pp-outcomes">
      <summary>{`${say('form_outcomes')} · ${form.outcomes.length}`}</summary>
      <ul>{form.outcomes.map((one) => <li key={one.value}><b>{one.label}</b> <code>{one.value}</code>{one.consequence ? <span class="pp-hint">{one.consequence}</span> : null}</li>)}</ul>
    </details>
  );
}

export function Times({ element }) {
  const at = useProperty(element);
  const pauses = at('pauses');
  return (
    <>
      <Time id="due" kind="due" label={say('due')} hint={say('due_hint')} element={element} {...at('due')} />
      <Time id="warn" kind="warn" later={1} label={say('warn')} hint={say('warn_hint')} element={element} {...at('warn')} />
      <Check id="pauses" label={say('pauses')} value={pauses.value === 'true'} onChange={(value) => pauses.onChange(value ? 'true' : '')} />
    </>
  );
}

export function Company({ element }) {
  const book = useService('wordbook');
  const at = useProperty(element);
  const { stages, texts } = book.words;
  const notify = at('notify');
  const outside = book.words.company || notify.value || at('public').value;
  return (
    <>
      <Select id="stage" label={say('stage')} value={at('stage').value} choices={withOwn(stages.map((one) => ({ value: one.key, label: one.title })), at('stage').value)} onChange={at('stage').onChange} />
      <Text id="sentence" label={say('sentence')} hint={say(book.words.company ? 'sentence_hint' : 'sentence_hint_inside')} lines={2} {...at('sentence')} />
      <Text id="sentence_en" label={say('sentence_en')} lines={2} {...at('sentence_en')} />
      {outside ? <Told element={element} notify={notify} texts={texts} /> : null}
    </>
  );
}

// What goes to the company itself; nothing of it where no company begins the process.
function Told({ element, notify, texts }) {
  const book = useService('wordbook');
  return (
    <>
      <Preview element={element} />
      <Public element={element} label={say('public')} />
      <Select id="notify" label={say('notify')} hint={say('notify_hint')} value={notify.value} choices={withOwn(texts.map((one) => ({ value: one.name, label: one.title ? `${one.title}（${one.name}）` : one.name })), notify.value)} onChange={notify.onChange} after={<Open href={book.address(book.find('texts', 'name', notify.value)?.file)} label={`${say('open')}: ${say('notify')}`} />} />
    </>
  );
}

// Choices with nothing first, and with what is written though it is not there.
export function withOwn(choices, value, none = say('none')) {
  const own = value && !choices.some((one) => one.value === value) ? [{ value, label: `${value} ${say('not_there')}` }] : [];
  return [{ value: '', label: none }, ...own, ...choices];
}

function Preview({ element }) {
  const words = [property(element, 'sentence'), property(element, 'sentence_en')];
  const [first, second] = english ? words.reverse() : words;
  return (
    <div class="pp-preview" aria-live="polite">
      <p class="pp-label">{say('preview')}</p>
      <p class={first ? 'pp-said' : 'pp-hint'}>{first || say('preview_none')}</p>
      {second ? <p class="pp-hint">{second}</p> : null}
    </div>
  );
}

// Written out as true or false where it was written before; never set, it stays away.
export function Public({ element, label }) {
  const at = useProperty(element)('public');
  return <Check id="public" label={label} value={at.value === 'true'} onChange={(value) => at.onChange(value ? 'true' : (at.value && 'false'))} />;
}
