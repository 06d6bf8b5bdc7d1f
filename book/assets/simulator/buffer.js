// A disk, a Writable and a client, a millisecond at a time. Sizes are KiB.
//
// In each millisecond the client takes its part, and then the producer writes what the
// disk gave, in whole chunks. A producer that waits for `drain` reads nothing meanwhile.
(() => {
  'use strict';
  const { models } = flatMemory;

  // How many milliseconds a run has.
  const LENGTH = 100;

  // One producer from an empty stream on: `settings` has produce and consume (KiB per
  // millisecond), mark and chunk (KiB). Returns a moment for each millisecond, from 0:
  // `low` is the level after the client, `level` after the producer, `most` the highest
  // so far; `falses` and `drains` are counted from the beginning.
  // `writable` makes the stream. A test brings Node's own.
  function run(settings, waits, writable = models.writable) {
    const { produce, consume, mark, chunk } = settings;
    const stream = writable(mark);
    const now = { time: 0, low: 0, level: 0, most: 0, falses: 0, drains: 0 };
    const moments = [{ ...now }];
    // Less than a chunk: read and not yet written, sent and not yet called back.
    let read = 0;
    let sent = 0;
    let isWaiting = false;

    function client() {
      sent += consume;
      while (stream.writing > 0 && sent >= stream.writing) {
        sent -= stream.writing;
        stream.done();
      }
      // With nothing to take, a client does not save up.
      if (stream.writing === 0) sent = 0;
      if (stream.happened().includes('drain')) {
        now.drains += 1;
        isWaiting = false;
      }
    }

    function producer() {
      if (isWaiting) return;
      read += produce;
      while (read >= chunk) {
        read -= chunk;
        if (stream.write(chunk)) continue;
        now.falses += 1;
        if (!waits) continue;
        isWaiting = true;
        // What the disk could have given as well is not read.
        read = 0;
      }
    }

    while (now.time < LENGTH) {
      now.time += 1;
      client();
      now.low = stream.length;
      producer();
      now.level = stream.length;
      now.most = Math.max(now.most, now.level);
      moments.push({ ...now });
    }
    return moments;
  }

  models.buffer = { LENGTH, run };
})();
