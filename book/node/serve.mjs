// What the download servers of this folder share: the server around a handler, and
// the measurement of its memory.
//
//   node book/node/naive.mjs                              serves largefile.zip on port 3000
//   node book/node/naive.mjs --listen 127.0.0.1:0 --file a.zip
//   node book/node/naive.mjs --measure                    peak memory under three loads
//
// Every client reads its head and then nothing, until all have come so far and the
// server's memory is at rest; then it reads the rest. So all answers are there at the
// same time, however busy the machine is. A peak is that of the server's process alone.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const MIB = 1024 * 1024;
const LOADS = [
  { what: '32 MiB, 1 client', clients: 1, length: 32 * MIB },
  { what: '32 MiB, 8 clients', clients: 8, length: 32 * MIB },
  { what: '512 MiB, 1 client', clients: 1, length: 512 * MIB },
];

// ANCHOR: serve
async function serve(download, file, port, host = '127.0.0.1') {
  const server = http.createServer((req, res) => {
    const { pathname } = new URL(req.url, 'http://localhost');
    if (pathname === '/download') {
      download(file, req, res);
    } else {
      res.writeHead(404).end('Not found\n');
    }
  });
  server.listen(port, host);
  await once(server, 'listening');
  return server;
}
// ANCHOR_END: serve

/** A client that stops after the head; it gives what reads the rest. */
async function begin(port) {
  // `agent: false`: a connection of its own.
  const req = http.get({ port, path: '/download', agent: false });
  const [res] = await once(req, 'response');
  return async () => {
    let bytes = 0;
    for await (const chunk of res) bytes += chunk.length;
    return bytes;
  };
}

/** The server of a measurement: tells its memory when asked. */
async function child(download) {
  process.on('message', async ({ file }) => {
    if (file) {
      const server = await serve(download, file, 0);
      process.send({ port: server.address().port });
    } else {
      const { rss } = process.memoryUsage();
      // Node.js gives this in KiB on every system.
      process.send({ rss, peak: process.resourceUsage().maxRSS * 1024 });
    }
  });
}

async function memoryOf(server) {
  server.send({});
  const [memory] = await once(server, 'message');
  return memory;
}

/** Waits until memory has hardly changed for a second. */
async function atRest(server) {
  let last = 0;
  for (let same = 0; same < 10; same += 1) {
    await sleep(100);
    const { rss } = await memoryOf(server);
    if (Math.abs(rss - last) > MIB) same = 0;
    last = rss;
  }
}

async function peakOf(server, file, { clients, length }) {
  // Holes take no disk, and no buffer here.
  await writeFile(file, '');
  await truncate(file, length);
  server.send({ file });
  const [{ port }] = await once(server, 'message');
  const begun = await Promise.all(Array.from({ length: clients }, () => begin(port)));
  await atRest(server);
  const lengths = await Promise.all(begun.map((finish) => finish()));
  if (lengths.some((bytes) => bytes !== length)) {
    throw new Error(`incomplete: ${lengths}`);
  }
  const { peak } = await memoryOf(server);
  return Math.ceil(peak / MIB);
}

async function measure(script) {
  const folder = await mkdtemp(path.join(tmpdir(), 'node-'));
  // All before the first client: a child's peak begins at its parent's size.
  const servers = LOADS.map(() => fork(script, ['--child']));
  try {
    for (const [at, load] of LOADS.entries()) {
      const peak = await peakOf(servers[at], path.join(folder, 'file'), load);
      console.log(`${load.what}: peak ${peak} MiB`);
    }
  } finally {
    for (const server of servers) server.kill();
    await rm(folder, { recursive: true });
  }
}

function value(words, name, fallback) {
  const at = words.indexOf(name);
  if (at === -1) return fallback;
  if (at + 1 < words.length) return words[at + 1];
  console.error(`${name} needs a value, for example ${name} ${fallback}`);
  return process.exit(2);
}

/** The program around a handler; `url` is the `import.meta.url` of its script. */
export async function main(url, download) {
  const words = process.argv.slice(2);
  if (words[0] === '--child') return child(download);
  if (words[0] === '--measure') return measure(fileURLToPath(url));
  const file = value(words, '--file', 'largefile.zip');
  const listen = value(words, '--listen', '127.0.0.1:3000');
  try {
    const { hostname, port } = new URL(`http://${listen}`);
    // A URL leaves out the port 80.
    const server = await serve(download, file, Number(port || 80), hostname);
    const { address, port: chosen } = server.address();
    console.log(`Server running on http://${address}:${chosen}`);
  } catch (error) {
    console.error(`cannot listen on ${listen} (${error.message}): try --listen 127.0.0.1:0`);
    process.exit(1);
  }
}
