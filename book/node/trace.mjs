// Follows the trace tables, row by row, and tells where somebody does otherwise.
//
//   node book/node/trace.mjs model    the simulators' models
//   node book/node/trace.mjs node     the Writable of Node.js itself
//   node book/node/trace.mjs node FILE.tsv     the same for another writable table
//
// The last line says how many rows agree. Exit code 1: some row does not.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

import '../assets/simulator/writable.js';
import '../assets/simulator/buffer.js';
import '../assets/simulator/clients.js';

const { models } = globalThis.flatMemory;
const TABLES = fileURLToPath(new URL('../traces/', import.meta.url));

/** The rows of a table, as objects with the header's names, and `where` they stand. */
function read(file) {
  const lines = readFileSync(file, 'utf8').split(/\r?\n/);
  const written = lines
    .map((text, index) => ({ cells: text.split('\t'), line: index + 1 }))
    .filter(({ cells: [first] }) => first !== '' && !first.startsWith('#'));
  const [header, ...rows] = written;
  return rows.map(({ cells, line }) => {
    if (cells.length !== header.cells.length) {
      const names = header.cells.length;
      throw new Error(`${file}:${line}: ${cells.length} cells under ${names} names`);
    }
    const named = header.cells.map((name, index) => [name, cells[index]]);
    return { ...Object.fromEntries(named), where: `${path.relative('', file)}:${line}` };
  });
}

/** Node's Writable with the words of our model. Its sink answers when `done` says so. */
class NodeStream {
  constructor(highWaterMark) {
    this.events = [];
    this.calls = [];
    const write = (chunk, _encoding, callback) => {
      this.calls.push({ size: chunk.length, callback });
    };
    this.stream = new Writable({ highWaterMark, write });
    for (const event of ['drain', 'finish', 'close']) {
      this.stream.on(event, () => this.events.push(event));
    }
    this.stream.on('error', (error) => this.events.push(`error:${error.code}`));
  }

  write(size) { return this.stream.write(Buffer.alloc(size)); }
  done() { this.calls.shift().callback(); }
  end() { this.stream.end(); }
  destroy() { this.stream.destroy(); }
  happened() { return this.events.splice(0); }
  get length() { return this.stream.writableLength; }
  get needsDrain() { return this.stream.writableNeedDrain; }
  get writing() {
    if (this.calls.length > 1) throw new Error('two writes in progress');
    return this.calls[0]?.size ?? 0;
  }
}

/** Rows of one stream at a time: what each action did. */
async function followWritable(rows, open, report) {
  let stream;
  for (const row of rows) {
    let answer = '-';
    const size = Number(row.size);
    if (row.action === 'new') stream = open(size);
    else if (row.action === 'write') answer = String(stream.write(size));
    else stream[row.action]();
    // Some events of Node.js come with the next turn of its loop.
    await new Promise((resolve) => setImmediate(resolve));
    report(row, {
      answer,
      length: String(stream.length),
      needs_drain: String(stream.needsDrain),
      writing: String(stream.writing || '-'),
      events: stream.happened().join(',') || '-',
    });
  }
}

/** Rows of whole runs: the moment at `time`. */
function followBuffer(rows, open, report) {
  for (const row of rows) {
    const names = ['produce', 'consume', 'mark', 'chunk'];
    const settings = Object.fromEntries(names.map((name) => [name, Number(row[name])]));
    const moments = models.buffer.run(settings, row.waits === 'true', open);
    const { low, level, most, falses, drains } = moments[Number(row.time)];
    const seen = Object.entries({ low, level, most, falses, drains });
    report(row, Object.fromEntries(seen.map(([name, value]) => [name, String(value)])));
  }
}

/** Rows of whole runs: one server with `clients` clients. */
function followClients(rows, report) {
  for (const row of rows) {
    const names = ['clients', 'file', 'chunk', 'depth', 'limit'];
    const numbers = names.map((name) => [name, Number(row[name])]);
    const settings = { ...Object.fromEntries(numbers), policy: row.policy };
    const server = models.clients.run(settings).at(-1)[row.server];
    report(row, {
      memory: String(server.memory),
      served: String(server.served),
      outside: String(server.outside),
      first_byte: String(server.firstByte ?? '-'),
      killed: String(server.isKilled),
    });
  }
}

async function main(mode, file) {
  let agreed = 0;
  let differed = 0;
  const report = (row, seen) => {
    const wrong = Object.keys(seen).filter((name) => seen[name] !== row[name]);
    for (const name of wrong) {
      console.error(`${row.where}: ${row.case}: ${name} is ${seen[name]}, the table says ${row[name]}`);
    }
    if (wrong.length > 0) differed += 1;
    else agreed += 1;
  };
  const table = (name) => read(path.join(TABLES, name));
  const rows = file ? read(file) : table('writable.tsv');
  const open = {
    model: models.writable,
    node: (highWaterMark) => new NodeStream(highWaterMark),
  }[mode];
  if (!open) {
    console.error('usage: node book/node/trace.mjs model|node [FILE.tsv]');
    return 2;
  }
  await followWritable(rows, open, report);
  if (!file) followBuffer(table('buffer.tsv'), open, report);
  if (!file && mode === 'model') followClients(table('clients.tsv'), report);

  const who = mode === 'node' ? `Node.js ${process.versions.node}` : 'the models';
  console.log(`${who}: ${agreed} rows agree, ${differed} do not`);
  return differed > 0 ? 1 : 0;
}

process.exitCode = await main(...process.argv.slice(2));
