// What was copied can be pasted into another diagram too, in another tab or later: it is kept in
// this browser, and read again with the types of the diagram that it is pasted into.
const PLACE = 'throughtrain-copied';
const LARGEST = 400000; // characters

class SharedClipboard {
  constructor(eventBus, clipboard, moddle) {
    this.written = '';
    eventBus.on('copyPaste.elementsCopied', ({ tree, hints }) => { if (!hints || hints.clip !== false) this.write(tree); });
    eventBus.on('copyPaste.pasteElements', 2050, () => this.adopt(clipboard, moddle));
    const isEmpty = clipboard.isEmpty.bind(clipboard);
    // Menus and keys ask whether there is anything to paste.
    clipboard.isEmpty = () => { this.adopt(clipboard, moddle); return isEmpty(); };
    const get = clipboard.get.bind(clipboard);
    clipboard.get = () => { this.adopt(clipboard, moddle); return get(); };
  }

  write(tree) {
    try {
      const text = JSON.stringify(tree);
      if (text.length > LARGEST) return;
      this.written = text;
      window.localStorage.setItem(PLACE, text);
    } catch (error) {
      console.warn(error); // then it can be pasted on this page alone
    }
  }

  adopt(clipboard, moddle) {
    const text = read();
    if (!text || text === this.written) return;
    this.written = text;
    try {
      clipboard.set(JSON.parse(text, reviver(moddle)));
    } catch (error) {
      console.warn(error); // not a copy of ours: nothing to paste
    }
  }
}
SharedClipboard.$inject = ['eventBus', 'clipboard', 'moddle'];

function read() {
  try {
    return window.localStorage.getItem(PLACE);
  } catch (error) {
    return null;
  }
}

// Makes moddle's objects of what JSON has kept of them; the same id is the same object.
function reviver(moddle) {
  const made = new Map();
  return (key, value) => {
    if (!value || typeof value !== 'object' || typeof value.$type !== 'string') return value;
    const { $type, id } = value;
    const name = id && `${$type} ${id}`;
    if (name && made.has(name)) return made.get(name);
    const { $type: left, ...attributes } = value;
    const element = known(moddle, $type) ? moddle.create($type, attributes) : undefined;
    if (name) made.set(name, element);
    return element;
  };
}

// What is not of the diagram's languages is left behind.
function known(moddle, type) {
  try {
    return Boolean(moddle.getType(type));
  } catch (error) {
    return false;
  }
}

export default { __init__: ['sharedClipboard'], sharedClipboard: ['type', SharedClipboard] };
