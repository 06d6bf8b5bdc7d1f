// One download from the file to the program that reads it, and where its bytes are, turn
// by turn. Sizes are KiB; in a turn, each arrow moves up to one chunk of 64 KiB.
//
// The client's end comes first in a turn, so room that it makes is seen at once by the
// stages before it. hyper asks for a chunk and writes it in the same turn.
(() => {
  'use strict';

  const LENGTH = 120;
  const CHUNK = 64;
  const FILE = 64 * 1024;
  // The arrows between the stages, from the client's end.
  const ARROWS = ['network', 'write', 'pull', 'push'];

  class Path {
    // mark: of the server's queue, whose low mark is half of it; buffer: hyper's; send
    // and receive: the kernels'.
    constructor({ mark, buffer, send, receive }) {
      Object.assign(this, { mark, buffer, send, receive });
      this.file = FILE;
      // What is in each stage. `unsent` and `flight` are the kernel's send buffer: it
      // keeps a copy of what is on its way until the other side has it.
      this.queue = 0;
      this.hyper = 0;
      this.unsent = 0;
      this.flight = 0;
      this.arrived = 0;
      this.read = 0;
      // What the other side has promised to take besides.
      this.window = receive;
      this.isBlocked = false;
      this.isAsking = true;
      this.waits = false;
      // The turn in which an arrow first had something to move, and no room for it.
      this.stuck = {};
    }

    move(from, to, size) {
      const moved = Math.min(this[from], size, CHUNK);
      this[from] -= moved;
      this[to] += moved;
      return moved;
    }

    turn(turn, takes) {
      const note = (arrow, isStuck) => { if (isStuck) this.stuck[arrow] ??= turn; };
      this.move('flight', 'arrived', CHUNK);
      this.move('arrived', 'read', takes);

      // More is promised when it is worth while: half of the buffer, not single bytes.
      const promised = this.arrived + this.window;
      if (this.receive - promised >= this.receive / 2) this.window = this.receive - this.arrived;
      this.window -= this.move('unsent', 'flight', this.window);
      // All that was promised is used up, and there is more to send.
      note('network', this.unsent > 0 && this.window === 0);

      // A write that found no room is tried again when a third is free. Whenever hyper
      // begins anew, it first asks for a chunk, unless it has enough. While it waits for
      // room, it goes on asking only if it had not enough.
      const room = this.send - this.unsent - this.flight;
      if (room >= this.send / 3) this.isBlocked = false;
      if (!this.isBlocked) this.isAsking = this.hyper < this.buffer;
      note('pull', this.queue > 0 && !this.isAsking);
      if (this.isAsking) this.move('queue', 'hyper', CHUNK);
      this.isAsking &&= this.hyper < this.buffer;
      const had = this.hyper;
      const written = this.isBlocked ? 0 : this.move('hyper', 'unsent', room);
      this.isBlocked ||= this.hyper > 0 && written === room;
      note('write', had > 0 && written === 0);

      if (this.queue <= this.mark / 2) this.waits = false;
      note('push', this.waits && this.file > 0);
      if (this.waits || this.file === 0) return;
      this.move('file', 'queue', CHUNK);
      this.waits = this.queue >= this.mark;
    }
  }

  // `settings`: mark, buffer, send, receive, takes (what the client takes in a turn) and
  // stops (the turn after which it takes nothing). Returns a moment for each turn, from 0.
  function run(settings) {
    const path = new Path(settings);
    const moments = [];
    for (let turn = 0; turn <= LENGTH; turn += 1) {
      if (turn > 0) path.turn(turn, turn > settings.stops ? 0 : settings.takes);
      const { file, queue, hyper, unsent, flight, arrived, read, window, stuck } = path;
      moments.push({ file, queue, hyper, unsent, flight, arrived, read, window, stuck: { ...stuck } });
    }
    return moments;
  }

  globalThis.flatMemory ??= { models: {}, pictures: {} };
  flatMemory.models.window = { ARROWS, FILE, LENGTH, run };
})();
