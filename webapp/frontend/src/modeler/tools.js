// The buttons above the canvas; each does what a key does too.
const ZOOM = 1.25;
const EDGE = 20; // pixels around a diagram that is shown as a whole

export default class Tools {
  constructor(modeler, saving) {
    this.modeler = modeler;
    this.canvas = modeler.get('canvas');
    this.stack = modeler.get('commandStack');
    const actions = modeler.get('editorActions');
    this.on('undo', () => this.stack.undo());
    this.on('redo', () => this.stack.redo());
    this.on('find', (event) => { event.stopPropagation(); actions.trigger('find'); });
    this.on('align', () => this.align());
    this.on('zoom-in', () => this.zoom(this.canvas.zoom() * ZOOM));
    this.on('zoom-out', () => this.zoom(this.canvas.zoom() / ZOOM));
    this.on('fit', () => this.fit());
    this.on('copy', () => actions.trigger('copy'));
    this.on('paste', () => actions.trigger('paste'));
    this.on('save', () => saving.flush());
    this.on('keys', () => document.getElementById('keys').showModal());
    modeler.on(['commandStack.changed', 'import.done'], () => this.history());
    modeler.on('selection.changed', ({ newSelection }) => this.selected(newSelection));
    document.addEventListener('keydown', (event) => this.outside(event));
    document.addEventListener('input', heard);
    this.history();
    this.selected([]);
  }

  button(name) {
    return document.getElementById(`tool-${name}`);
  }

  on(name, action) {
    const button = this.button(name);
    if (button) button.addEventListener('click', action);
  }

  history() {
    this.button('undo').disabled = !this.stack.canUndo();
    this.button('redo').disabled = !this.stack.canRedo();
  }

  selected(elements) {
    const menu = this.modeler.get('popupMenu');
    this.button('align').disabled = elements.length < 2 || menu.isEmpty(elements, 'align-elements');
    this.button('copy').disabled = !elements.length;
  }

  align() {
    const elements = this.modeler.get('selection').get();
    const { left, bottom } = this.button('align').getBoundingClientRect();
    const menu = this.modeler.get('popupMenu');
    const title = this.button('align').getAttribute('aria-label');
    menu.open(elements, 'align-elements', { x: left, y: bottom + 4 }, { title });
  }

  zoom(scale) {
    this.canvas.zoom(Math.min(4, Math.max(0.2, scale)), 'auto');
  }

  // The whole diagram, beside the palette, but no larger than it was drawn.
  fit() {
    const { inner, outer } = this.canvas.viewbox();
    const palette = this.canvas.getContainer().querySelector('.djs-palette');
    const left = (palette ? palette.offsetLeft + palette.offsetWidth : 0) + EDGE;
    const [width, height] = [outer.width - left - EDGE, outer.height - 2 * EDGE];
    if (!inner.width || width < 100) { this.canvas.zoom('fit-viewport', 'auto'); return; }
    const scale = Math.min(1, width / inner.width, height / inner.height);
    this.canvas.viewbox({
      x: inner.x - (left + Math.max(0, (width - inner.width * scale) / 2)) / scale,
      y: inner.y - Math.max(EDGE, (outer.height - inner.height * scale) / 2) / scale,
      width: outer.width / scale,
      height: outer.height / scale,
    });
  }

  // Undo and find work wherever the page has the focus, but where somebody is typing.
  outside(event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    if (event.target.closest('input, textarea, select, [contenteditable], .djs-container, dialog')) return;
    const key = event.key.toLowerCase();
    if (key === 'z') this.stack[event.shiftKey ? 'redo' : 'undo']();
    else if (key === 'y') this.stack.redo();
    else if (key === 'f') this.modeler.get('editorActions').trigger('find');
    else return;
    event.preventDefault();
  }
}

// The libraries' search fields look at keys; words of an input method or a paste have none.
function heard({ target }) {
  if (target.closest('.djs-search-container, .djs-popup')) target.dispatchEvent(new KeyboardEvent('keyup', { bubbles: true, key: 'Process' }));
}
