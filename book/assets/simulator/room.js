// Room: each place of a simulator keeps that of the largest text that it will show, at
// this reader's width and in this font, so that no step moves what stands below.
(() => {
  'use strict';

  // What stands below the controls, or changes by whole rows, needs no room.
  const NO_ROOM = ':is(.sim-order, .sim-table, .sim-steps) *';
  // Digits are equally wide here, so texts that differ in digits alone take equal room.
  const shape = (texts) => texts.join('\0').replace(/\d/g, '0');

  // The boxes whose text changes, and how to write into each.
  function places(simulator, write) {
    const slots = new Map();
    for (const slot of simulator.querySelectorAll('[data-text]')) {
      const box = slot.closest('td, th, li, p');
      if (box && !slot.matches(NO_ROOM)) slots.set(box, [...(slots.get(box) ?? []), slot]);
    }
    return [...slots].map(([box, own]) => ({
      box,
      texts: ({ texts }) => own.map(({ dataset }) => String(texts[dataset.text])),
      fill: (texts) => own.forEach((slot, index) => write(slot, texts[index])),
    }));
  }

  flatMemory.Room = class Room {
    // `start` is what the status says before anything has happened.
    constructor(simulator, write, start) {
      const box = this.status = simulator.querySelector('[role="status"]');
      const sentence = {
        box,
        texts: ({ sentence: text }) => [text],
        fill: ([text]) => { box.textContent = text; },
      };
      this.places = [sentence, ...places(simulator, write)];
      this.shapes = this.places.map(() => new Map());
      this.shapes[0].set(start, [start]);
    }

    // Remembers the texts of a run; those of earlier runs stay.
    learn(picture, run) {
      for (let at = picture.length(run); at > 0; at -= 1) {
        const told = picture.tell(run, at);
        this.places.forEach(({ texts }, index) => {
          this.shapes[index].set(shape(texts(told)), texts(told));
        });
      }
    }

    // Gives each place its room. The caller draws again: the texts are those tried last.
    keep() {
      const { places: all, status } = this;
      const said = status.textContent;
      // Nothing of this is read aloud.
      status.removeAttribute('role');
      const tried = this.shapes.map((shapes) => [...shapes.values()]);
      const heights = all.map(() => 0);
      for (const { box } of all) box.style.height = box.style.minBlockSize = '';
      // Everything is written, then measured: one layout a round.
      for (let round = Math.max(...tried.map(({ length }) => length)) - 1; round >= 0; round -= 1) {
        all.forEach(({ fill }, index) => tried[index][round] && fill(tried[index][round]));
        all.forEach(({ box }, index) => {
          heights[index] = Math.max(heights[index], box.getBoundingClientRect().height);
        });
      }
      all.forEach(({ box: { style, localName } }, index) => {
        style.boxSizing = 'border-box';
        // A cell knows no least height: its height is one.
        style[localName.startsWith('t') ? 'height' : 'minBlockSize'] = `${heights[index]}px`;
      });
      status.textContent = said;
      status.setAttribute('role', 'status');
    }
  };
})();
