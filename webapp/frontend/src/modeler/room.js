// What is dropped on a flow between two neighbours gets room: it stands clear of the element before
// it, and what comes after moves on, lanes and pool with it.
import CommandInterceptor from 'diagram-js/lib/command/CommandInterceptor';
import { selfAndAllChildren } from 'diagram-js/lib/util/Elements';

const GAP = 50; // pixels between neighbours
const NARROW = 30; // less than that is made wider
const NEAR = 12; // a row that is missed by no more is meant
const AFTER = 100; // below the library's own priority: the flow is already cut in two

const right = ({ x, width }) => x + width;
const middle = ({ y, height }) => y + height / 2;
const room = (before, after) => (beside(before, after) && after.x - right(before) < NARROW ? right(before) + GAP - after.x : 0);
const beside = (one, other) => one.y < other.y + other.height && other.y < one.y + one.height;

class Room extends CommandInterceptor {
  constructor(eventBus, modeling, spaceTool, canvas) {
    super(eventBus);
    this.postExecuted('shape.create', AFTER, ({ context: { shape, targetFlow } }) => {
      if (targetFlow) make(shape);
    });

    function make(shape) {
      const [coming, going] = [shape.incoming[0], shape.outgoing[0]];
      const [before, after] = [coming?.source, going?.target];
      if (!before || !after || right(before) > after.x) return; // not from left to right
      const row = middle(before) - middle(shape);
      const delta = { x: room(before, shape), y: Math.abs(row) <= NEAR ? row : 0 };
      if (delta.x || delta.y) modeling.moveShape(shape, delta);
      const lacking = room(shape, after);
      if (lacking) push(after.x - 1, lacking, shape);
      if (!delta.x && !lacking) return;
      draw(coming);
      draw(going);
    }

    // A straight line where both ends stand in one row; the library would lead it around.
    function draw(flow) {
      const { source, target } = flow;
      const y = middle(target);
      if (Math.abs(middle(source) - y) > 1) modeling.layoutConnection(flow);
      else modeling.updateWaypoints(flow, [{ x: right(source), y }, { x: target.x, y }]);
    }

    function push(from, by, shape) {
      const delta = { x: by, y: 0 };
      const all = selfAndAllChildren([...canvas.getRootElement().children], true);
      const { movingShapes, resizingShapes } = spaceTool.calculateAdjustments(all, 'x', by, from);
      const moving = movingShapes.filter((one) => one !== shape && one.labelTarget !== shape);
      spaceTool.makeSpace(moving, resizingShapes, delta, 'e', from);
    }
  }
}
Room.$inject = ['eventBus', 'modeling', 'spaceTool', 'canvas'];

export default { __init__: ['ownRoom'], ownRoom: ['type', Room] };
