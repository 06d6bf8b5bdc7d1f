// What happens to text and to base64 in chunks, and what joining chunks costs.
//
//   node book/node/text.mjs     prints the answers
//
// book/node/text.out is what it printed.

import { StringDecoder } from 'node:string_decoder';

const MIB = 1024 * 1024;

/** The same text, cut into chunks of 4 bytes. */
function text() {
  const bytes = Buffer.from('Grüße, 5 €');
  const chunks = Array.from({ length: Math.ceil(bytes.length / 4) }, (_, number) =>
    bytes.subarray(number * 4, number * 4 + 4),
  );
  // ANCHOR: decode
  let wrong = '';
  let right = '';
  const decoder = new StringDecoder('utf8');
  for (const chunk of chunks) {
    wrong += chunk.toString();
    right += decoder.write(chunk);
  }
  right += decoder.end();
  // ANCHOR_END: decode
  console.log(`each chunk by itself: ${wrong}`);
  console.log(`with StringDecoder:   ${right}`);
  const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  const back = Buffer.from(all.toString());
  console.log(`256 bytes as a string and back: ${back.length} bytes`);
  const crab = 'Grüße 🦀';
  console.log(`'${crab}': length ${crab.length}, ${Buffer.byteLength(crab)} bytes`);
  const base64 = chunks.map((chunk) => chunk.toString('base64')).join('');
  console.log(`base64, chunk by chunk: ${base64}`);
  console.log(`base64 of the whole:    ${bytes.toString('base64')}`);
}

/** Joins chunks of 64 KiB: all that is copied, in MiB. */
function joined(count) {
  const chunk = Buffer.alloc(64 * 1024);
  let whole = Buffer.alloc(0);
  let copied = 0;
  for (let number = 0; number < count; number += 1) {
    whole = Buffer.concat([whole, chunk]);
    copied += whole.length;
  }
  return copied / MIB;
}

console.log(`Node.js ${process.version}`);
text();
for (const count of [100, 200]) {
  const mib = (count * 64) / 1024;
  console.log(`${mib} MiB in chunks, joined one by one: ${Math.round(joined(count))} MiB copied`);
}
