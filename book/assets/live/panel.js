// A button that starts a run on the server of this page, and what is said of the run.
// Static files carry no token: pages keep the command to copy.
(() => {
  'use strict';
  const mark = document.querySelector('meta[name="workbook-token"]');
  if (!mark) return;
  const headers = { 'x-workbook-token': mark.content };
  let going = null;

  // An element with properties and children.
  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  // Hands on each line of a run, `hear(kind, line)`, and gives the words that explain
  // an early end. An EventSource cannot POST, so the stream is read by hand.
  async function follow(path, hear) {
    const { signal } = going;
    const answer = await fetch(path, { method: 'POST', headers, signal });
    if (answer.status === 409) throw Object.assign(new Error(await answer.text()), { name: 'Busy' });
    if (!answer.ok) return answer.text();
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let text = ''; ;) {
      const { value, done } = await reader.read();
      if (done) return 'The book isn’t served anymore.';
      const events = (text + value).split('\n\n');
      text = events.pop();
      for (const event of events) {
        // An empty line has no data.
        const [, kind, line = ''] = /event: ?(.*)(?:\ndata: ?(.*))?/.exec(event) ?? [];
        if (kind === 'over') return JSON.parse(line).words;
        if (kind) hear(kind, line);
      }
    }
  }

  class Panel {
    // `run` has `path()`, `begin()`, `hear(event)`, and `end()`, which gives the last words.
    constructor(name, run) {
      Object.assign(this, { name, run });
      this.button = make('button', { type: 'button', className: 'button' }, name);
      this.button.onclick = () => (this.isMine ? going.abort() : this.start());
      this.status = make('p', { className: 'state', role: 'status' });
      this.doing = make('p', { className: 'doing' });
      this.said = make('pre', {
        className: 'said', tabIndex: 0, hidden: true, role: 'group', ariaLabel: 'Compiler and tools',
      });
      this.other = make('button', { type: 'button', className: 'button', hidden: true },
        'Stop the other run');
      this.other.onclick = () => this.instead();
      this.controls = make('div', { className: 'run' }, this.button, this.other);
      this.parts = [this.controls, this.status, this.doing, this.said];
    }

    async start() {
      if (going) return;
      going = new AbortController();
      this.isMine = true;
      // reload.js leaves the page alone meanwhile.
      document.documentElement.dataset.running = '';
      this.button.textContent = 'Stop';
      this.said.hidden = this.other.hidden = true;
      this.said.textContent = '';
      this.status.textContent = this.run.begin();
      const words = await follow(this.run.path(), (kind, line) => {
        if (kind === 'run') this.run.hear(JSON.parse(line));
        else this.said.append(this.doing.textContent = line, '\n');
      }).catch(({ name, message }) => {
        this.other.hidden = name !== 'Busy';
        if (name === 'Busy') return message;
        return name === 'AbortError' ? 'Stopped.' : 'No response: the book isn’t served anymore.';
      });
      going = null;
      this.isMine = false;
      delete document.documentElement.dataset.running;
      this.button.textContent = this.name;
      this.doing.textContent = '';
      const last = this.run.end();
      if (words || last) this.status.textContent = words || last;
      else this.quote('The run didn’t come to its end.');
      document.dispatchEvent(new Event('workbook:over'));
    }

    // Takes the place of a run that another page has started.
    async instead() {
      this.other.hidden = true;
      await fetch('/__wb/stop', { method: 'POST', headers }).catch(() => {});
      this.start();
    }

    // Shows what cargo said, under our words.
    quote(words) {
      this.status.textContent = words;
      this.said.replaceChildren(...live.compiler(this.said.textContent));
      this.said.hidden = false;
    }
  }

  addEventListener('pagehide', () => going?.abort());
  const live = window.flatMemoryLive = { headers, make, Panel, root: mark.dataset.root };
})();
