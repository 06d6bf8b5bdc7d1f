// Web Streams beside Node's: what their high-water mark counts, and what `tee` costs.
//
//   node book/node/web.mjs

import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';

const CHUNK = 64 * 1024;

/** A source of `count` chunks that knows how many of them were asked for. */
function counted(count, strategy) {
  const source = { pulled: 0 };
  source.stream = new ReadableStream(
    {
      pull(controller) {
        source.pulled += 1;
        controller.enqueue(new Uint8Array(CHUNK));
        if (source.pulled === count) controller.close();
      },
    },
    strategy,
  );
  return source;
}

async function settle() {
  for (let round = 0; round < 500; round += 1) await turn();
}

// ANCHOR: count
const one = counted(100);
const four = counted(100, { highWaterMark: 4 });
const bytes = counted(100, new ByteLengthQueuingStrategy({ highWaterMark: 4 * CHUNK }));
await settle();
console.log(`nobody reads, high-water mark left out: ${one.pulled} chunk`);
console.log(`nobody reads, high-water mark 4: ${four.pulled} chunks`);
console.log(`nobody reads, high-water mark 256 KiB: ${bytes.pulled} chunks`);
// ANCHOR_END: count

// ANCHOR: tee
const shared = counted(100);
const [download] = shared.stream.tee();
await buffer(Readable.fromWeb(download));
console.log(`tee, one branch read to its end: ${shared.pulled} chunks made`);
console.log(`the other branch holds ${(shared.pulled * CHUNK) / 1024} KiB`);
// ANCHOR_END: tee
