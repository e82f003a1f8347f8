// The words of the draft: fetched once, again when the page is looked at again, and completed by
// what stands in the editor and is not saved yet.
import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';
import { ask, file } from '../../studio/asking.js';
import { parse } from './script.js';
import { say } from './words.js';
import { property } from './writing.js';

const EMPTY = {
  lanes: [], roles: [], units: [], stages: [], forms: [], decisions: [], operations: [], processes: [],
  messages: [], texts: [], functions: [], names: [], at: {}, sets: {}, company: true,
};
const AGAIN = 4000; // milliseconds between two looks at the draft's words

// Where the draft's own pages are: what stands before `save` in the address of saving.
export const draft = file.save.replace(/save$/, '');

export class Book {
  constructor(eventBus, elementRegistry) {
    this.eventBus = eventBus;
    this.elementRegistry = elementRegistry;
    this.words = EMPTY;
    this.state = 'waiting';
    this.at = 0;
    document.addEventListener('visibilitychange', () => { if (!document.hidden) this.renew(); });
    eventBus.on('import.done', () => this.renew());
    eventBus.on('wordbook.renew', () => this.renew(true));
  }

  async renew(now = false) {
    if (!now && Date.now() - this.at < AGAIN) return;
    this.at = Date.now();
    try {
      this.words = { ...EMPTY, ...await ask(`${draft}wordbook?path=${encodeURIComponent(file.path)}`) };
      this.state = 'ready';
    } catch (error) {
      this.state = this.words === EMPTY ? 'failed' : 'ready';
    }
    this.eventBus.fire('wordbook.changed');
    this.eventBus.fire('propertiesPanel.providersChanged');
  }

  // Where a file of the draft is edited; nothing where it is not there.
  address(path) {
    return path ? this.words.addresses?.[path] : undefined;
  }

  find(list, key, value) {
    return this.words[list].find((one) => one[key] === value);
  }

  // What completion may offer at an element: all names, and which of them are known there.
  offered(element) {
    const fresh = this.live().filter((name) => !this.find('names', 'name', name));
    const near = outcomesBefore(getBusinessObject(element).sourceRef, this);
    const several = Boolean(getBusinessObject(element).loopCharacteristics);
    const known = this.words.names.filter((one) => several || one.origin !== 'engine');
    const names = known.map((one) => (one.name === 'outcome' ? { ...one, label: say('outcome'), choices: near.length ? near : one.choices } : one));
    names.push(...fresh.map((name) => ({ name, kind: '', label: '', origin: 'script', where: '' })));
    return {
      names,
      here: this.here(element, fresh),
      functions: this.words.functions,
      fields: [...new Map(this.words.forms.flatMap((one) => one.fields).map((one) => [one.name, one])).values()],
    };
  }

  // The names that can have been set when an element is reached; null where nothing is known.
  here(element, fresh) {
    const owner = is(element, 'bpmn:SequenceFlow') ? getBusinessObject(element).sourceRef : getBusinessObject(element);
    const arriving = this.words.at[owner?.id];
    if (!arriving) return null;
    const set = this.words.sets[owner.id] || [];
    return new Set([...[...arriving, ...set].map((place) => this.words.names[place].name), ...fresh]);
  }

  // Names that the diagram in the editor sets.
  live() {
    const found = new Set();
    for (const element of this.elementRegistry.getAll()) {
      const owner = getBusinessObject(element);
      if (is(owner, 'bpmn:ScriptTask')) {
        for (const line of parse(owner.script || '')) if (line.target) found.add(line.target);
      }
      for (const one of owner?.extensionElements?.values || []) {
        if (one.resultVariable) found.add(one.resultVariable);
      }
      const loop = owner?.loopCharacteristics;
      for (const name of [loop?.inputDataItem?.id, loop?.outputDataItem?.id, loop?.loopDataOutputRef]) {
        if (name) found.add(name);
      }
    }
    return [...found];
  }

  // What the check would say of an expression.
  async check(kind, expression) {
    const answer = await ask(`${draft}expression`, { expression, kind, path: file.path, names: this.live() });
    return answer.problems;
  }
}
Book.$inject = ['eventBus', 'elementRegistry'];

// The outcomes that the tasks right before a gateway offer.
export function outcomesBefore(gateway, book) {
  const found = new Map();
  const seen = new Set();
  const waiting = gateway ? [gateway] : [];
  while (waiting.length) {
    for (const flow of waiting.pop().incoming || []) {
      const before = flow.sourceRef;
      if (!before || seen.has(before)) continue;
      seen.add(before);
      const form = book.find('forms', 'name', property({ businessObject: before }, 'form'));
      if (form?.outcomes.length) for (const one of form.outcomes) found.set(one.value, one);
      else if (!is(before, 'bpmn:UserTask')) waiting.push(before);
    }
  }
  return [...found.values()];
}
