// What `write` returns below a high-water mark, at it, and far above it.
//
//   node book/node/mark.mjs     prints the answers
//
// book/node/mark.out is what it printed.

// ANCHOR: mark
import { Writable } from 'node:stream';

const never = () => {}; // a sink that never finishes a write
const sink = new Writable({ highWaterMark: 16, write: never });
for (const size of [15, 1, 1000]) {
  const returned = sink.write(Buffer.alloc(size));
  const waiting = sink.writableLength;
  console.log(`write(${size}): ${returned}, ${waiting} bytes wait`);
}
// ANCHOR_END: mark
