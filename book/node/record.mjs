// The programs of this folder whose output the book shows, and what they print.
//
//   node book/node/record.mjs            runs them and writes book/node/*.out
//   node book/node/record.mjs --check    runs them and compares with what is recorded
//
// Outputs are recorded on the first of the lines below. A program that prints something
// else on another line has a recording of its own there, such as buffers.26.out. With a
// version of no line, or one that is older than its line's recording, `--check` says that
// it skips, and succeeds.
//
// Words must be the same. Figures of memory and of sockets differ from run to run and
// from machine to machine: there a figure may be off by the share that stands here.
// book/measured/node.json has the peaks that pages show as figures.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// The lines of Node.js that the book supports.
const LINES = [24, 26];
const MEMORY = { share: 0.35, plus: 15 };
const EXACT = { share: 0, plus: 0 };
const PROGRAMS = [
  { name: 'buffers', flags: ['--expose-gc'], versioned: true, figures: MEMORY, apart: [26] },
  { name: 'text', versioned: true, figures: EXACT },
  { name: 'watermark', versioned: true, figures: EXACT },
  { name: 'defaults', versioned: true, figures: EXACT, apart: [26] },
  // How much one read brings is the kernel's choice.
  { name: 'connections', words: ['--measure'], figures: { share: 1, plus: 65536 } },
  { name: 'one-read', figures: EXACT },
  { name: 'visit', figures: EXACT },
  // A busy machine adds to every wait.
  { name: 'latency', figures: { share: 1, plus: 500 } },
  // Times, on a machine of any speed.
  { name: 'choose', flags: ['--expose-gc', '--no-warnings'], versioned: true, figures: { share: 3, plus: 5000 } },
  // What the kernel takes, and how punctual a timer is.
  { name: 'progress', figures: { share: 3, plus: 5000 } },
  { name: 'article', figures: EXACT },
  { name: 'http2', figures: EXACT },
  { name: 'mark', figures: EXACT },
  { name: 'gone', figures: EXACT },
  { name: 'pipe', versioned: true, figures: EXACT },
  { name: 'gzip', versioned: true, figures: EXACT },
  { name: 'transform', figures: EXACT },
  { name: 'generators', figures: EXACT },
  { name: 'uppercase', figures: EXACT },
  { name: 'calls', figures: EXACT },
  { name: 'web', figures: EXACT },
  { name: 'naive', words: ['--measure'], figures: MEMORY, peaks: true },
  { name: 'streamed', words: ['--measure'], figures: MEMORY, peaks: true },
  { name: 'ignored', words: ['--measure'], figures: MEMORY, peaks: true },
];

const at = (file) => new URL(`../${file}`, import.meta.url);

function run({ name, flags = [], words = [] }) {
  const script = fileURLToPath(at(`node/${name}.mjs`));
  // None takes longer than seconds; one that serves would never end.
  const options = { encoding: 'utf8', timeout: 120_000 };
  return execFileSync(process.execPath, [...flags, script, ...words], options);
}

/** Without its first line where that is the version of Node.js. */
const body = (text, { versioned }) => (versioned ? text.replace(/^.*\n/, '') : text);

/** What is different, in words; nothing where all is well. */
function difference(recorded, printed, { share, plus }) {
  const [was, is] = [recorded, printed].map((text) => text.trimEnd().split('\n'));
  for (let line = 0; line < Math.max(was.length, is.length); line += 1) {
    const [before, now] = [was[line] ?? '', is[line] ?? ''];
    // Columns move when a figure gets another digit.
    const words = (text) => text.replace(/\d+/g, '#').replace(/ +/g, ' ');
    const figures = (text) => (text.match(/\d+/g) ?? []).map(Number);
    const others = figures(now);
    const near = figures(before).every((figure, place) =>
      Math.abs(figure - others[place]) <= figure * share + plus);
    // The parts of a stream come in as many reads as the kernel likes.
    const split = share === 1 && words(before).replace(/#(,#)+/, '#') === words(now).replace(/#(,#)+/, '#');
    if (split || (words(before) === words(now) && near)) continue;
    return `recorded: ${before}\n  printed:  ${now}`;
  }
  return undefined;
}

/** The peaks in what `--measure` prints, by load. */
function peaks(printed) {
  const names = ['one_client', 'eight_clients', 'one_client_512'];
  const figures = [...printed.matchAll(/peak (\d+) MiB/g)].map((match) => Number(match[1]));
  return Object.fromEntries(names.map((name, place) => [name, figures[place]]));
}

/** Where the output of a program is recorded for this line. */
const recording = ({ name, apart = [] }) =>
  apart.includes(line) ? `${name}.${line}.out` : `${name}.out`;

const check = process.argv[2] === '--check';
/** The numbers of a version, such as 24, 21 and 0. */
const numbers = (version) => version.match(/\d+/g).map(Number);
const [line, minor] = numbers(process.version);

function skip(others) {
  const why = `this is Node.js ${process.version}, and the outputs are those of Node.js ${others}`;
  console.log(check ? `skipped: ${why}` : `nothing is recorded: ${why}`);
  process.exit(check ? 0 : 1);
}

if (!LINES.includes(line)) skip(LINES.join(' and '));
// Defaults move within a line as well: the pool of Buffers grew in one of 24's releases.
const recorder = readFileSync(at(`node/${recording(PROGRAMS[0])}`), 'utf8').split(/\s/)[1];
if (check && minor < numbers(recorder)[1]) skip(recorder);
const isFirst = line === LINES[0];
const measured = { command: 'node book/node/record.mjs', node: process.version };
let different = 0;
for (const program of PROGRAMS) {
  const name = recording(program);
  // Whatever is the same on every line is recorded on the first one.
  if (!check && !isFirst && name === `${program.name}.out`) continue;
  const file = at(`node/${name}`);
  const printed = run(program);
  if (program.peaks) {
    const command = `node book/node/${program.name}.mjs --measure`;
    measured[program.name] = { command, ...peaks(printed) };
  }
  if (!check) {
    writeFileSync(file, printed);
    console.log(`book/node/${name}`);
    continue;
  }
  const recorded = body(readFileSync(file, 'utf8'), program);
  const what = difference(recorded, body(printed, program), program.figures);
  if (what) {
    different += 1;
    console.error(`book/node/${name}\n  ${what}`);
  }
}
if (check) {
  console.log(`${PROGRAMS.length - different} outputs agree, ${different} do not`);
  process.exitCode = different ? 1 : 0;
} else if (isFirst) {
  writeFileSync(at('measured/node.json'), `${JSON.stringify(measured, null, 2)}\n`);
}
