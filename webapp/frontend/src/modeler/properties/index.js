// The properties panel of the modeler: what it is made of, and how the application's own
// extensions of diagrams are read and written.
import '@bpmn-io/properties-panel/dist/assets/properties-panel.css';
import '../../feel/feel.css';
import './properties.css';
import { BpmnPropertiesPanelModule } from 'bpmn-js-properties-panel';
import { Book } from './book.js';
import { Heard } from './groups/found.jsx';
import { fittingExtensions, keptOrder, loopTexts, namedSigns } from './moddle.js';
import { Provider } from './provider.js';
import spiffworkflow from './spiffworkflow.json';
import { Writing } from './writing.js';

const own = {
  __depends__: [BpmnPropertiesPanelModule],
  __init__: ['loopTexts', 'namedSigns', 'keptOrder', 'fittingExtensions', 'wordbook', 'heardFindings', 'panelProvider'],
  loopTexts: ['factory', loopTexts],
  namedSigns: ['factory', namedSigns],
  keptOrder: ['factory', keptOrder],
  fittingExtensions: ['factory', fittingExtensions],
  wordbook: ['type', Book],
  heardFindings: ['type', Heard],
  writing: ['type', Writing],
  panelProvider: ['type', Provider],
};

export default { modules: [own], moddle: { spiffworkflow } };
