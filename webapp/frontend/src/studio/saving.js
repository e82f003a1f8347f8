// Keeps a file of a draft saved while somebody edits it: a moment after each change, before the
// page is left, and again after a failure. Nothing of anybody else's is overwritten.
const QUIET = 900; // milliseconds without a change before it is saved
const AGAIN = 5000; // milliseconds before a failed save is tried again

export const file = JSON.parse(document.getElementById('editor-file').textContent);
const words = JSON.parse(document.getElementById('editor-words').textContent);

// Ask the server as the page's own person; the answer's JSON, or an Error with `status` and `mend`.
export async function ask(address, body) {
  const response = await fetch(address, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { Accept: 'application/json', 'Content-Type': 'application/json', 'X-CSRFToken': file.token },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    throw Object.assign(new Error(answer.sentence || words.failed), { status: response.status, mend: answer.mend || '' });
  }
  return answer;
}

export class Saving {
  // `read` returns the file's text (or a promise of it); `onSaved` hears the server's answer.
  constructor(read, onSaved = () => {}) {
    this.read = read;
    this.onSaved = onSaved;
    this.base = file.base;
    this.last = file.content;
    this.dirty = false;
    this.stopped = false;
    this.running = null;
    this.timer = 0;
    this.line = document.getElementById('editor-state');
    window.addEventListener('beforeunload', (event) => {
      if (!this.dirty) return;
      this.flush();
      event.preventDefault();
      event.returnValue = words.leave;
    });
    document.addEventListener('visibilitychange', () => { if (document.hidden && this.dirty) this.flush(); });
    document.addEventListener('keydown', (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key === 's') {
        event.preventDefault();
        this.flush();
      }
    });
    this.say('saved', words.saved);
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
    try {
      const content = await this.read();
      if (content !== this.last) {
        this.say('saving', words.saving);
        const answer = await ask(file.save, { path: file.path, content, base: this.base });
        this.base = answer.base;
        this.last = content;
        this.onSaved(answer);
      }
      if (!this.dirty) this.say('saved', words.saved);
    } catch (error) {
      this.dirty = true;
      this.stopped = [403, 404, 409, 422].includes(error.status);
      this.say('failed', [error.message, error.mend].filter(Boolean).join(' '));
      if (error.status === 422) this.stopped = false; // the next change may mend it
      else if (!this.stopped) this.later(AGAIN);
    }
  }

  say(state, text) {
    this.line.dataset.state = state;
    this.line.textContent = text;
  }
}
