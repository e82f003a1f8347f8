// What the panel is made of: sections, and fields that hand on what is typed.
/** @jsxRuntime automatic */
/** @jsxImportSource @bpmn-io/properties-panel/preact */
import { useEffect, useRef, useState } from '@bpmn-io/properties-panel/preact/hooks';
import { useService } from 'bpmn-js-properties-panel';
import { feelEditor } from '../../feel/editor.js';
import { say } from './words.js';

const QUIET = 300; // milliseconds without a key before a text is handed on
const numbers = new WeakMap();
let last = 0;

// A number for an element that stays when its id changes.
function numberOf(element) {
  if (!numbers.has(element)) numbers.set(element, last += 1);
  return numbers.get(element);
}

const OPEN = 'throughtrain-panel-open';
const kept = JSON.parse(window.sessionStorage.getItem(OPEN) || '{}');

const typing = new Set();

// Hand on what is typed and waits; done before another element is shown, and before saving.
export function handOn() {
  for (const flush of typing) flush();
}

// A group of the panel; which ones are folded is kept while the window is open.
export function Section({ id, label, element, content: Content, folded = false, note = '', bare = false }) {
  const [, look] = useState(0);
  const open = kept[id] ?? !folded;
  if (bare) return <Content key={numberOf(element)} element={element} />;
  function toggle() {
    kept[id] = !open;
    window.sessionStorage.setItem(OPEN, JSON.stringify(kept));
    look((times) => times + 1);
  }
  return (
    <section class="pp-section" data-group-id={`group-${id}`}>
      <h2 class="pp-head">
        <button type="button" class="pp-toggle" aria-expanded={open ? 'true' : 'false'} aria-controls={`pp-body-${id}`} onClick={toggle}>
          <span class="pp-arrow" aria-hidden="true">{open ? '▾' : '▸'}</span>{label}
          {!open && note ? <span class="pp-note">{note}</span> : null}
        </button>
      </h2>
      <div class="pp-body" id={`pp-body-${id}`} hidden={!open}>
        {open ? <Content key={numberOf(element)} element={element} /> : null}
      </div>
    </section>
  );
}

export function Entry({ id, label, hint, error, children, group = false }) {
  return (
    <div class={`pp-entry${error ? ' pp-wrong' : ''}`} data-entry-id={id} role={group ? 'group' : undefined} aria-labelledby={group ? `pp-label-${id}` : undefined}>
      {group ? <span class="pp-label" id={`pp-label-${id}`}>{label}</span> : <label class="pp-label" id={`pp-label-${id}`} for={`pp-${id}`}>{label}</label>}
      {children}
      {error ? <p class="pp-error" id={`pp-error-${id}`} role="alert">{error}</p> : null}
      {hint ? <p class="pp-hint" id={`pp-hint-${id}`}>{hint}</p> : null}
    </div>
  );
}

const described = (id, hint, error) => [error && `pp-error-${id}`, hint && `pp-hint-${id}`].filter(Boolean).join(' ') || undefined;

// A text; with `lines` it has several. `validate` says what is wrong; what is wrong is not handed on.
export function Text({ id, label, hint, value = '', onChange, validate, lines = 0, placeholder, disabled, list, mono, bare, type = 'text' }) {
  const [typed, setTyped] = useState(value);
  const state = useRef({});
  Object.assign(state.current, { onChange, value, validate });
  const wrong = validate?.(typed) || '';
  useEffect(() => { if (!state.current.timer && value !== typed.trim()) setTyped(value); }, [value]);
  useEffect(() => {
    const flushed = () => state.current.flush();
    typing.add(flushed);
    return () => { flushed(); typing.delete(flushed); };
  }, []);
  state.current.flush = flush;

  function flush() {
    window.clearTimeout(state.current.timer);
    if (!state.current.timer) return;
    state.current.timer = 0;
    const now = state.current.typed.trim();
    if (!state.current.validate?.(now) && now !== state.current.value) state.current.onChange(now);
  }

  function input(event) {
    state.current.typed = event.target.value;
    setTyped(event.target.value);
    window.clearTimeout(state.current.timer);
    state.current.timer = window.setTimeout(flush, QUIET);
  }

  const shared = {
    id: `pp-${id}`,
    name: id,
    class: `pp-input${mono ? ' pp-mono' : ''}`,
    value: typed,
    disabled,
    placeholder,
    autocomplete: 'off',
    spellcheck: false,
    'aria-label': bare ? label : undefined,
    'aria-invalid': wrong ? 'true' : undefined,
    'aria-describedby': bare ? undefined : described(id, hint, wrong),
    onInput: input,
    // A press on the pad beside the element would be lost if the pad were drawn anew under it; what
    // is typed is handed on a moment later, or with the next selection.
    onBlur: ({ relatedTarget }) => { if (!relatedTarget?.closest?.('.djs-context-pad')) flush(); },
    onKeyDown: (event) => { if (event.ctrlKey || event.metaKey) flush(); },
  };
  const field = lines ? <textarea {...shared} rows={lines} /> : <input {...shared} type={type} list={list} />;
  if (bare) return field;
  return <Entry id={id} label={label} hint={hint} error={wrong}>{field}</Entry>;
}

