// The modeler's words: the page's own from the server, the libraries' from a table.
import { chinese } from './chinese.js';

const spoken = document.documentElement.lang.startsWith('zh') ? chinese : {};
export const untold = new Set();

export function translate(template, replacements = {}) {
  if (spoken === chinese && !(template in chinese) && /[A-Za-z]{3}/.test(template)) untold.add(template);
  const words = spoken[template] || template;
  return words.replace(/{([^}]+)}/g, (all, key) => (key in replacements ? replacements[key] : all));
}

// Says words of a JSON table in the page, filled in.
export function sayer(id) {
  const words = JSON.parse(document.getElementById(id).textContent);
  return (name, values = {}) => Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, () => value), words[name] || name);
}

// A flow without a name is called by its ends.
const ended = (end) => called({ businessObject: end });

// What an element is called: its name, or, without one, its kind: "Timer Boundary Event".
export function called(element) {
  const { $type, name, eventDefinitions } = element.businessObject;
  if (name) return name;
  const { sourceRef, targetRef } = element.businessObject;
  if ($type === 'bpmn:SequenceFlow' && sourceRef && targetRef) return `${ended(sourceRef)} → ${ended(targetRef)}`;
  const event = (eventDefinitions || []).map((one) => one.$type.replace(/^bpmn:|EventDefinition$/g, ''))[0];
  const kind = $type.replace('bpmn:', '').replace(/(?!^)([A-Z])/g, ' $1').replace('Sub Process', 'Expanded Sub Process');
  return translate([event, kind].filter(Boolean).join(' '));
}

export default { translate: ['value', translate] };
