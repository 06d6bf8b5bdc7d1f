// Three pipes between the same producer and the same destination, turn by turn: Node's
// Writable, a channel of tokio, and chapter 7's queue. Sizes are KiB.
//
// In each turn the destination comes first: every fourth turn, it takes a chunk. Then the
// producer, which has a chunk ready every turn, puts it in, unless it waits.
(() => {
  'use strict';
  const { models } = flatMemory;

  const LENGTH = 200;
  // The destination takes a chunk in the turns 2, 6, 10 and so on.
  const EVERY = 4;
  const FIRST = 2;

  // Node's Writable: counts bytes, accepts everything, says drain at 0.
  function node({ chunk, mark }, writable) {
    const stream = writable(mark);
    return {
      take() { if (stream.writing > 0) stream.done(); },
      // True: somebody who listens goes on.
      put: () => stream.write(chunk),
      mayGoOn: () => stream.happened().includes('drain'),
      level: () => stream.length,
    };
  }

  // tokio's channel: counts messages. A send that finds it full waits for one free slot,
  // and its chunk is not inside yet. With `listens` false, it has no bound.
  function channel({ chunk, capacity, listens }) {
    let messages = 0;
    const hasRoom = () => !listens || messages < capacity;
    return {
      take() { if (messages > 0) messages -= 1; },
      put() {
        if (!hasRoom()) return false;
        messages += 1;
        return true;
      },
      mayGoOn: hasRoom,
      level: () => messages * chunk,
    };
  }

  // Chapter 7's queue: counts bytes, accepts what is pushed, and says go on at the low
  // mark, which is half of the high one here.
  function queue({ chunk, mark }) {
    let level = 0;
    return {
      take() { if (level > 0) level -= chunk; },
      put() {
        level += chunk;
        return level < mark;
      },
      mayGoOn: () => level <= mark / 2,
      level: () => level,
    };
  }

  // `settings`: chunk and mark (KiB), capacity (messages), listens. Returns a moment for
  // each turn, from 0: `level` is what is inside, `most` the highest so far, `told` how
  // often the producer was told to wait, `waits` whether it waits now.
  function one(pipe, listens) {
    const now = { level: 0, most: 0, told: 0, waits: false };
    const moments = [{ ...now }];
    for (let turn = 1; turn <= LENGTH; turn += 1) {
      if (turn % EVERY === FIRST) pipe.take();
      const goesOn = pipe.mayGoOn();
      if (!now.waits || goesOn) {
        const isFine = pipe.put();
        if (!isFine) now.told += 1;
        now.waits = listens && !isFine;
      }
      now.level = pipe.level();
      now.most = Math.max(now.most, now.level);
      moments.push({ ...now });
    }
    return moments;
  }

  // All three. `writable` makes the stream. A test brings Node's own.
  function run(settings, writable = models.writable) {
    return {
      node: one(node(settings, writable), settings.listens),
      channel: one(channel(settings), settings.listens),
      queue: one(queue(settings), settings.listens),
    };
  }

  models.pipe = { LENGTH, run };
})();