// Choices are {value, label, group}; those of a group stand together under its name.
export function Select({ id, label, hint, value = '', choices, onChange, error, bare, after }) {
  const groups = new Map();
  for (const one of choices) groups.set(one.group || '', [...(groups.get(one.group || '') || []), one]);
  const option = (one) => <option value={one.value} key={one.value}>{one.label}</option>;
  const field = (
    <select id={`pp-${id}`} name={id} class="pp-input" value={value} aria-label={bare ? label : undefined} aria-describedby={bare ? undefined : described(id, hint, error)} onChange={(event) => onChange(event.target.value)}>
      {[...groups].map(([group, all]) => (group ? <optgroup label={group} key={group}>{all.map(option)}</optgroup> : all.map(option)))}
    </select>
  );
  if (bare) return field;
  return <Entry id={id} label={label} hint={hint} error={error}>{after ? <div class="pp-row">{field}{after}</div> : field}</Entry>;
}

export function Check({ id, label, hint, value, onChange, type = 'checkbox', name }) {
  return (
    <div class="pp-entry pp-check" data-entry-id={id}>
      <input type={type} id={`pp-${id}`} name={name || id} checked={value} aria-describedby={described(id, hint)} onChange={(event) => onChange(event.target.checked)} />
      <label for={`pp-${id}`}>{label}</label>
      {hint ? <p class="pp-hint" id={`pp-hint-${id}`}>{hint}</p> : null}
    </div>
  );
}

// A place for FEEL, with completion and with what the check would say.
export function Feel({ id, label, hint, value = '', kind = 'value', element, onChange, lines = false, placeholder, bare }) {
  const book = useService('wordbook');
  const box = useRef();
  const problems = useRef();
  const state = useRef({});
  Object.assign(state.current, { onChange });
  useEffect(() => {
    const editor = feelEditor({
      parent: box.current,
      problems: problems.current,
      value,
      lines,
      placeholder,
      label: `pp-label-${id}`,
      describedBy: [`pp-problems-${id}`, hint && `pp-hint-${id}`].filter(Boolean).join(' '),
      words: () => book.offered(element),
      check: (text) => book.check(kind, text),
      context: () => `${kind} ${book.at} ${book.live().join()}`,
      change: (text) => state.current.onChange(lines ? text : text.trim()),
    });
    state.current.editor = editor;
    typing.add(editor.flush);
    return () => { editor.destroy(); typing.delete(editor.flush); };
  }, []);
  useEffect(() => { state.current.editor?.set(value); }, [value]);
  const field = (
    <>
      <div class="feel-field" ref={box} data-feel={id} />
      <div class="feel-problems" id={`pp-problems-${id}`} ref={problems} aria-live="polite" />
    </>
  );
  if (bare) return <div class="pp-bare" data-entry-id={id}><span class="visually-hidden" id={`pp-label-${id}`}>{label}</span>{field}</div>;
  return (
    <div class="pp-entry" data-entry-id={id}>
      <span class="pp-label" id={`pp-label-${id}`} onClick={() => state.current.editor?.view.focus()}>{label}</span>
      {field}
      {hint ? <p class="pp-hint" id={`pp-hint-${id}`}>{hint}</p> : null}
    </div>
  );
}

const BY_FEEL = '\u0000feel';

// One of some expressions, or any other: `choices` are {value: FEEL, label, group}.
export function Picked({ id, label, hint, value = '', choices, none, element, kind, onChange, placeholder }) {
  const [free, setFree] = useState(false);
  const byFeel = free || Boolean(value && !choices.some((one) => one.value === value));
  const options = [{ value: '', label: none || say('choose') }, ...choices, { value: BY_FEEL, label: say('expression') }];
  function choose(chosen) {
    setFree(chosen === BY_FEEL);
    if (chosen !== BY_FEEL) onChange(chosen);
  }
  function type(text) {
    setFree(true); // the field stays while what is typed happens to be one of the choices
    onChange(text);
  }
  return (
    <Entry id={id} label={label} hint={hint}>
      <Select bare id={id} value={byFeel ? BY_FEEL : value} choices={options} onChange={choose} />
      {byFeel ? <Feel bare id={`${id}-feel`} label={<>{label} ({say('as_feel')})</>} value={value} kind={kind} element={element} onChange={type} placeholder={placeholder} /> : null}
    </Entry>
  );
}

export function Open({ href, label }) {
  return href ? <a class="pp-open" href={href} target="_blank" rel="noopener" title={label} aria-label={label}>{say('open')}</a> : null;
}

export function Button({ onClick, label, children, kind = '' }) {
  return <button type="button" class={`pp-button ${kind}`} title={label} aria-label={label} onClick={onClick}>{children}</button>;
}
