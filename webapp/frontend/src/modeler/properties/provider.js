// Which groups an element has: what the engine runs and the check asks for, nothing else.
import { getBusinessObject, is, isAny } from 'bpmn-js/lib/util/ModelUtil';
import { Assignments, Called, Decision, Operation, Untyped } from './groups/automatic.jsx';
import { Happening, kindOf, Senders } from './groups/events.jsx';
import { Found } from './groups/found.jsx';
import { Branches, Flow } from './groups/flows.jsx';
import { Beside, catchesMessage, General, Lane, Process, processOf } from './groups/general.jsx';
import { Instances } from './groups/instances.jsx';
import { Company, Times, Work } from './groups/task.jsx';
import { handOn, Section } from './parts.jsx';
import { say } from './words.js';

const MULTIPLE = ['bpmn:UserTask', 'bpmn:ServiceTask', 'bpmn:ScriptTask', 'bpmn:BusinessRuleTask', 'bpmn:CallActivity', 'bpmn:SubProcess'];
const PLAIN = ['bpmn:DataObjectReference', 'bpmn:DataStoreReference', 'bpmn:Group', 'bpmn:Association'];

export class Provider {
  constructor(propertiesPanel, wordbook, eventBus, selection) {
    this.book = wordbook;
    propertiesPanel.registerProvider(500, this);
    // The panel hears of a selection only once it is painted: what the address chose is told then.
    eventBus.once('panel.painted', () => {
      const newSelection = selection.get();
      if (newSelection.length) eventBus.fire('selection.changed', { oldSelection: [], newSelection });
    });
    eventBus.on(['selection.changed', 'root.set'], 2000, handOn);
    window.addEventListener('beforeunload', handOn); // heard before saving looks whether it may go
    document.addEventListener('visibilitychange', handOn);
  }

  getGroups(element) {
    return (groups) => [...groups, ...this.groups(element)];
  }

  groups(element) {
    const owner = getBusinessObject(element);
    const found = [section('found', say('findings'), Found, { bare: true })];
    if (processOf(element)) return [...found, section('process', say('process'), Process)];
    if (isAny(owner, PLAIN)) return found;
    const about = owner.documentation?.length ? say('documented') : owner.id;
    return [
      ...found,
      section('general', say('general'), General),
      ...this.own(element, owner),
      section('beside', say('beside'), Beside, { folded: true, note: about }),
    ];
  }

  own(element, owner) {
    if (is(owner, 'bpmn:Lane')) return [section('lane', say('lane'), Lane)];
    if (is(owner, 'bpmn:SequenceFlow')) return [section('flow', say('flow'), Flow)];
    if (is(owner, 'bpmn:Gateway')) return [section('branches', say('branches'), Branches)];
    if (is(owner, 'bpmn:Event')) return this.event(element, owner);
    return [...this.activity(owner), ...(isAny(owner, MULTIPLE) ? [instances(owner)] : [])];
  }

  activity(owner) {
    if (is(owner, 'bpmn:UserTask')) {
      const groups = [section('work', say('work'), Work), section('time', say('time'), Times)];
      return [...groups, section('company', say(this.book.words.company ? 'company' : 'inside_sees'), Company)];
    }
    if (is(owner, 'bpmn:ServiceTask')) return [section('operation', say('automatic'), Operation)];
    if (is(owner, 'bpmn:ScriptTask')) return [section('assignments', say('assignments'), Assignments)];
    if (is(owner, 'bpmn:BusinessRuleTask')) return [section('decision', say('by_table'), Decision)];
    if (is(owner, 'bpmn:CallActivity')) return [section('called', say('inside'), Called)];
    return owner.$type === 'bpmn:Task' ? [section('untyped', say('type'), Untyped)] : [];
  }

  event(element, owner) {
    const plain = is(owner, 'bpmn:StartEvent') ? 'start' : 'end';
    const groups = [section('happening', say(kindOf(element) ? 'happening' : plain), Happening)];
    if (catchesMessage(element)) groups.push(section('senders', say('senders'), Senders));
    return groups;
  }
}
Provider.$inject = ['propertiesPanel', 'wordbook', 'eventBus', 'selection'];

function section(id, label, content, more = {}) {
  return { id, label, content, component: Section, ...more };
}

function instances(owner) {
  const loop = owner.loopCharacteristics;
  return section('instances', say('instances'), Instances, { folded: !loop, note: loop ? '' : say('off') });
}
