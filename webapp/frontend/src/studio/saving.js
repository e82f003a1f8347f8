// Keeps a file of a draft saved while somebody edits it: a moment after each change, before the
// page is left, and again after a failure. Nothing of anybody else's is overwritten, and everybody
// who has the file open sees who else has.
import { ask, file, words } from './asking.js';
import { conflict } from './conflict.js';

export { ask, file };

const QUIET = 700; // milliseconds without a change before it is saved
const AGAIN = 5000; // milliseconds before a failed save is tried again
const BEAT = 10000; // milliseconds between two looks at who else has the file open
const SPARE = `throughtrain-unsaved ${file.save} ${file.path}`;

export class Saving {
  // `read` returns the file's text (or a promise of it); `onSaved` hears the server's answer.
  // `file.content` is what to open: what could not be saved the last time, if there is such.
  constructor(read, onSaved = () => {}) {
    this.read = read;
    this.onSaved = onSaved;
    this.base = file.base;
    this.last = file.content;
    this.dirty = false;
    this.stopped = false;
    this.leaving = false;
    this.running = null;
    this.saves = 0;
    this.timer = 0;
    this.line = document.getElementById('editor-state');
    this.settle = document.getElementById('editor-settle');
    this.listen();
    this.beat();
    if (spare && spare.base === file.base) this.restore();
    else if (spare) this.conflicted(words.spare, () => spare.content);
    else this.say('saved', words.saved);
  }

  listen() {
    window.addEventListener('beforeunload', (event) => {
      if (!this.dirty || this.leaving) return;
      this.flush();
      event.preventDefault();
      event.returnValue = words.leave;
    });
    window.addEventListener('pagehide', () => this.sendPresence({ leaving: true }).catch(() => {}));
    window.addEventListener('pageshow', (event) => { if (event.persisted) this.beat(); });
    document.addEventListener('visibilitychange', () => {
      if (document.hidden && this.dirty) this.flush();
      if (!document.hidden) this.beat();
    });
    document.addEventListener('keydown', (event) => {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 's') {
        event.preventDefault();
        if (this.stopped === 'conflict') this.settle.click();
        else this.flush();
      }
    });
  }

  changed() {
    this.dirty = true;
    if (this.stopped) return;
    this.say('unsaved', words.unsaved);
    this.later(QUIET);
  }

  later(wait) {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.flush(), wait);
  }

  // Save now; resolves when everything that was changed until now is kept, or could not be.
  async flush() {
    window.clearTimeout(this.timer);
    if (this.running) await this.running;
    if (this.stopped || !this.dirty) return;
    this.running = this.send();
    await this.running;
    this.running = null;
  }

  async send() {
    this.dirty = false;
    let content = this.last;
    try {
      content = await this.read();
      if (content !== this.last) {
        this.say('saving', words.saving);
        this.saves += 1;
        const answer = await ask(file.save, { path: file.path, content, base: this.base, sitting: file.sitting });
        this.base = answer.base;
        this.last = content;
        keepSpare(null);
        this.onSaved(answer);
      }
      if (!this.dirty) this.say('saved', words.saved);
    } catch (error) {
      this.dirty = true;
      keepSpare({ base: this.base, content });
      this.failed(error);
    }
  }

  failed(error) {
    const said = [error.message, error.mend].filter(Boolean).join(' ');
    this.say('failed', said);
    if (error.status === 409) {
      this.stopped = 'conflict';
      this.sendPresence({}).then(({ last }) => last, () => '').then((last) => this.conflicted(last || said));
    } else if (error.status === 403 || error.status === 404) {
      this.stopped = 'refused';
    } else if (error.status !== 422) { // the next change may mend what a 422 refuses
      this.later(AGAIN);
    }
  }

  // The same content as an editor writes it: what reads so needs no saving.
  unchanged(content) {
    if (!this.dirty) this.last = content;
  }

  restore() {
    this.say('unsaved', words.restored);
    this.last = ''; // what the page shows is not what the draft holds
    this.dirty = true;
    this.later(QUIET);
  }

  // `kept` returns what could not be saved the last time, where that is at stake.
  conflicted(said, kept = null) {
    this.stopped = 'conflict';
    this.say('failed', said);
    const mine = kept || (() => this.read());
    const tell = () => conflict({ said, mine, unsaved: this.dirty || Boolean(kept), leave: () => this.leave() });
    this.settle.hidden = false;
    this.settle.onclick = tell;
    tell();
  }

  leave() {
    this.leaving = true;
    keepSpare(null);
  }

  async beat() {
    window.clearTimeout(this.beating);
    const saves = this.saves;
    try {
      const { others, digest, last } = await this.sendPresence({});
      showOthers(others);
      const quiet = saves === this.saves && !this.running && !this.stopped;
      if (quiet && digest && digest !== this.base) this.conflicted(last);
    } catch (error) {
      // Who else is here will be known when the server answers again; saving says what is wrong.
    }
    this.beating = window.setTimeout(() => this.beat(), BEAT);
  }

  sendPresence(more) {
    const body = { path: file.path, sitting: file.sitting, ...more };
    return ask(file.presence, body, { leaving: Boolean(more.leaving) });
  }

  say(state, text) {
    this.line.dataset.state = state;
    if (this.line.textContent !== text) this.line.textContent = text;
  }
}

function showOthers(others) {
  const place = document.getElementById('editor-others');
  if ([...place.children].map((one) => one.textContent).join() === others.join()) return;
  place.replaceChildren(...others.map((said) => {
    const made = document.createElement('p');
    made.textContent = said;
    return made;
  }));
}

// What could not be saved is kept in this browser until it could be.
function keepSpare(content) {
  try {
    if (content) window.localStorage.setItem(SPARE, JSON.stringify(content));
    else window.localStorage.removeItem(SPARE);
  } catch (error) {
    console.warn(error); // no room in this browser: the page itself still has everything
  }
}

function readSpare() {
  try {
    return JSON.parse(window.localStorage.getItem(SPARE));
  } catch (error) {
    return null;
  }
}

const spare = readSpare();
if (spare && spare.base === file.base) file.content = spare.content;
