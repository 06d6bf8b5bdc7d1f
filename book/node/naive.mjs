// The naive download server in Node.js, and its memory.
//
//   node book/node/naive.mjs              serves largefile.zip on port 3000
//   node book/node/naive.mjs --measure    peak memory for 1 and for 8 clients
//
// The measurement starts a server for each number of clients. Each client stops
// after the head of its answer until all have come so far, so every answer is
// there at the same time. The peak is that of the server's process alone.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const MIB = 1024 * 1024;

// ANCHOR: download
async function download(file, req, res) {
  try {
    const bytes = await readFile(file);
    res.writeHead(200, {
      'Content-Type': 'application/octet-stream',
      'Content-Length': bytes.length,
    });
    res.end(bytes);
  } catch (error) {
    const status = error.code === 'ENOENT' ? 404 : 500;
    res.writeHead(status).end('No such file\n');
  }
}
// ANCHOR_END: download

// ANCHOR: serve
async function serve(file, port) {
  const server = http.createServer((req, res) => {
    const { pathname } = new URL(req.url, 'http://localhost');
    if (pathname === '/download') {
      download(file, req, res);
    } else {
      res.writeHead(404).end('Not found\n');
    }
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
// ANCHOR_END: serve

/** A client that stops after the head; `finish` reads the rest. */
async function begin(port) {
  // `agent: false`: a connection of its own.
  const req = http.get({ port, path: '/download', agent: false });
  const [res] = await once(req, 'response');
  const finish = async () => {
    let bytes = 0;
    for await (const chunk of res) bytes += chunk.length;
    return bytes;
  };
  return finish;
}

/** The child: serves a file and tells its peak when asked. */
async function child(file) {
  const server = await serve(file, 0);
  process.on('message', () => {
    // Node.js gives this in KiB on every system.
    process.send({ peak: process.resourceUsage().maxRSS * 1024 });
    process.exit();
  });
  process.send({ port: server.address().port });
}

async function peakWith(clients, file) {
  const here = fileURLToPath(import.meta.url);
  const server = fork(here, ['--child', file]);
  const [{ port }] = await once(server, 'message');
  const begun = await Promise.all(Array.from({ length: clients }, () => begin(port)));
  const lengths = await Promise.all(begun.map((finish) => finish()));
  if (lengths.some((length) => length !== 32 * MIB)) {
    throw new Error(`incomplete: ${lengths}`);
  }
  server.send('peak');
  const [{ peak }] = await once(server, 'message');
  return Math.ceil(peak / MIB);
}

async function measure() {
  const folder = await mkdtemp(path.join(tmpdir(), 'naive-'));
  try {
    const file = path.join(folder, 'largefile.zip');
    // A buffer here would count: a child's peak begins at its parent's size.
    await writeFile(file, '');
    await truncate(file, 32 * MIB);
    for (const clients of [1, 8]) {
      const peak = await peakWith(clients, file);
      const who = clients === 1 ? '1 client' : `${clients} clients`;
      console.log(`32 MiB, ${who}: peak ${peak} MiB`);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

const [mode, file] = process.argv.slice(2);
if (mode === '--child') {
  await child(file);
} else if (mode === '--measure') {
  await measure();
} else {
  await serve('largefile.zip', 3000);
  console.log('Server running on http://127.0.0.1:3000');
}
