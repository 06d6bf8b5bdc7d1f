// A simulator on the page: controls that move along a run, and a figure that follows.
//
// The figure, its table and its words are in the page before this runs, for readers
// without JavaScript and for paper. With JavaScript it starts at zero, so that nobody
// reads the outcome before predicting it; caption and table come with the first end.
// The picture of a simulator (`*-picture.js`) says what to draw for a moment; here is
// only how. A run is computed whole, so an animation shows what stepping shows.
(() => {
  'use strict';
  // A whole run at speed 1. At a quarter of it, it still ends within ten seconds.
  const RUN_MS = 2400;
  const SPEED = 'flat-memory:simulator-speed';
  const still = matchMedia('(prefers-reduced-motion: reduce)');
  const paper = matchMedia('print');
  const START = 'Nothing has happened yet. Make your prediction, then press Run or Step.';

  // What stands for CR and LF looks different from the bytes around it.
  function write(element, text) {
    const parts = String(text).split(/((?:\\[rn])+)/);
    element.replaceChildren(...parts.map((part, index) => {
      if (index % 2 === 0) return part;
      const signs = document.createElement('span');
      signs.className = 'sim-signs';
      signs.textContent = part;
      return signs;
    }));
  }

  class Simulator extends HTMLElement {
    connectedCallback() {
      if (this.picture) return;
      this.picture = flatMemory.pictures[this.dataset.picture];
      this.recorded = JSON.parse(this.dataset.recorded ?? '{}');
      this.controls = [...this.querySelectorAll('[name]')];
      this.button = this.find('[data-do="run"]');
      this.runs = this.button.textContent;
      this.pauses = this.button.dataset.pause;
      this.speed = this.find('[data-do="speed"]');
      // Storage may be refused; the simulator works without it.
      try { this.speed.value = localStorage[SPEED] ?? '1'; } catch {}
      if (!this.speed.value) this.speed.value = '1';
      this.at = 0;
      this.choose(this.shared());
      this.room = new flatMemory.Room(this, write, START);
      this.settleRoom();
      this.say(0);
      paper.addEventListener('change', () => this.print(paper.matches));
      this.addEventListener('click', (event) => this.pressed(event.target.closest('button')));
      this.addEventListener('input', (event) => this.changed(event.target));
      this.addEventListener('change', (event) => this.changed(event.target, true));
    }

    disconnectedCallback() {
      this.stop();
      this.widths.disconnect();
    }

    // Keeps room for the words of every run that a button leads to.
    settleRoom() {
      this.learn(this.settings);
      for (const { dataset } of this.querySelectorAll('[data-settings]')) {
        this.learn({ ...this.picture.defaults, ...JSON.parse(dataset.settings) });
      }
      for (const { dataset } of this.querySelectorAll('[data-act]')) {
        const action = JSON.parse(dataset.act);
        this.learn(this.picture.act(this.settings, action));
        this.learn(this.picture.act(this.settings, action, true));
      }
      let width;
      this.widths = new ResizeObserver(() => {
        if (width !== (width = this.clientWidth)) this.keepRoom();
      });
      this.widths.observe(this);
      document.fonts.ready.then(() => this.keepRoom());
      this.keepRoom();
    }

    learn(settings) {
      this.room.learn(this.picture, this.picture.compute(settings, this.recorded));
    }

    keepRoom() {
      this.room.keep();
      this.draw();
    }

    find(selector) { return this.querySelector(selector); }

    // Sets the controls: the defaults, and what is named.
    choose(settings) {
      this.settings = { ...this.picture.defaults, ...settings };
      for (const control of this.controls) {
        const value = this.settings[control.name];
        if (control.type === 'checkbox') control.checked = value;
        else control.value = value;
      }
      this.compute();
    }

    compute() {
      const read = (control) => {
        if (control.type === 'checkbox') return control.checked;
        return Number.isNaN(Number(control.value)) ? control.value : Number(control.value);
      };
      for (const control of this.controls) {
        this.settings[control.name] = read(control);
        const output = control.parentElement.querySelector('output');
        if (output) output.textContent = control.value;
      }
      this.run = this.picture.compute(this.settings, this.recorded);
      this.length = this.picture.length(this.run);
      this.at = Math.min(this.at, this.length);
    }

    pressed(button) {
      const action = button?.dataset.do;
      if (button?.dataset.settings) {
        this.stop();
        this.choose(JSON.parse(button.dataset.settings));
        this.show(0);
      } else if (button?.dataset.act) {
        this.stop();
        const action = JSON.parse(button.dataset.act);
        this.settings = this.picture.act(this.settings, action, this.at === 0);
        this.compute();
        this.learn(this.settings);
        this.room.keep();
        this.show(this.length);
      } else if (action === 'step') {
        this.stop();
        this.show(this.at < this.length ? this.at + 1 : 1);
      } else if (action === 'reset') {
        this.stop();
        this.choose({});
        this.show(0);
      } else if (action === 'share') {
        this.share();
      } else if (action === 'run') {
        if (this.frame) this.stop();
        else this.start();
      }
    }

    changed(control, isDone = false) {
      if (control === this.speed) {
        try { localStorage[SPEED] = control.value; } catch {}
      } else if (this.controls.includes(control)) {
        this.stop();
        // The figure of a whole run stays one: the setting shows its consequence.
        const isWhole = this.dataset.at === 'end';
        this.compute();
        if (isWhole) this.at = this.length;
        this.draw();
        if (!isDone) return;
        this.learn(this.settings);
        this.keepRoom();
        this.say(this.at);
      }
    }

    start() {
      if (still.matches) {
        this.show(this.length);
        return;
      }
      this.show(this.at < this.length ? this.at : 0);
      const events = this.picture.events(this.run);
      let exact = this.at;
      let last;
      const tick = (now) => {
        exact += ((now - (last ?? now)) / RUN_MS) * this.length * this.speed.value;
        last = now;
        const from = this.at;
        this.at = Math.min(this.length, Math.floor(exact));
        if (this.at !== from) this.draw();
        const event = events.findLast((at) => at > from && at <= this.at);
        if (event) this.say(event);
        if (this.at < this.length) {
          this.frame = requestAnimationFrame(tick);
        } else {
          this.stop();
          this.say(this.at);
        }
      };
      this.frame = requestAnimationFrame(tick);
      this.button.textContent = this.pauses;
    }

    stop() {
      cancelAnimationFrame(this.frame);
      this.frame = 0;
      this.button.textContent = this.runs;
    }

    show(at) {
      this.at = at;
      this.draw();
      this.say(at);
    }

    // On paper stands the whole run, and afterwards the reader's moment again.
    print(isOnPaper) {
      this.stop();
      if (isOnPaper) this.kept = this.at;
      this.show(isOnPaper ? this.length : this.kept);
    }

    // The settings that an address brings along: `#sim-window={"takes":0}`.
    shared() {
      const [name, settings] = decodeURIComponent(location.hash.slice(1)).split(/=(.*)/s);
      if (name !== this.localName) return {};
      this.scrollIntoView();
      try { return JSON.parse(settings); } catch { return {}; }
    }

    // Puts the settings into the address, and copies it where that is allowed.
    share() {
      const isOwn = ([key, value]) =>
        JSON.stringify(value) !== JSON.stringify(this.picture.defaults[key]);
      const own = Object.fromEntries(Object.entries(this.settings).filter(isOwn));
      location.replace(`#${this.localName}=${encodeURIComponent(JSON.stringify(own))}`);
      const say = (words) => { this.find('[role="status"]').textContent = words; };
      say('The address of this page has your settings now.');
      navigator.clipboard?.writeText(location.href)
        .then(() => say('The address of this page has your settings now, and it’s copied.'))
        .catch(() => {});
    }

    draw() {
      this.dataset.at = this.at === 0 ? 'start' : this.at < this.length ? 'between' : 'end';
      if (this.dataset.at === 'end' && !paper.matches) this.dataset.played = '';
      const told = this.picture.tell(this.run, this.at);
      const { watched, current, lines, texts, rows, states } = told;
      if (watched) this.dataset.watched = watched;
      for (const part of this.querySelectorAll('[data-is]')) {
        part.setAttribute('aria-current', part.dataset.is === current ? 'step' : 'false');
      }
      for (const [name, path] of Object.entries(lines)) {
        this.find(`[data-line="${name}"]`).setAttribute('d', path);
      }
      for (const [name, text] of Object.entries(texts)) {
        write(this.find(`[data-text="${name}"]`), text);
      }
      const cells = this.querySelectorAll(':is(.sim-order, .sim-table, .sim-steps) td');
      rows.flat().forEach((text, index) => write(cells[index], text));
      // A stepped diagram has a row for each step; those to come keep their place.
      const steps = this.querySelectorAll('.sim-steps > tbody > tr');
      states?.forEach((state, index) => { steps[index].dataset.state = state; });
    }

    // One sentence, at events and at the end: the status and the figure's name.
    say(at) {
      const sentence = at === 0 ? START : this.picture.tell(this.run, at).sentence;
      this.find('[role="status"]').textContent = sentence;
      this.find('.sim-plot > svg')?.setAttribute('aria-label', sentence);
    }
  }

  customElements.define('sim-buffer', class extends Simulator {});
  customElements.define('sim-clients', class extends Simulator {});
  customElements.define('sim-names', class extends Simulator {});
  customElements.define('sim-exchange', class extends Simulator {});
  customElements.define('sim-errors', class extends Simulator {});
  customElements.define('sim-lines', class extends Simulator {});
  customElements.define('sim-pipe', class extends Simulator {});
  customElements.define('sim-window', class extends Simulator {});
})();
