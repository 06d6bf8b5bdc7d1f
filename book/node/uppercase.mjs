// A stage as an async generator: text in uppercase, wherever its chunks are split.
//
//   node book/node/uppercase.mjs

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

// ANCHOR: stage
async function* uppercase(source) {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of source) {
    // The decoder keeps the first bytes of a split character.
    yield decoder.decode(chunk, { stream: true }).toUpperCase();
  }
  // Only the end of the source gets here, and an error never does.
  yield decoder.decode().toUpperCase();
}
// ANCHOR_END: stage

async function screen(source) {
  for await (const text of source) if (text !== '') console.log(`  ${text}`);
  console.log('  finished');
}

async function* broken(bytes) {
  yield bytes;
  throw new Error('the disk broke');
}

async function run(title, source) {
  console.log(title);
  try {
    await pipeline(source, uppercase, screen);
  } catch (error) {
    console.log(`  ${error.name}: ${error.message}`);
  }
}

const text = Buffer.from('grüße');
await run('all of it:', Readable.from([text.subarray(0, 3), text.subarray(3)]));
await run('cut inside a character:', Readable.from([text.subarray(0, 3)]));
await run('a source that fails:', broken(text.subarray(0, 4)));
