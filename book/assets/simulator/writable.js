// Node's Writable as plain numbers: what write() returns, and when it says drain.
//
// The rules hold for a sink that answers later, such as a socket or a file. A sink that
// answers at once is treated differently by different versions of Node.js, so it is not
// modelled. Sizes are bytes. book/traces/writable.tsv has a row for each rule; the same
// rows are run against Node.js itself.
(() => {
  'use strict';

  class Writable {
    constructor(highWaterMark) {
      this.highWaterMark = highWaterMark;
      // Bytes accepted and not yet taken, the write in progress included.
      this.length = 0;
      // What happened since `happened` was asked last.
      this.events = [];
      this.queue = [];
      this.first = 0;
      this.owesDrain = false;
      this.isEnding = false;
      this.isDestroyed = false;
    }

    // True: go on. False: wait for `drain`. The bytes are accepted in both cases.
    write(size) {
      if (this.isEnding || this.isDestroyed) {
        if (!this.isDestroyed) this.events.push('error:ERR_STREAM_WRITE_AFTER_END');
        this.destroy();
        return false;
      }
      this.queue.push(size);
      this.length += size;
      // The mark itself is too much already.
      const goOn = this.length < this.highWaterMark;
      if (!goOn) this.owesDrain = true;
      return goOn;
    }

    // The sink has taken the write in progress. A write is never split.
    done() {
      this.length -= this.queue[this.first];
      this.first += 1;
      if (this.isDestroyed) {
        // What waited behind it is thrown away.
        this.queue = [];
        this.length = 0;
      }
      if (this.first >= this.queue.length) this.queue = [];
      if (this.queue.length === 0) this.first = 0;
      if (this.needsDrain && this.length === 0) {
        this.owesDrain = false;
        this.events.push('drain');
      }
      this.finish();
    }

    end() {
      if (this.isEnding || this.isDestroyed) return;
      this.isEnding = true;
      this.finish();
    }

    destroy() {
      if (this.isDestroyed) return;
      this.isDestroyed = true;
      this.events.push('close');
    }

    finish() {
      if (!this.isEnding || this.isDestroyed || this.queue.length > 0) return;
      this.events.push('finish');
      this.destroy();
    }

    // Whether a `drain` will come: after a false, unless somebody ended the stream.
    get needsDrain() {
      return this.owesDrain && !this.isEnding && !this.isDestroyed;
    }

    // The bytes of the write in progress, 0 when the sink is idle.
    get writing() {
      return this.queue[this.first] ?? 0;
    }

    happened() {
      return this.events.splice(0);
    }
  }

  globalThis.flatMemory ??= { models: {}, pictures: {} };
  flatMemory.models.writable = (highWaterMark) => new Writable(highWaterMark);
})();
