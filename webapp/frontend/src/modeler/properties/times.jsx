// Times: working days, calendar days, rows of a table of limits, or any expression.
/** @jsxRuntime automatic */
/** @jsxImportSource @bpmn-io/properties-panel/preact */
import { useEffect, useRef, useState } from '@bpmn-io/properties-panel/preact/hooks';
import { useService } from 'bpmn-js-properties-panel';
import { Entry, Feel, Open, Select, Text } from './parts.jsx';
import { say } from './words.js';

const DAYS = /^(workdays|calendar_days)\(\s*(\d+)\s*\)$/;
const ROW = /^(workdays|calendar_days)\(\s*(\w+)\[\s*(\w+) = "([^"]*)"\s*\]\[1\]\.(\w+)\s*\)$/;
const MOMENT = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d)(?::\d\d)?(?:\+08:00)?)?$/;
const MODES = { workdays: 'time_workdays', calendar_days: 'time_calendar' };
const TABLES = { workdays: 'time_table', calendar_days: 'time_table_calendar' };

// How a time is written: {mode, days}, {mode, moment} or {mode, table, key, row, column}.
export function read(text, limits) {
  if (!text) return { mode: 'none' };
  const moment = MOMENT.exec(text);
  if (moment) return { mode: 'moment', moment: `${moment[1]}T${moment[2] || '00:00'}` };
  const days = DAYS.exec(text);
  if (days) return { mode: days[1], days: days[2] };
  const row = ROW.exec(text);
  const table = row && limits.find((one) => one.id === row[2] && one.columns[0] === row[3]);
  if (table) return { mode: `table-${row[1]}`, word: row[1], table, row: row[4], column: row[5] };
  return { mode: 'feel' };
}

// Tables that are lists of limits: no inputs, a text in front, numbers behind.
export function limitsOf(decisions) {
  return decisions.filter((one) => one.rows.length && one.columns.length > 1 && one.rows.every((row) => row[0].startsWith('"')));
}

function numeric(table) {
  return table.columns.filter((column, place) => place && table.rows.every((row) => !row[place] || /^-?\d+(\.\d+)?$/.test(row[place])));
}

function write(word, table, row, column) {
  return `${word}(${table.id}[${table.columns[0]} = "${row}"][1].${column})`;
}

export function Time({ id, label, hint, value = '', kind, element, onChange, none = 'time_none', later = 0 }) {
  const book = useService('wordbook');
  const limits = limitsOf(book.words.decisions);
  const found = read(value, limits);
  const [asked, setAsked] = useState('');
  const typed = useRef();
  const mode = asked || found.mode;
  // What an undo or somebody's choice brings shows as it is; what is being typed keeps its field.
  useEffect(() => { if (value !== typed.current) setAsked(''); }, [value]);
  const choices = [
    { value: 'none', label: say(none) },
    ...Object.entries(MODES).map(([word, key]) => ({ value: word, label: say(key) })),
    ...(limits.length ? Object.entries(TABLES).map(([word, key]) => ({ value: `table-${word}`, label: say(key) })) : []),
    { value: 'moment', label: say('timer_literal') },
    { value: 'feel', label: say('expression') },
  ];

  function choose(chosen) {
    setAsked(chosen === 'none' ? '' : chosen);
    if (chosen === 'none') onChange('');
    else if (MODES[chosen] && found.days) onChange(`${chosen}(${found.days})`);
    else if (chosen.startsWith('table-') && found.table) onChange(write(chosen.slice(6), found.table, found.row, found.column));
  }

  return (
    <Entry id={id} label={label} hint={hint}>
      <Select bare id={id} value={mode} choices={choices} onChange={choose} />
      {MODES[mode] ? <Days id={id} label={label} mode={mode} days={found.days} onChange={onChange} /> : null}
      {mode.startsWith('table-') ? <Row id={id} label={label} word={mode.slice(6)} limits={limits} found={found} later={later} onChange={onChange} /> : null}
      {mode === 'moment' ? (
        <div class="pp-row"><Text bare id={`${id}-moment`} label={`${label}: ${say('timer_literal')}`} type="datetime-local" value={found.moment || ''} onChange={(text) => { if (text) onChange(`${text}:00+08:00`); }} /></div>
      ) : null}
      {mode === 'feel' ? <Feel bare id={`${id}-feel`} label={<>{label} ({say('as_feel')})</>} value={value} kind={kind} element={element} onChange={(text) => { typed.current = text; setAsked('feel'); onChange(text); }} /> : null}
    </Entry>
  );
}

function Days({ id, label, mode, days = '', onChange }) {
  return (
    <div class="pp-row">
      <Text bare id={`${id}-days`} label={`${label}: ${say('days')}`} value={days} type="number" validate={(text) => (text && !/^\d{1,4}$/.test(text) ? say('days') : '')} onChange={(text) => { if (text) onChange(`${mode}(${Number(text)})`); }} />
      <span class="pp-unit">{say(`unit_${mode}`)}</span>
    </div>
  );
}

function Row({ id, label, word, limits, found, later, onChange }) {
  const book = useService('wordbook');
  const table = found.table || limits[0];
  const columns = numeric(table);
  const column = found.column || columns[Math.min(later, columns.length - 1)];
  const place = table.columns.indexOf(column);
  const rows = limits.flatMap((one) => one.rows.map((row) => {
    const key = row[0].slice(1, -1);
    return { value: `${one.id} ${key}`, label: row.at(-1) || key, group: one.name };
  }));
  function pick(chosen) {
    const [name, key] = [chosen.slice(0, chosen.indexOf(' ')), chosen.slice(chosen.indexOf(' ') + 1)];
    const picked = limits.find((one) => one.id === name);
    const kept = picked.columns.includes(column) ? column : numeric(picked)[Math.min(later, numeric(picked).length - 1)];
    onChange(write(word, picked, key, kept));
  }
  const picked = found.row === undefined ? null : table.rows.find((row) => row[0] === `"${found.row}"`);
  return (
    <>
      <div class="pp-row">
        <Select bare id={`${id}-row`} label={`${label}: ${say('row')}`} value={picked ? `${table.id} ${found.row}` : ''} choices={[{ value: '', label: say('choose') }, ...rows]} onChange={(chosen) => { if (chosen) pick(chosen); }} />
      </div>
      <div class="pp-row">
        <Select bare id={`${id}-column`} label={`${label}: ${say('column')}`} value={column} choices={columns.map((one) => ({ value: one, label: outputLabel(table, one) }))} onChange={(chosen) => { if (picked) onChange(write(word, table, found.row, chosen)); }} />
        {picked ? <span class="pp-unit">= {picked[place] || '—'}</span> : null}
        <Open href={book.address(table.file)} label={`${say('open')}: ${table.name}`} />
      </div>
    </>
  );
}

function outputLabel(table, name) {
  return table.outputs.find((one) => one.name === name)?.label || table.labels?.[name] || name;
}
