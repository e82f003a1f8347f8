// How values get into the diagram: commands that can be undone, shapes as the bundles write them.
import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';

// The order in which a task's or event's properties stand.
const ORDER = [
  'name_en', 'form', 'roles', 'unit', 'assignee', 'about', 'due', 'warn', 'stage', 'pauses',
  'public', 'notify', 'sentence', 'sentence_en',
];

export function extension(owner, type) {
  return owner.extensionElements?.values?.find((one) => is(one, type));
}

export function property(element, name) {
  const found = extension(getBusinessObject(element), 'spiffworkflow:Properties');
  return found?.values?.find((one) => one.name === name)?.value ?? '';
}

export class Writing {
  constructor(modeling, bpmnFactory, commandStack, moddle) {
    Object.assign(this, { modeling, bpmnFactory, commandStack, moddle });
  }

  make(type, properties, parent) {
    const made = this.bpmnFactory.create(type, properties);
    made.$parent = parent;
    return made;
  }

  set(element, owner, properties) {
    this.modeling.updateModdleProperties(element, owner, properties);
  }

  // Several changes as one, so that one undo takes all of them back.
  together(element, changes) {
    this.commandStack.execute('properties-panel.multi-command-executor', changes.map(([owner, properties]) => ({
      cmd: 'element.updateModdleProperties',
      context: { element, moddleElement: owner, properties },
    })));
  }

  // Put an extension element in, or take it out where `made` is null.
  setExtension(element, owner, type, made) {
    const old = extension(owner, type);
    if (!old && !made) return;
    const block = owner.extensionElements;
    if (!block) {
      const fresh = this.make('bpmn:ExtensionElements', { values: [made] }, owner);
      made.$parent = fresh;
      this.set(element, owner, { extensionElements: fresh });
      return;
    }
    const values = block.values.filter((one) => one !== old);
    if (made) {
      made.$parent = block;
      values.splice(old ? block.values.indexOf(old) : values.length, 0, made);
    }
    if (values.length) this.set(element, block, { values });
    else this.set(element, owner, { extensionElements: undefined });
  }

  setProperty(element, name, value) {
    const owner = getBusinessObject(element);
    const block = extension(owner, 'spiffworkflow:Properties');
    const old = block?.values?.find((one) => one.name === name);
    if (value && old) {
      if (old.value !== value) this.set(element, old, { value });
      return;
    }
    if (!value && !old) return;
    const rest = (block?.values || []).filter((one) => one !== old);
    if (!value && !rest.length) {
      this.setExtension(element, owner, 'spiffworkflow:Properties', null);
      return;
    }
    if (!block) {
      const made = this.make('spiffworkflow:Properties', {}, null);
      made.values = [this.make('spiffworkflow:Property', { name, value }, made)];
      this.setExtension(element, owner, 'spiffworkflow:Properties', made);
      return;
    }
    if (value) rest.splice(place(rest, name), 0, this.make('spiffworkflow:Property', { name, value }, block));
    this.set(element, block, { values: rest });
  }

  // An element that holds FEEL, such as a condition: made, changed or taken away.
  setExpression(element, owner, name, body) {
    if (!body) {
      if (owner.get(name)) this.set(element, owner, { [name]: undefined });
    } else if (owner.get(name)) {
      if (owner.get(name).body !== body) this.set(element, owner.get(name), { body });
    } else {
      this.set(element, owner, { [name]: this.make('bpmn:FormalExpression', { body }, owner) });
    }
  }

  // A text in an extension element of its own, such as the decision of a business rule task.
  setBody(element, owner, type, body) {
    const old = extension(owner, type);
    if (body && old) this.set(element, old, { body });
    else this.setExtension(element, owner, type, body ? this.make(type, { body }, null) : null);
  }
}
Writing.$inject = ['modeling', 'bpmnFactory', 'commandStack', 'moddle'];

function place(values, name) {
  const rank = ORDER.indexOf(name);
  const behind = values.findIndex((one) => ORDER.indexOf(one.name) > rank);
  return behind < 0 ? values.length : behind;
}
