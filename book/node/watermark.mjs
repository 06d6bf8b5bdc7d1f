// What highWaterMark is, and what it does, asked of Node.js itself.
//
//   node book/node/watermark.mjs     prints the answers
//
// book/node/watermark.out is what it printed. The defaults differ between versions of
// Node.js, so the version stands in the first line.

import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import { Writable } from 'node:stream';
import zlib from 'node:zlib';

const MIB = 1024 * 1024;

/** A sink that answers when it is told to, and remembers its writes. */
function patient(options) {
  const sink = { sizes: [], done: [] };
  sink.stream = new Writable({
    ...options,
    write(chunk, _encoding, callback) {
      sink.sizes.push(chunk.length);
      sink.done.push(callback);
    },
  });
  return sink;
}

function defaults() {
  const file = fs.createReadStream(process.argv[1]);
  const none = fs.createWriteStream(process.platform === 'win32' ? 'NUL' : '/dev/null');
  const marks = [
    ['a file that is read', file.readableHighWaterMark],
    ['a file that is written', none.writableHighWaterMark],
    ['a socket, and so a response', new net.Socket().writableHighWaterMark],
    ['gzip, each of its two sides', zlib.createGzip().writableHighWaterMark],
    ['objects, whatever their size', new Writable({ objectMode: true }).writableHighWaterMark],
  ];
  file.destroy();
  none.destroy();
  return marks;
}

/** One chunk, 4096 times as large as the mark. */
function oneLargeChunk() {
  const sink = patient({ highWaterMark: 16 * 1024 });
  const answer = sink.stream.write(Buffer.alloc(64 * MIB));
  return { answer, writes: sink.sizes };
}

/** A write is in progress, and another one comes. */
function busy() {
  const sink = patient({ highWaterMark: 10 });
  sink.stream.write(Buffer.alloc(4));
  const answer = sink.stream.write(Buffer.alloc(4));
  return { answer, length: sink.stream.writableLength, writes: sink.sizes.length };
}

// ANCHOR: copy
/** Copies, and waits when it is told to. */
async function copy(source, sink) {
  for await (const chunk of source) {
    if (sink.write(chunk)) continue;
    await once(sink, 'drain');
  }
  sink.end();
}
// ANCHOR_END: copy

/** The most that was buffered when 1 MiB is copied to a slow sink. */
async function mostWhileCopying() {
  let most = 0;
  const sink = new Writable({
    highWaterMark: 64 * 1024,
    write(_chunk, _encoding, callback) {
      setTimeout(callback, 1);
    },
  });
  const write = sink.write.bind(sink);
  sink.write = (chunk) => {
    const answer = write(chunk);
    most = Math.max(most, sink.writableLength);
    return answer;
  };
  const chunk = Buffer.alloc(48 * 1024);
  await copy(Array.from({ length: 20 }, () => chunk), sink);
  return most;
}

console.log(`Node.js ${process.version}`);
for (const [what, mark] of defaults()) console.log(`${what}: ${mark}`);
const large = oneLargeChunk();
console.log(`write(64 MiB), mark 16 KiB: ${large.answer}, writes of ${large.writes} bytes`);
const second = busy();
console.log(
  `second write(4), mark 10, the first not done: ${second.answer}, ` +
    `${second.length} bytes, ${second.writes} write begun`,
);
console.log(`48 KiB chunks, mark 64 KiB, obeyed: at most ${await mostWhileCopying()} bytes`);
