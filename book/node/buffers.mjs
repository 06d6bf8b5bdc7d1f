// Where the bytes of a Buffer live, and who keeps them.
//
//   node --expose-gc book/node/buffers.mjs     prints the answers
//
// book/node/buffers.out is what Node.js 24 printed, and buffers.26.out is Node.js 26. The
// memory is that of one process and one run: the last figures of rss differ from run to
// run, and the others hardly do.

import { execFileSync } from 'node:child_process';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

const MIB = 1024 * 1024;

if (typeof globalThis.gc !== 'function') {
  console.error('Try: node --expose-gc book/node/buffers.mjs');
  process.exit(1);
}

/** Collects garbage until nothing more changes, also what finalizers free. */
async function collect() {
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc();
    await sleep(20);
  }
}

/** One line of the table, in MiB. */
async function memory(what) {
  await collect();
  const usage = process.memoryUsage();
  const cells = ['heapUsed', 'external', 'arrayBuffers', 'rss'].map((name) =>
    String(Math.round(usage[name] / MIB)).padStart(name.length),
  );
  console.log(`${what.padEnd(38)}  ${cells.join('  ')}`);
}

async function whereBytesLive() {
  console.log(`${'MiB of'.padEnd(38)}  heapUsed  external  arrayBuffers  rss`);
  await memory('at the start');
  let whole = Buffer.alloc(256 * MIB);
  await memory('Buffer.alloc(256 MiB)');
  whole.fill(1);
  await memory('filled');
  let kept = whole.subarray(0, 10); // a view: 10 bytes keep 256 MiB
  whole = null;
  await memory('10 bytes kept, as a view');
  kept = Buffer.from(kept); // a copy: the rest can go
  await memory('10 bytes kept, as a copy');
  let text = Buffer.alloc(64 * MIB, 'é').toString();
  await memory(`${kept.length && text.length / MIB} Mi characters, from a Buffer`);
  text = 'é'.repeat(32 * MIB).toUpperCase();
  await memory(`${text.length / MIB} Mi characters, made in JavaScript`);
}

/** What is kept by a process whose heap may have 64 MiB. */
function beyondTheHeapLimit(what, count, make) {
  const program = `
    const kept = Array.from({ length: ${count} }, () => ${make});
    const { heapUsed, external } = process.memoryUsage();
    console.log(kept.length, Math.round(heapUsed / ${MIB}), Math.round(external / ${MIB}));`;
  const words = ['--max-old-space-size=64', '--eval', program];
  const said = execFileSync(process.execPath, words, { encoding: 'utf8' });
  const [kept, heap, external] = said.trim().split(' ');
  console.log(`heap limit 64 MiB: ${kept} ${what}, heapUsed ${heap}, external ${external}`);
}

function views() {
  const whole = Buffer.from('one two');
  const slice = whole.slice(0, 3);
  slice.write('ONE');
  console.log(`slice(0, 3) written to, the whole is: ${whole}`);
  const small = Buffer.from('hello');
  console.log(`Buffer.from('hello') lies in ${small.buffer.byteLength} bytes`);
  console.log(`Buffer.alloc(5) lies in ${Buffer.alloc(5).buffer.byteLength} bytes`);
}

/** One buffer, filled again while its bytes wait for a slow sink. */
async function queued() {
  const got = [];
  const sink = new Writable({
    async write(chunk, _encoding, callback) {
      await sleep(5);
      got.push(chunk.toString());
      callback();
    },
  });
  const buffer = Buffer.alloc(4);
  for (const letter of 'ABC') {
    sink.write(buffer.fill(letter));
  }
  await new Promise((done) => sink.end(done));
  console.log(`one buffer filled with A, B, C and queued each time: ${got}`);
}

console.log(`Node.js ${process.version}`);
await whereBytesLive();
beyondTheHeapLimit('Buffers of 1 MiB', 300, `Buffer.alloc(${MIB}, 1)`);
beyondTheHeapLimit('such strings from Buffers', 6, `Buffer.alloc(${64 * MIB}, 'é').toString()`);
views();
await queued();
