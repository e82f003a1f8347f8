// A press on the canvas is heard, also right after something was put down. Putting down sets a
// trap for the click that belongs to it; when the field for the name opens under the pointer that
// click never comes, and for a moment the trap would swallow the next one, on another element.
// What lies over the diagram, such as the mark of a finding, is not pressed by putting down either.
const TRAP = 5000; // the priority of the library's trap

class Clicks {
  constructor(eventBus, canvas) {
    const dragging = (on) => () => canvas.getContainer().classList.toggle('is-dragging', on);
    eventBus.on('drag.init', dragging(true));
    eventBus.on('drag.cleanup', dragging(false));
    const spent = {};
    eventBus.on('element.mousedown', TRAP, () => { eventBus.fire('element.click', { spent }); });
    eventBus.on('element.click', TRAP - 1, (event) => (event.spent === spent ? false : undefined));
  }
}
Clicks.$inject = ['eventBus', 'canvas'];

export default { __init__: ['ownClicks'], ownClicks: ['type', Clicks] };
