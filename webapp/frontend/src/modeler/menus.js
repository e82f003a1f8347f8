// Palette, context pad and menus, reduced to what the engine runs; every entry says what it is.
import { assign } from 'min-dash';
import { is } from 'bpmn-js/lib/util/ModelUtil';
import { MARKERS, offered } from './kinds.js';

const BY_MENU = ['bpmn-create', 'bpmn-append', 'bpmn-replace'];
const TOOLS = ['lasso-tool', 'space-tool', 'global-connect-tool', 'tool-separator'];
const LAST = 100; // after all providers of the libraries

function kept(entries, keep) {
  return Object.fromEntries(Object.entries(entries).filter(([name]) => keep(name)));
}

class Menus {
  constructor(popupMenu) {
    for (const menu of BY_MENU) {
      popupMenu.registerProvider(menu, LAST, {
        getPopupMenuEntries: (target) => (entries) => shown(kept(entries, (name) => offered(name) && fits(name, menu, target))),
        getPopupMenuHeaderEntries: () => (entries) => kept(entries, (name) => MARKERS.has(name)),
      });
    }
  }
}
Menus.$inject = ['popupMenu'];

// The libraries show what they think rare only to those who search for it.
function shown(entries) {
  return Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, { ...entry, rank: 0 }]));
}

function fits(name, menu, target) {
  if (menu !== 'bpmn-append') return true;
  if (name.endsWith('-boundary')) return is(target, 'bpmn:Activity');
  if (is(target, 'bpmn:EventBasedGateway')) return name.endsWith('-catch');
  return true;
}

class ContextPad {
  constructor(contextPad, create, elementFactory, autoPlace, appendPreview, translate) {
    assign(this, { create, elementFactory, autoPlace, appendPreview, translate });
    contextPad.registerProvider(LAST, this);
  }

  getContextPadEntries(element) {
    return (entries) => {
      const left = kept(entries, (name) => !['append.receive-task', 'append.intermediate-event', 'append.append-task', 'append.gateway', 'append.compensation-activity'].includes(name));
      if (!('append.append-task' in entries)) return named(left);
      const first = {
        'append.user-task': this.appending('bpmn:UserTask', 'bpmn-icon-user-task', 'Append user task'),
        'append.exclusive-gateway': this.appending('bpmn:ExclusiveGateway', 'bpmn-icon-gateway-xor', 'Append gateway'),
      };
      return named({ ...first, ...left });
    };
  }

  getMultiElementContextPadEntries() {
    return named;
  }

  appending(type, className, title) {
    const shape = () => this.elementFactory.createShape({ type });
    return {
      group: 'model',
      className,
      title: this.translate(title),
      action: {
        click: (event, element) => this.autoPlace.append(element, shape()),
        dragstart: (event, element) => this.create.start(event, shape(), { source: element }),
        hover: (event, element) => {
          this.appendPreview.create(element, type);
          return () => this.appendPreview.cleanUp();
        },
      },
    };
  }
}
ContextPad.$inject = ['contextPad', 'create', 'elementFactory', 'autoPlace', 'appendPreview', 'translate'];

class Palette {
  constructor(palette, create, elementFactory, eventBus, translate) {
    assign(this, { create, elementFactory, translate });
    palette.registerProvider(LAST, this);
    eventBus.on('root.set', ({ element }) => {
      this.root = element;
      palette._rebuild();
    });
    eventBus.on('palette.changed', () => operable(palette._container));
  }

  getPaletteEntries() {
    return (entries) => named({
      ...kept(entries, (name) => TOOLS.includes(name)),
      'create.user-task': this.creating('bpmn:UserTask', 'activity', 'bpmn-icon-user-task', 'Create user task'),
      'create.service-task': this.creating('bpmn:ServiceTask', 'activity', 'bpmn-icon-service-task', 'Create service task'),
      'create.rule-task': this.creating('bpmn:BusinessRuleTask', 'activity', 'bpmn-icon-business-rule', 'Create business rule task'),
      'create.call-activity': this.creating('bpmn:CallActivity', 'activity', 'bpmn-icon-call-activity', 'Create call activity'),
      'create.exclusive-gateway': this.creating('bpmn:ExclusiveGateway', 'gateway', 'bpmn-icon-gateway-xor', 'Create gateway'),
      'create.timer-event': this.creating('bpmn:IntermediateCatchEvent', 'event', 'bpmn-icon-intermediate-event-catch-timer', 'Create timer event', { eventDefinitionType: 'bpmn:TimerEventDefinition' }),
      'create.message-event': this.creating('bpmn:IntermediateCatchEvent', 'event', 'bpmn-icon-intermediate-event-catch-message', 'Create message event', { eventDefinitionType: 'bpmn:MessageEventDefinition' }),
      'create.start-event': this.creating('bpmn:StartEvent', 'event', 'bpmn-icon-start-event-none', 'Create start event'),
      'create.end-event': this.creating('bpmn:EndEvent', 'event', 'bpmn-icon-end-event-none', 'Create end event'),
      ...this.pool(entries),
      'create.text-annotation': this.creating('bpmn:TextAnnotation', 'artifact', 'bpmn-icon-text-annotation', 'Create text annotation'),
      ...kept(entries, (name) => name === 'create.group' || name === 'create'),
    });
  }

  // One file, one process: a pool is offered while there is none.
  pool(entries) {
    return this.root && is(this.root, 'bpmn:Collaboration') ? {} : kept(entries, (name) => name === 'create.participant-expanded');
  }

  creating(type, group, className, title, options = {}) {
    const begin = (event) => this.create.start(event, this.elementFactory.createShape({ type, ...options }));
    return { group, className, title: this.translate(title), action: { dragstart: begin, click: begin } };
  }
}
Palette.$inject = ['palette', 'create', 'elementFactory', 'eventBus', 'translate'];

// Entries are buttons also for those who do not use a mouse.
function named(entries) {
  return Object.fromEntries(Object.entries(entries).map(([name, entry]) => {
    if (entry.separator) return [name, entry];
    const inside = (entry.html || '').replace(/^<div class="entry">|<\/div>$/g, '').trim();
    return [name, { ...entry, html: `<div class="entry" draggable="true" role="button" tabindex="0">${inside}</div>` }];
  }));
}

function operable(container) {
  if (!container || container.dataset.operable) return;
  container.dataset.operable = 'yes';
  container.addEventListener('keydown', (event) => {
    const entry = event.target.closest('.entry');
    if (!entry || !['Enter', ' '].includes(event.key)) return;
    event.preventDefault();
    const { left, top, width, height } = entry.getBoundingClientRect();
    entry.dispatchEvent(new MouseEvent('click', {
      bubbles: true, cancelable: true, clientX: left + width / 2, clientY: top + height / 2,
    }));
  });
}

export default {
  __init__: ['ownMenus', 'ownContextPad', 'ownPalette'],
  ownMenus: ['type', Menus],
  ownContextPad: ['type', ContextPad],
  ownPalette: ['type', Palette],
};
