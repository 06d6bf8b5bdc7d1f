// When does streaming pay, and gzip, and a cursor? Three break-even points, measured.
//
//   node --expose-gc --no-warnings book/node/choose.mjs     prints three tables, in half a minute
//
// book/node/choose.out is what it printed. Times are the best of several attempts.

import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

const KIB = 1024;
const MIB = 1024 * KIB;
const CLIENTS = 20;
const ATTEMPTS = 20;

/** A table whose columns are as wide as they must be. */
function show(title, rows) {
  const width = (column) => Math.max(...rows.map((row) => String(row[column]).length));
  console.log(title);
  for (const row of rows)
    console.log(row.map((cell, column) => String(cell).padStart(width(column))).join('  '));
}

const size = (bytes) => (bytes < KIB ? `${bytes} B` : bytes < MIB ? `${bytes / KIB} KiB` : `${bytes / MIB} MiB`);
const microseconds = (start) => Number(process.hrtime.bigint() - start) / 1000;

/** The shortest time of several attempts, in microseconds. */
function best(attempt, attempts = ATTEMPTS) {
  const times = Array.from({ length: attempts }, () => {
    const start = process.hrtime.bigint();
    attempt();
    return microseconds(start);
  });
  return Math.min(...times);
}

/** The other process: `/whole` holds the file, `/streamed` doesn't. */
async function serve(path) {
  const open = new Map();
  // ANCHOR: serve
  const server = http.createServer(async (request, response) => {
    open.set(response, undefined);
    response.on('close', () => open.delete(response));
    if (request.url === '/whole')
      return response.end(await readFile(path));
    const file = createReadStream(path);
    open.set(response, file);
    await pipeline(file, response).catch(() => {}); // it's gone
  });
  // ANCHOR_END: serve
  // What has been read, and the kernel hasn't taken.
  process.on('message', () => {
    let bytes = 0;
    for (const [response, file] of open)
      bytes += response.writableLength + (file?.readableLength ?? 0);
    process.send(bytes);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  process.send(server.address().port);
}

async function ask(server) {
  server.send('?');
  const [answer] = await once(server, 'message');
  return answer;
}

/** Microseconds to the first byte of the body, at best. */
async function firstByte(port, path) {
  const times = [];
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const start = process.hrtime.bigint();
    const request = http.get({ host: '127.0.0.1', port, path, agent: false });
    const [response] = await once(request, 'response');
    await once(response, 'data');
    times.push(microseconds(start));
    response.destroy();
  }
  return Math.min(...times);
}

/** What the server's buffers hold for clients that ask and never read, in KiB for each. */
async function held(server, port, path) {
  const clients = Array.from({ length: CLIENTS }, () => {
    const client = net.connect({ host: '127.0.0.1', port });
    client.pause();
    client.write(`GET ${path} HTTP/1.1\r\nHost: here\r\n\r\n`);
    return client;
  });
  await wait(1500);
  const bytes = await ask(server);
  for (const client of clients) client.destroy();
  await wait(300);
  return Math.round(bytes / CLIENTS / KIB);
}

async function wholeOrStreamed(folder) {
  const path = join(folder, 'file');
  writeFileSync(path, '');
  const server = fork(import.meta.filename, ['serve', path]);
  const [port] = await once(server, 'message');
  const rows = [['', 'whole: first byte', 'holds a client', 'streamed: first byte', 'holds a client']];
  for (const bytes of [16 * KIB, 64 * KIB, 256 * KIB, MIB, 4 * MIB, 16 * MIB]) {
    truncateSync(path, bytes);
    const row = [size(bytes)];
    for (const way of ['/whole', '/streamed']) {
      const time = await firstByte(port, way);
      const kib = await held(server, port, way);
      row.push(`${Math.round(time)} µs`, `${kib} KiB`);
    }
    rows.push(row);
  }
  server.kill();
  show(`one file for ${CLIENTS} clients that don't read`, rows);
}

/** `bytes` bytes of NDJSON, the same in each run. */
function records(bytes) {
  let [text, state] = ['', 1];
  const next = (below) => {
    state = (state * 48271) % 2147483647;
    return state % below;
  };
  const cities = ['Bergen', 'Lisbon', 'Nairobi', 'Osaka', 'Quito'];
  for (let id = 1; text.length < bytes; id += 1) {
    const record = { id, city: cities[next(5)], cents: next(100_000), paid: next(2) === 0 };
    text += `${JSON.stringify(record)}\n`;
  }
  return Buffer.from(text.slice(0, bytes));
}

function gzipPays() {
  const rows = [['', 'gzip', 'time', 'saves', 'pays below']];
  const bodies = [150, KIB, 10 * KIB, 100 * KIB, MIB].map((bytes) => ['NDJSON', records(bytes)]);
  for (const [kind, body] of [...bodies, ['random', randomBytes(MIB)]]) {
    const saved = body.length - gzipSync(body).length;
    const time = best(() => gzipSync(body), 25);
    // Bits a microsecond are megabits a second.
    const pays = saved > 0 ? `${Math.round((saved * 8) / time)} Mbit/s` : 'never';
    const share = `${Math.round((saved / body.length) * 100)} %`;
    rows.push([`${size(body.length)} of ${kind}`, `${body.length - saved} B`, `${Math.round(time)} µs`, share, pays]);
  }
  show('gzip at level 6', rows);
}

/** The size of the heap after a collection. */
function heap() {
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

async function allOrCursor(folder) {
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(join(folder, 'rows'));
  database.exec('CREATE TABLE sales (id INTEGER PRIMARY KEY, city TEXT, cents INTEGER)');
  database.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
    INSERT INTO sales SELECT i, 'Bergen', i * 7919 % 100000 FROM n`);
  const query = database.prepare('SELECT * FROM sales LIMIT ?');
  const first = (count) => query.iterate(count).next();
  const each = (count) => {
    for (const row of query.iterate(count)) row.cents += 1;
  };
  const all = (count) => {
    for (const row of query.all(count)) row.cents += 1;
  };
  const rows = [['rows', 'all: first row', 'last row', 'holds', 'cursor: first row', 'last row', 'holds']];
  for (const count of [10, 100, 1000, 10_000, 100_000]) {
    const times = [() => query.all(count), () => all(count), () => first(count), () => each(count)]
      .map((attempt) => `${Math.round(best(attempt))} µs`);
    const before = heap();
    const kept = query.all(count);
    const holds = `${Math.max(0, Math.round((heap() - before) / KIB))} KiB`;
    rows.push([kept.length, times[0], times[1], holds, times[2], times[3], '1 row']);
  }
  database.close();
  show('rows of a table', rows);
}

if (process.argv[2] === 'serve') await serve(process.argv[3]);
else {
  const folder = mkdtempSync(join(tmpdir(), 'choose-'));
  console.log(`Node.js ${process.version}`);
  await wholeOrStreamed(folder);
  gzipPays();
  await allOrCursor(folder);
  rmSync(folder, { recursive: true });
}
