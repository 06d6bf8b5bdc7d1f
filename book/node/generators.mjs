// The same stage as an async generator, and how it's canceled.
//
//   node book/node/generators.mjs

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

// ANCHOR: lines
/** Bytes in, lines out: `pipeline` makes a stage of it. */
async function* lines(source) {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of source) {
    const text = rest + decoder.decode(chunk, { stream: true });
    const all = text.split('\n');
    rest = all.pop();
    yield* all;
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}
// ANCHOR_END: lines

let made = 0;
/** A source without an end, as a feed is. */
async function* feed() {
  try {
    for (;;) {
      made += 1;
      yield Buffer.from(`event ${made}\n`);
    }
  } finally {
    console.log('feed: cleaned up');
  }
}

// ANCHOR: abort
const leaving = new AbortController();
try {
  await pipeline(
    Readable.from(feed()),
    lines,
    async (source) => {
      for await (const line of source) {
        console.log(line);
        if (line === 'event 3') leaving.abort();
      }
    },
    { signal: leaving.signal },
  );
} catch (error) {
  console.log(`${error.name}: ${error.message}`);
}
// ANCHOR_END: abort
