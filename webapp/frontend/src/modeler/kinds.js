// What the modeler offers: exactly what the engine runs and the check lets pass.
// The names are those of the menus' entries without `create-`, `append-` and `replace-with-`.
const TASKS = ['user-task', 'service-task', 'script-task', 'rule-task', 'call-activity'];
const SUBPROCESSES = ['expanded-subprocess', 'collapsed-subprocess', 'subprocess'];
const GATEWAYS = ['exclusive-gateway', 'parallel-gateway', 'inclusive-gateway', 'event-based-gateway'];
const STARTS = ['none-start', 'none-start-event'];
const ENDS = ['none-end', 'none-end-event', 'message-end', 'error-end', 'escalation-end', 'terminate-end'];
const CATCHING = ['message', 'timer', 'conditional', 'signal'].map((kind) => `${kind}-intermediate-catch`);
const THROWING = ['message', 'signal', 'escalation'].map((kind) => `${kind}-intermediate-throw`);
const BOUNDARY = ['message', 'timer', 'conditional', 'signal', 'escalation', 'error'].map((kind) => `${kind}-boundary`);
const BESIDE = ['message', 'timer', 'conditional', 'signal', 'escalation'].map((kind) => `non-interrupting-${kind}-boundary`);
const FLOWS = ['sequence-flow', 'default-flow'];

const OFFERED = new Set([
  ...TASKS, ...SUBPROCESSES, ...GATEWAYS, ...STARTS, ...ENDS, ...CATCHING, ...THROWING, ...BOUNDARY,
  ...BESIDE, ...FLOWS,
]);

export function offered(entry) {
  return OFFERED.has(entry.replace(/^(create|append|replace-with)-/, ''));
}

// Markers and switches at the head of the replace menu.
export const MARKERS = new Set(['toggle-parallel-mi', 'toggle-sequential-mi', 'toggle-non-interrupting']);
