// Of the library of the properties panel the modeler takes the panel itself; the groups for other
// products behind it in the same file stay out of the bundle. What the panel needs stands before it.
import { readFile } from 'node:fs/promises';

const PANEL = /^var (index\$\d+) = \{\n(?: .*\n)+?\};$/m;
const EXPORTED = /^export \{[^}]*\b(index\$\d+) as BpmnPropertiesPanelModule\b[^}]*\};/m;
const SERVICE = /^function useService\([^)]*\) \{\n(?: .*\n)+?\}$/m;

export default {
  name: 'panel-alone',
  setup(build) {
    build.onLoad({ filter: /bpmn-js-properties-panel[\\/]dist[\\/]index\.esm\.js$/ }, async ({ path }) => {
      const whole = await readFile(path, 'utf8');
      const [panel, exported, service] = [PANEL, EXPORTED, SERVICE].map((one) => one.exec(whole));
      if (!service || !panel || panel[1] !== exported?.[1]) throw new Error(`${path} is no longer made as it was`);
      const head = whole.slice(0, panel.index + panel[0].length);
      const contents = [head, service.index < head.length ? '' : service[0], `export { ${panel[1]} as BpmnPropertiesPanelModule, useService };`].join('\n');
      return { contents, loader: 'js' };
    });
  },
};
