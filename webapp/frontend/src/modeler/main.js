// The modeler: a diagram of a draft, drawn with what the engine runs, saved and checked meanwhile.
import '../studio/nonce.js';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css';
import 'diagram-js-minimap/assets/diagram-js-minimap.css';
import './modeler.css';
import Modeler from 'bpmn-js/lib/Modeler';
import minimap from 'diagram-js-minimap';
import { CreateAppendAnythingModule } from 'bpmn-js-create-append-anything';
import { Saving, file } from '../studio/saving.js';
import properties from './properties/index.js';
import clicks from './clicks.js';
import clipboard from './clipboard.js';
import Findings from './findings.js';
import layOut from './layout.js';
import menus from './menus.js';
import references from './references.js';
import room from './room.js';
import Tools from './tools.js';
import words, { sayer } from './words.js';

const say = sayer('modeler-words');
const container = document.getElementById('canvas');

const modeler = new Modeler({
  container,
  additionalModules: [words, CreateAppendAnythingModule, menus, references, clicks, room, clipboard, minimap, ...properties.modules],
  moddleExtensions: properties.moddle,
  propertiesPanel: { parent: '#properties-panel' },
  minimap: { open: false },
});
const read = async () => (await modeler.saveXML({ format: true })).xml;

async function start() {
  await modeler.importXML(file.content);
  const canvas = modeler.get('canvas');
  layOut(() => canvas.resized());
  const saving = new Saving(read);
  saving.unchanged(await read());
  const tools = new Tools(modeler, saving);
  const findings = new Findings(modeler, read);
  tools.fit();
  new ResizeObserver(() => canvas.resized()).observe(container);
  modeler.on('commandStack.changed', () => saving.changed());
  canvas.getContainer().querySelector('svg').setAttribute('aria-label', `${say('diagram')}${container.getAttribute('aria-label')}`);
  findings.look();
  showAsked(modeler, canvas);
  performance.mark('modeler-ready');
  container.dataset.ready = 'yes';
}

// `#element` in the address is shown at once: so findings of other files lead here.
function showAsked(at, canvas) {
  const asked = decodeURIComponent(window.location.hash.slice(1));
  const element = asked && at.get('elementRegistry').get(asked);
  if (!element) return;
  at.get('selection').select(element);
  canvas.scrollToElement(element, 160);
  canvas.focus();
}

start().catch((error) => {
  console.error(error);
  const problem = document.getElementById('modeler-problem');
  problem.textContent = say('unreadable', { reason: error.message });
  problem.hidden = false;
  document.getElementById('modeler').classList.add('unreadable');
  for (const tool of document.querySelectorAll('.tool')) tool.disabled = true;
});

// What stands on the canvas, for measurements.
container.modeler = modeler;
