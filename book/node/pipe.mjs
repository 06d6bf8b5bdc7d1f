// The same faults for three ways to wire streams: by hand, with `pipe`, and with
// `pipeline`. Who is told, and what stays open?
//
//   node book/node/pipe.mjs     prints the answers
//
// book/node/pipe.out is what it printed.

import { once } from 'node:events';
import { createReadStream, createWriteStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transform, pipeline } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

const folder = mkdtempSync(join(tmpdir(), 'pipe-'));
const path = (name) => join(folder, name);
writeFileSync(path('file'), Buffer.alloc(4 * 1024 * 1024));

// ANCHOR: wirings
const wirings = {
  'by hand': (file, stage, disk, told) => {
    file.on('data', (chunk) => stage.write(chunk));
    file.on('end', () => stage.end());
    stage.on('data', (chunk) => disk.write(chunk));
    stage.on('end', () => disk.end());
    disk.on('error', told);
  },
  pipe: (file, stage, disk, told) => {
    file.pipe(stage).pipe(disk).on('error', told);
  },
  pipeline: (file, stage, disk, told) => {
    pipeline(file, stage, disk, (error) => error && told(error));
  },
};
// ANCHOR_END: wirings

/** A stage that does this at its eighth chunk, and passes everything on. */
function stage(fault) {
  let chunks = 0;
  return new Transform({
    async transform(chunk, _, done) {
      chunks += 1;
      done(chunks === 8 ? await fault() : null, chunk);
    },
  });
}

const faults = {
  'the source fails': (streams) => {
    streams.file.destroy(new Error('the disk broke'));
  },
  'the stage fails': () => new Error('the stage broke'),
  'the destination leaves': async (streams) => {
    // Between two writes, as a client does that has read all there was.
    while (streams.disk.writableLength > 0) await sleep(2);
    streams.disk.destroy();
    await once(streams.disk, 'close');
  },
};

/** Until nothing has moved for fifty looks: the disk needs its time. */
async function settled(streams) {
  let [before, same] = ['', 0];
  while (same < 50) {
    await sleep(2);
    const now = JSON.stringify([streams.file.bytesRead, streams.disk.bytesWritten,
      streams.file.closed, streams.disk.closed, streams.disk.pending]);
    same = now === before ? same + 1 : 0;
    before = now;
  }
}

/** Breaks one wiring in one way. */
async function broken(wire, fault) {
  const streams = { file: createReadStream(path('file')), disk: createWriteStream(path('copy')) };
  const heard = [];
  // Without this listener, an error that nobody listens for ends the process.
  const uncaught = (error) => heard.push(`nobody: "${error.message}" ends the process`);
  process.on('uncaughtException', uncaught);
  wire(streams.file, stage(() => fault(streams)), streams.disk, (error) => heard.push(`"${error.message}"`));
  await settled(streams);
  const open = { source: !streams.file.closed, destination: !streams.disk.closed };
  const all = streams.file.readableEnded ? ', and all of the file was read' : '';
  process.off('uncaughtException', uncaught);
  streams.file.destroy();
  streams.disk.on('error', () => {}).destroy();
  await settled(streams);
  const left = Object.keys(open).filter((name) => open[name]).join(' and ') || 'nothing';
  return { told: heard[0] ?? 'nobody', left: left + all };
}

console.log(`Node.js ${process.version}`);
for (const [what, fault] of Object.entries(faults)) {
  console.log(`\n${what}`);
  for (const [name, wire] of Object.entries(wirings)) {
    const { told, left } = await broken(wire, fault);
    console.log(`  ${name.padEnd(9)} told ${told}`);
    console.log(`  ${' '.repeat(9)} open ${left}`);
  }
}
rmSync(folder, { recursive: true });
