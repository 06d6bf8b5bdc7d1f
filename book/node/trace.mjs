// Follows the trace tables, row by row, and tells where somebody does otherwise.
//
//   node book/node/trace.mjs model    the simulators' models
//   node book/node/trace.mjs node     the Writable and the HTTP client of Node.js itself
//   node book/node/trace.mjs model FILE.tsv    the same for another table of writables,
//                                              names, exchanges, lines, pipes
//                                              or windows
//   node book/node/trace.mjs node FILE.tsv     the same for another table of writables
//
// The last line says how many rows agree. Exit code 1: some row does not.

import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import readline from 'node:readline';
import { PassThrough, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

import '../assets/simulator/writable.js';
import '../assets/simulator/buffer.js';
import '../assets/simulator/clients.js';
import '../assets/simulator/names.js';
import '../assets/simulator/exchange.js';
import '../assets/simulator/errors.js';
import '../assets/simulator/lines.js';
import '../assets/simulator/pipe.js';
import '../assets/simulator/window.js';

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

/** Rows of whole runs: one of three pipes at `turn`. Only `open` makes a Writable. */
function followPipe(rows, open, report) {
  for (const row of rows) {
    const names = ['chunk', 'mark', 'capacity'];
    const numbers = names.map((name) => [name, Number(row[name])]);
    const settings = { ...Object.fromEntries(numbers), listens: row.listens === 'true' };
    const { level, most, told, waits } = models.pipe.run(settings, open)[row.pipe][Number(row.turn)];
    const seen = Object.entries({ level, most, told, waits });
    report(row, Object.fromEntries(seen.map(([name, value]) => [name, String(value)])));
  }
}

/** Rows of whole runs: where the bytes are at `turn`. In no turn may one be lost. */
function followWindow(rows, report) {
  const { ARROWS, FILE, run } = models.window;
  const stages = ['file', 'queue', 'hyper', 'unsent', 'flight', 'arrived', 'read'];
  for (const row of rows) {
    const names = ['mark', 'buffer', 'send', 'receive', 'takes', 'stops'];
    const moments = run(Object.fromEntries(names.map((name) => [name, Number(row[name])])));
    const sum = (moment) => stages.reduce((all, stage) => all + moment[stage], 0);
    const lost = moments.findIndex((moment) => sum(moment) !== FILE);
    if (lost >= 0) report({ ...row, turn: String(lost) }, { sum: String(sum(moments[lost])) });
    const moment = moments[Number(row.turn)];
    const seen = [...stages, 'window'].map((stage) => [stage, String(moment[stage])]);
    const stuck = ARROWS.filter((arrow) => moment.stuck[arrow])
      .map((arrow) => `${arrow} ${moment.stuck[arrow]}`).join(', ');
    report(row, { ...Object.fromEntries(seen), stuck: stuck || '-' });
  }
}

/** The rows of each case. */
function cases(rows) {
  const found = new Map();
  for (const row of rows) {
    if (!found.has(row.case)) found.set(row.case, []);
    found.get(row.case).push(row);
  }
  return [...found.values()];
}

/** Rows of stories: who says what to whom, and what is known afterwards. */
function followNames(rows, report) {
  const said = ({ kind, name, address, ttl }) => {
    if (kind === 'wait') return '-';
    if (kind === 'move') return `move ${address}`;
    const words = { ask: [], refer: [ttl], answer: [address ?? 'none', ttl], kept: [address ?? 'none', ttl] };
    return [kind, name, ...words[kind]].join(' ');
  };
  const { ACTORS, run } = models.names;
  for (const story of cases(rows)) {
    const actions = story.map(({ action }) => action).filter((action) => action !== '-');
    const settings = {
      ttl: Number(story[0].ttl),
      story: actions.map((action) => (/^\d+$/.test(action) ? Number(action) : action)),
    };
    const moments = run(settings);
    if (moments.length !== story.length) {
      report(story.at(-1), { rows: String(moments.length) });
      continue;
    }
    let turn = -1;
    story.forEach((row, index) => {
      const moment = moments[index];
      const known = moment.known.map((entries) =>
        entries.map(({ name, ttl }) => `${name} ${ttl}`).join(', ') || '-');
      report(row, {
        action: moment.turn === turn ? '-' : actions[moment.turn],
        time: String(moment.time),
        ms: String(moment.ms),
        from: ACTORS[moment.from] ?? '-',
        to: ACTORS[moment.to] ?? '-',
        says: said(moment),
        browser: known[0],
        system: known[1],
        resolver: known[2],
      });
      turn = moment.turn;
    });
  }
}

const bytes = (cell) => {
  const signs = { r: '\r', n: '\n', t: '\t', '-': '-', '\\': '\\' };
  return cell === '-' ? '' : cell.replace(/\\(.)/g, (_, sign) => signs[sign]);
};

/** Rows of one connection at a time; every other cut must come to the same end. */
function followExchange(rows, report) {
  const { RESPONSES, cut, run } = models.exchange;
  const seen = ({ piece, state, error, isNext, body, wrong }) => {
    const made = wrong?.error ? `error: ${wrong.error}` : wrong && `${wrong.status} ${wrong.body.length}`;
    return {
      piece,
      state: (isNext ? 'next: ' : '') + state,
      error: error ?? '-',
      body,
      wrong: made ?? '-',
    };
  };
  for (const written of cases(rows)) {
    const told = written.map((row) => ({ ...row, piece: bytes(row.piece), body: bytes(row.body) }));
    const [{ framing, cut: how }] = told;
    const text = told.map(({ piece }) => piece).join('');
    const moments = run(text, how);
    told.forEach((row, index) => {
      const moment = moments[index];
      report(row, moment ? seen(moment) : { piece: 'missing' });
    });
    const last = told.at(-1);
    const isAll = moments.length === told.length && (framing === '-' || RESPONSES[framing] === text);
    if (!isAll) report(last, { framing: 'other bytes' });
    const places = Array.from(text).slice(1).map((_, index) => index + 1);
    for (const other of ['whole', 'line', ...places, ...places.map((at) => `after ${at}`)]) {
      const { state, error, body } = seen(run(text, other).at(-1));
      const isSame = state === last.state && error === last.error && body === last.body;
      if (!isSame || cut(text, other).join('') !== text) {
        report({ ...last, case: `${last.case}, cut by ${other}` }, { state, error, body });
      }
    }
  }
}

const returned = ({ lines, isTruncated }) => (isTruncated ? 'error' : lines.join('|') || '-');

/** Rows of one connection at a time. */
function followLines(rows, report) {
  const { run } = models.lines;
  for (const told of cases(rows)) {
    const moments = run(bytes(told.map(({ piece }) => (piece === '-' ? '' : piece)).join(''))
      + (told[0].cut === 'open' ? '\n' : ''), told[0].cut);
    told.forEach((row, index) => {
      const moment = moments[index];
      const read = { ...row, piece: bytes(row.piece), held: bytes(row.held), wrong: bytes(row.wrong) };
      report(read, moment ? {
        piece: moment.piece,
        lines: returned(moment),
        held: moment.buffer,
        wrong: moment.wrong.join('|'),
      } : { piece: 'missing' });
    });
    if (moments.length !== told.length) report(told.at(-1), { piece: 'more reads' });
  }
}

/** What Node's readline makes of the same reads: the lines up to the end of input. */
async function followLinesInNode(rows, report) {
  for (const told of cases(rows)) {
    const input = new PassThrough();
    const lines = [];
    readline.createInterface({ input, crlfDelay: Infinity }).on('line', (line) => lines.push(line));
    for (const { piece } of told) {
      if (piece !== '-') input.write(bytes(piece));
      await new Promise((resolve) => setImmediate(resolve));
    }
    const expected = told.flatMap(({ lines: some }) => (/^(-|error)$/.test(some) ? [] : some.split('|')));
    const last = told.at(-1);
    // A lone \r has ended the last line for Node.js already.
    const seen = last.lines === 'error' ? lines.slice(0, expected.length) : lines;
    report({ ...last, lines: expected.join('|') }, { lines: seen.join('|') });
  }
}

const leftOpen = (moment) => models.errors.PARTS.filter((part) => moment[part] === 'left open');

/** How each wiring ends after each fault. */
function followErrors(rows, report) {
  for (const row of rows) {
    const quiet = models.errors.story(row.wiring, row.fault).at(-1);
    const all = quiet.source === 'read to its end' ? 'yes' : 'no';
    report(row, { told: quiet.told, open: leftOpen(quiet).join(' and ') || 'nothing', all });
  }
}

/** The same with the streams of Node.js, as `pipe.mjs` wires and breaks them. */
function followErrorsInNode(rows, report) {
  const program = fileURLToPath(new URL('pipe.mjs', import.meta.url));
  const printed = execFileSync(process.execPath, [program], { encoding: 'utf8' });
  for (const row of rows.filter(({ wiring }) => wiring !== 'ours')) {
    const what = row.fault === 'destination' ? 'the destination leaves' : `the ${row.fault} fails`;
    const part = printed.slice(printed.indexOf(`\n${what}\n`)).split('\n\n')[0];
    const [, said, open] = new RegExp(`^  ${row.wiring} +told (.*)\n +open (.*)$`, 'm').exec(part) ?? [];
    const told = said?.replace(/^nobody: ".*" ends the process$/, 'nobody, and the process ends')
      .replaceAll('"', '');
    const [left, all] = open?.split(/,? ?and all of the file was read/) ?? [];
    report(row, { told, open: left, all: all === undefined ? 'no' : 'yes' });
  }
}

/** What Node's own client makes of such pieces: the body, whether complete or not. */
async function exchangeWithNode(pieces) {
  const server = net.createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => {});
    socket.once('data', async () => {
      for (const piece of pieces) {
        if (piece !== '') socket.write(piece);
        await new Promise((resolve) => setImmediate(resolve));
      }
      socket.end();
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  let body = '';
  const isComplete = await new Promise((resolve) => {
    const { port } = server.address();
    const request = http.get({ host: '127.0.0.1', port, path: '/hello', agent: false }, (response) => {
      response.setEncoding('latin1');
      response.on('data', (part) => { body += part; });
      response.on('error', () => resolve(false));
      response.on('end', () => resolve(true));
    });
    request.on('error', () => resolve(false));
  });
  server.close();
  return { body, isComplete };
}

/** The last row of each connection: whether the answer was complete, and its body. */
async function followExchangeInNode(rows, report) {
  for (const told of cases(rows)) {
    const last = told.at(-1);
    // RFC 9112 allows both here, and Node.js does the other.
    const others = ['the same length twice', 'a coding that is not known'];
    if (others.includes(last.case) || last.state.startsWith('next: ')) continue;
    const isComplete = last.state === 'done';
    const seen = await exchangeWithNode(told.map(({ piece }) => bytes(piece)));
    const row = { ...last, complete: String(isComplete), body: bytes(last.body) };
    const body = isComplete ? { body: seen.body } : {};
    report(row, { complete: String(seen.isComplete), ...body });
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
  const end = () => {
    const who = mode === 'node' ? `Node.js ${process.versions.node}` : 'the models';
    console.log(`${who}: ${agreed} rows agree, ${differed} do not`);
    return differed > 0 ? 1 : 0;
  };
  const open = {
    model: models.writable,
    node: (highWaterMark) => new NodeStream(highWaterMark),
  }[mode];
  if (!open) {
    console.error('usage: node book/node/trace.mjs model|node [FILE.tsv]');
    return 2;
  }
  const others = {
    framing: followExchange,
    held: followLines,
    wiring: followErrors,
    says: followNames,
    pipe: (told, tell) => followPipe(told, open, tell),
    window: followWindow,
  };
  const other = others[Object.keys(others).find((name) => rows[0][name])];
  if (mode === 'model' && other) {
    other(rows, report);
    return end();
  }
  await followWritable(rows, open, report);
  if (!file) followBuffer(table('buffer.tsv'), open, report);
  if (!file && mode === 'model') {
    followClients(table('clients.tsv'), report);
    followNames(table('names.tsv'), report);
    followExchange(table('exchange.tsv'), report);
    followLines(table('lines.tsv'), report);
    followErrors(table('errors.tsv'), report);
    followPipe(table('pipe.tsv'), open, report);
    followWindow(table('window.tsv'), report);
  }
  if (!file && mode === 'node') {
    const isNode = ({ pipe }) => pipe === 'node';
    followPipe(table('pipe.tsv').filter(isNode), open, report);
  }
  if (!file && mode === 'node') await followExchangeInNode(table('exchange.tsv'), report);
  if (!file && mode === 'node') await followLinesInNode(table('lines.tsv'), report);
  if (!file && mode === 'node') followErrorsInNode(table('errors.tsv'), report);
  return end();
}

process.exitCode = await main(...process.argv.slice(2));
