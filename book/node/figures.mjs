// Draws the simulators' figures as they stand in the page before anybody plays: from
// the same models and words as the simulators themselves.
//
//   node book/node/figures.mjs            writes book/figures/*.html
//   node book/node/figures.mjs --check    says whether they are up to date
//
// The fragments have no blank line, because Markdown would end the HTML there.

import { readFileSync, writeFileSync } from 'node:fs';

import '../assets/simulator/writable.js';
import '../assets/simulator/buffer.js';
import '../assets/simulator/clients.js';
import '../assets/simulator/buffer-picture.js';
import '../assets/simulator/clients-picture.js';
import '../assets/simulator/steps.js';
import '../assets/simulator/names.js';
import '../assets/simulator/names-picture.js';
import '../assets/simulator/exchange.js';
import '../assets/simulator/exchange-picture.js';
import '../assets/simulator/errors.js';
import '../assets/simulator/errors-picture.js';
import '../assets/simulator/lines.js';
import '../assets/simulator/lines-picture.js';
import '../assets/simulator/pipe.js';
import '../assets/simulator/pipe-picture.js';
import '../assets/simulator/window.js';
import '../assets/simulator/window-picture.js';

const { models, pictures } = globalThis.flatMemory;
const at = (file) => new URL(`../${file}`, import.meta.url);
const escape = (text) =>
  String(text).replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

const settings = (change) => escape(JSON.stringify(change));

function slider({ name, label, unit, min, max, step = 1 }, value) {
  return `<label><span>${label}</span> <input type="range" name="${name}" min="${min}" `
    + `max="${max}" step="${step}" value="${value}"> <span class="sim-value">`
    + `<output aria-live="off">${value}</output>${unit ? ` ${unit}` : ''}</span></label>`;
}

function choice({ name, label, options }, value) {
  const listed = options.map(([key, text]) =>
    `<option value="${key}"${key === value ? ' selected' : ''}>${text}</option>`);
  return `<label><span>${label}</span> <select name="${name}">${listed.join('')}</select></label>`;
}

function check({ name, label }) {
  return `<label class="sim-check"><input type="checkbox" name="${name}"> `
    + `<span>${label}</span></label>`;
}

/** The controls, in the same order for every simulator. */
function controls({ defaults }, { title, presets, actions = [], inputs }) {
  const input = (one) => {
    if (one.options) return choice(one, defaults[one.name]);
    return one.max ? slider(one, defaults[one.name]) : check(one);
  };
  return [
    `<div class="sim-controls" role="group" aria-label="${title}">`,
    '<div class="sim-buttons">',
    ...presets.map(([text, change]) =>
      `<button type="button" data-settings="${settings(change)}">${text}</button>`),
    '</div>',
    '<div class="sim-buttons">',
    '<button type="button" data-do="step">Step</button>',
    '<button type="button" data-do="run" data-pause="Pause">Run</button>',
    '<button type="button" data-do="reset">Reset</button>',
    '<label>Speed <select data-do="speed">',
    ...[0.25, 0.5, 1, 2, 4].map((speed) =>
      `<option value="${speed}"${speed === 1 ? ' selected' : ''}>${speed}×</option>`),
    '</select></label>',
    '<button type="button" data-do="share">Link to this</button>',
    '</div>',
    ...(actions.length > 0 ? ['<div class="sim-buttons">'] : []),
    ...actions.map(([text, action]) =>
      `<button type="button" data-act="${settings(action)}">${text}</button>`),
    ...(actions.length > 0 ? ['</div>'] : []),
    '<div class="sim-inputs">',
    ...inputs.map(input),
    '</div>',
    '</div>',
  ];
}

function plot({ label, lines, viewBox, y, x, corner }) {
  return [
    '<div class="sim-plot">',
    `<div class="sim-y" aria-hidden="true">${y.map((text) => `<span>${text}</span>`).join('')}</div>`,
    `<svg viewBox="${viewBox}" preserveAspectRatio="none" role="img" aria-label="${escape(label)}">`,
    ...lines.map(([name, path, kind]) =>
      `<path class="sim-line ${kind}" data-line="${name}" d="${path}"/>`),
    '</svg>',
    ...(corner === undefined ? [] : [`<div class="sim-beyond" data-text="beyond">${corner}</div>`]),
    `<div class="sim-x" aria-hidden="true">${x.map((text) => `<span>${text}</span>`).join('')}</div>`,
    '</div>',
  ];
}

function legend(entries) {
  const piece = (kind, path) => `<path class="sim-line ${kind}" d="${path}"/>`;
  const swatch = (kind) => {
    const pieces = kind === 'sim-dots'
      ? piece('sim-dots sim-round', 'M7 5h0') + piece('sim-dots sim-square', 'M21 5h0')
      : piece(kind, 'M0 5H28');
    return `<svg viewBox="0 0 28 10" aria-hidden="true">${pieces}</svg>`;
  };
  return [
    '<ul class="sim-legend">',
    ...entries.map(([kind, words, name, text]) =>
      `<li>${swatch(kind)}<span>${words}: <span data-text="${name}">${escape(text)}</span></span></li>`),
    '</ul>',
  ];
}

function table(columns, rows) {
  const row = (cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  return [
    '<details class="sim-table"><summary>Show as table</summary>',
    `<table><thead><tr>${columns.map((name) => `<th scope="col">${name}</th>`).join('')}</tr></thead>`,
    '<tbody>',
    ...rows.map(row),
    '</tbody></table></details>',
  ];
}

function buffer() {
  const picture = pictures.buffer;
  const run = picture.compute(picture.defaults);
  const told = picture.tell(run, picture.length(run));
  const { lines, texts } = told;
  return [
    `<sim-buffer class="sim" data-picture="buffer" data-watched="${told.watched}">`,
    '<figure>',
    '<p class="sim-title">Bytes in one <code>Writable</code>, over 100 milliseconds</p>',
    ...plot({
      label: told.sentence,
      viewBox: '0 0 100 2048',
      y: ['2 MiB', '1 MiB', '0'],
      x: ['0', '50 ms', '100 ms'],
      corner: texts.beyond,
      lines: [
        ['mark', lines.mark, 'sim-limit'],
        ['ignores', lines.ignores, 'sim-naive'],
        ['waits', lines.waits, 'sim-streamed'],
      ],
    }),
    ...legend([
      ['sim-naive', 'Ignores the return value (solid)', 'ignores', texts.ignores],
      ['sim-streamed', 'Waits for <code>drain</code> (dashed)', 'waits', texts.waits],
      ['sim-limit', '<code>highWaterMark</code> (dotted)', 'mark', texts.mark],
    ]),
    '<figcaption>Both producers get the same return values, and every chunk is accepted. The one that '
      + 'ignores <code>false</code> keeps writing past the mark. The one that waits stops at the '
      + 'mark, and continues when the buffer is empty.</figcaption>',
    ...table(
      ['Time in ms', 'Ignores: in memory', 'Ignores: <code>false</code> so far',
        'Waits: in memory', 'Waits: <code>drain</code> so far'],
      told.rows,
    ),
    '</figure>',
    `<p class="sim-status" role="status">${escape(told.sentence)}</p>`,
    ...controls(picture, {
      title: 'Simulator: the buffer that never says stop',
      presets: [
        ['Slow client', {}],
        ['Balanced', { produce: 32, consume: 32 }],
        ['Bigger mark', { mark: 1024 }],
        ['Mark below a chunk', { mark: 16, waits: true }],
      ],
      inputs: [
        { name: 'produce', label: 'Disk gives', unit: 'KiB per ms', min: 1, max: 128 },
        { name: 'consume', label: 'Client takes', unit: 'KiB per ms', min: 1, max: 128 },
        { name: 'mark', label: '<code>highWaterMark</code>', unit: 'KiB', min: 16, max: 2032, step: 16 },
        { name: 'chunk', label: 'Chunk', unit: 'KiB', min: 16, max: 256, step: 16 },
        { name: 'waits', label: 'Watch the producer that waits for <code>drain</code>' },
      ],
    }),
    '</sim-buffer>',
  ];
}

function clients() {
  const measured = JSON.parse(readFileSync(at('measured/clients.json'), 'utf8'));
  const recorded = {
    naive: measured.peak_mib['chapter-5'],
    streamed: measured.peak_mib['chapter-8'],
  };
  const picture = pictures.clients;
  const run = picture.compute(picture.defaults, recorded);
  const told = picture.tell(run, picture.length(run));
  const { lines, texts } = told;
  const counts = Object.keys(recorded.streamed).map(Number);
  const [few, many] = [Math.min(...counts), Math.max(...counts)];
  const { chunk, depth } = picture.defaults;
  const model = (chunk * depth) / 1024;
  const each = (recorded.streamed[many] - recorded.streamed[few]) / (many - few);
  return [
    `<sim-clients class="sim" data-picture="clients" data-recorded="${settings(recorded)}">`,
    '<figure>',
    '<p class="sim-title">Memory of two servers, for 1 to 100 slow clients</p>',
    ...plot({
      label: told.sentence,
      viewBox: '0 0 100 2048',
      y: ['2 GiB', '1 GiB', '0'],
      x: ['0', '50 clients', '100 clients'],
      lines: [
        ['limit', lines.limit, 'sim-limit'],
        ['naive', lines.naive, 'sim-naive'],
        ['streamed', lines.streamed, 'sim-streamed'],
        ['naive-recorded', lines['naive-recorded'], 'sim-dots sim-round'],
        ['streamed-recorded', lines['streamed-recorded'], 'sim-dots sim-square'],
      ],
    }),
    ...legend([
      ['sim-naive', 'Naive (solid)', 'naive', texts.naive],
      ['sim-streamed', 'Streamed (dashed)', 'streamed', texts.streamed],
      ['sim-dots', 'Recorded', 'recorded', texts.recorded],
      ['sim-limit', 'Memory of the machine (dotted)', 'limit', texts.limit],
    ]),
    '<figcaption>The lines are the model: clients × file against clients × buffer. The points are '
      + `real servers, recorded with <code>${escape(measured.command)}</code>. The streamed server `
      + `needed ${each.toFixed(1)} MiB for each client, the model ${model.toFixed(1)} MiB: `
      + 'connections and tasks need memory too, and the allocator keeps some of what was freed.'
      + '</figcaption>',
    ...table(
      ['Clients', 'Naive, model (MiB)', 'Naive, recorded (MiB)',
        'Streamed, model (MiB)', 'Streamed, recorded (MiB)'],
      told.rows,
    ),
    '</figure>',
    `<p class="sim-status" role="status">${escape(told.sentence)}</p>`,
    ...controls(picture, {
      title: 'Simulator: 100 slow clients',
      presets: [
        ['100 slow clients', {}],
        ['512 MiB of memory', { limit: 512 }],
        ['Refuse the rest', { limit: 512, policy: 'refuse' }],
        ['Let the rest wait', { limit: 512, policy: 'wait' }],
      ],
      inputs: [
        { name: 'clients', label: 'Clients', min: 1, max: 100 },
        { name: 'file', label: 'File', unit: 'MiB', min: 1, max: 64 },
        { name: 'chunk', label: 'Chunk', unit: 'KiB', min: 16, max: 256, step: 16 },
        { name: 'depth', label: 'Buffer for each', unit: 'chunks', min: 1, max: 32 },
        {
          name: 'limit',
          label: 'Memory of the machine',
          options: [[256, '256 MiB'], [512, '512 MiB'], [1024, '1 GiB'], [2048, '2 GiB']],
        },
        {
          name: 'policy',
          label: 'Too many clients',
          options: [['accept', 'accept anyway'], ['refuse', 'refuse, with 503'],
            ['wait', 'let them wait']],
        },
      ],
    }),
    '</sim-clients>',
  ];
}

const signs = (text) =>
  escape(text).replace(/(?:\\[rn])+/g, '<span class="sim-signs">$&</span>').replaceAll('\n', '&#10;');
const states = (told) => (index) => ` data-state="${told.states[index]}"`;
const arrows = (path) =>
  `<svg viewBox="0 0 96 16" aria-hidden="true"><path class="sim-line" ${path}/></svg>`;

/** What each actor knows: the three that keep, and the three servers that do not. */
function knowledge({ lines, texts }) {
  const text = (name) => `<span data-text="${name}">${texts[name]}</span>`;
  const bar = (name) => '<svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">'
    + `<path class="sim-line" data-line="${name}" d="${lines[name]}"/></svg>`;
  const kept = (actor) => ['www', 'wwww'].map((name) => text(`${name}-${actor}`) + bar(`${name}-${actor}`));
  const rows = [
    ['browser', ...kept(0)],
    ['system', ...kept(1)],
    [`resolver<small>${text('zones')}</small>`, ...kept(2)],
    ['root<small>knows a server of org</small>', '–', '–'],
    ['org<small>knows a server of example.org</small>', '–', '–'],
    ['example.org<small>decides, and has no cache</small>', text('truth'), 'no such name'],
  ];
  return [
    '<table class="sim-rows sim-known"><thead><tr><th scope="col">Who</th>'
      + '<th scope="col">www.<wbr>example.org</th><th scope="col">wwww.<wbr>example.org, a typo</th></tr></thead>',
    '<tbody>',
    ...rows.map(([who, www, wwww], index) => `<tr><th scope="row"><b aria-hidden="true">${index + 1}</b> `
      + `${who}</th><td>${www}</td><td>${wwww}</td></tr>`),
    '</tbody></table>',
  ];
}

function names() {
  const picture = pictures.names;
  const run = picture.compute(picture.defaults);
  const told = picture.tell(run, picture.length(run));
  const { lines, texts } = told;
  const state = states(told);
  const cell = (name, index) => `<td data-text="${name}-${index}">${escape(texts[`${name}-${index}`])}</td>`;
  const row = (_, index) => `<tr${state(index)}>${cell('time', index)}`
    + `<td class="sim-lanes" aria-hidden="true">${arrows(`data-line="lane-${index}" d="${lines[`lane-${index}`]}"`)}</td>`
    + `${cell('parties', index)}${cell('message', index)}</tr>`;
  return [
    '<sim-names class="sim" data-picture="names">',
    '<figure>',
    `<p class="sim-title">Who knows what at <span data-text="clock">${texts.clock}</span></p>`,
    ...knowledge(told),
    `<p class="sim-status" role="status">${escape(told.sentence)}</p>`,
    ...controls(picture, {
      title: 'Simulator: who knows the address?',
      presets: [
        ['The server moves', {}],
        ['Ask once', { story: ['www'] }],
        ['A typo', { story: ['wwww', 'wwww', 60, 'wwww'] }],
        ['Don’t keep it', { ttl: 0, story: ['www', 'www'] }],
      ],
      actions: [
        ['Ask for www', 'www'],
        ['Ask for wwww', 'wwww'],
        ['30 s later', 30],
        ['5 min later', 300],
        ['Move the server', 'move'],
      ],
      inputs: [{
        name: 'ttl',
        label: 'TTL of the address',
        options: [[0, '0: don’t keep it'], [30, '30 s'], [300, '300 s']],
      }],
    }),
    '<p class="sim-title">Message by message</p>',
    '<table class="sim-rows sim-steps"><thead><tr><th scope="col">Time</th>'
      + '<td class="sim-lanes" aria-hidden="true"><span>1</span><span>2</span><span>3</span>'
      + '<span>4</span><span>5</span><span>6</span></td>'
      + '<th scope="col">From → to</th><th scope="col">Says</th></tr></thead>',
    '<tbody>',
    ...told.states.map(row),
    '</tbody></table>',
    '<figcaption>The server moves: the first question takes ten messages, and the second one none. '
      + 'After the move at 60 s, caches still give out the old address. At 300 s its TTL has ended, '
      + 'so somebody asks again, and the new address arrives. Nobody tells the caches about a move.'
      + '</figcaption>',
    '</figure>',
    '</sim-names>',
  ];
}

function exchange() {
  const picture = pictures.exchange;
  const run = picture.compute(picture.defaults);
  const told = picture.tell(run, picture.length(run));
  const state = states(told);
  const shown = (text) => signs(text.replaceAll('\r', '\\r').replaceAll('\n', '\\n'));
  const text = (name) => `<span data-text="${name}">${signs(told.texts[name])}</span>`;
  const row = (cells, index) =>
    `<tr${state(index)}>${cells.map((cell) => `<td>${signs(cell)}</td>`).join('')}</tr>`;
  const parts = ['status line', 'field lines', 'body by length', 'chunk size', 'chunk data',
    'chunk end', 'trailer', 'done', 'error'];
  const part = (name) =>
    `<li data-is="${name}" aria-current="${name === told.current ? 'step' : 'false'}">${name}</li>`;
  return [
    '<sim-exchange class="sim" data-picture="exchange">',
    '<figure>',
    '<p class="sim-title">One request, and the bytes of its response</p>',
    `<p class="sim-bytes">${shown(models.exchange.REQUEST)}</p>`,
    `<p class="sim-bytes">${['before', 'now', 'rest'].map(text).join('')}</p>`,
    `<ol class="sim-states" aria-label="Where the reader is">${parts.map(part).join('')}</ol>`,
    '<ul class="sim-legend">',
    `<li><span>Reads until the message ends: ${text('right')}</span></li>`,
    `<li><span>Takes each read for a message: ${text('wrong')}</span></li>`,
    '</ul>',
    `<p class="sim-status" role="status">${escape(told.sentence)}</p>`,
    ...controls(picture, {
      title: 'Simulator: one exchange, byte by byte',
      presets: [
        ['7 bytes', {}],
        ['Whole', { cut: 'whole' }],
        ['Chunked', { framing: 'chunked' }],
        ['Length too short', { framing: 'short' }],
        ['Length too long', { framing: 'long' }],
      ],
      inputs: [
        {
          name: 'framing',
          label: 'The response says',
          options: [['length', 'Content-Length: 16'], ['chunked', 'chunked'],
            ['short', 'Content-Length: 8, too short'], ['long', 'Content-Length: 20, too long']],
        },
        {
          name: 'cut',
          label: 'A read returns',
          options: [[1, '1 byte'], [7, '7 bytes'], ['line', 'a line'], ['whole', 'everything at once'],
            ['two', 'two parts, cut below']],
        },
        { name: 'place', label: 'Two parts: cut after byte', min: 1, max: 54 },
      ],
    }),
    '<table class="sim-rows sim-steps"><thead><tr><th scope="col">Read</th>'
      + '<th scope="col">It returned</th><th scope="col">Reads until the end</th>'
      + '<th scope="col">Takes each read for a message</th></tr></thead>',
    '<tbody>',
    ...told.rows.map(row),
    '</tbody></table>',
    '<figcaption>Cut after every 7 bytes, the response takes eight reads. The first reader keeps '
      + 'a line until it’s complete, counts the bytes of the body, and is done after read 8. The '
      + 'second one takes the first 7 bytes for a response, and finds no status in them.</figcaption>',
    '</figure>',
    '</sim-exchange>',
  ];
}

function errors() {
  const picture = pictures.errors;
  const run = picture.compute(picture.defaults);
  const told = picture.tell(run, picture.length(run));
  const titles = ['by hand', '<code>pipe</code>', '<code>pipeline</code>', 'chapter 9’s pipeline'];
  const text = (name) => `<td data-text="${name}">${escape(told.texts[name])}</td>`;
  const row = (title, index) => `<tr><th scope="row">${title}</th>`
    + ['source', 'stage', 'destination', 'told'].map((name) => text(`${name}-${index}`)).join('') + '</tr>';
  return [
    '<sim-errors class="sim" data-picture="errors">',
    '<figure>',
    '<p class="sim-title">One error, in four wirings of the same three streams</p>',
    '<table class="sim-rows sim-errors"><thead><tr><th scope="col">Wired</th><th scope="col">Source</th>'
      + '<th scope="col">Stage</th><th scope="col">Destination</th><th scope="col">Who is told</th></tr></thead>',
    '<tbody>',
    ...titles.map(row),
    '</tbody></table>',
    '<figcaption>An error in the stage: by hand and with <code>pipe</code>, nobody is told, and files '
      + 'stay open. The two pipelines destroy all three streams, and one place learns why.</figcaption>',
    '</figure>',
    `<p class="sim-status" role="status">${escape(told.sentence)}</p>`,
    ...controls(picture, {
      title: 'Simulator: an error travels through a pipeline',
      presets: [
        ['The stage fails', {}],
        ['The source fails', { fault: 'source' }],
        ['The destination leaves', { fault: 'destination' }],
      ],
      inputs: [{
        name: 'fault',
        label: 'What fails',
        options: [['source', 'the source'], ['stage', 'the stage'], ['destination', 'the destination']],
      }],
    }),
    '</sim-errors>',
  ];
}

function lines() {
  const picture = pictures.lines;
  const run = picture.compute(picture.defaults);
  const told = picture.tell(run, picture.length(run));
  const state = states(told);
  const text = (name) => `<span data-text="${name}">${signs(told.texts[name])}</span>`;
  const row = (cells, index) =>
    `<tr${state(index)}>${cells.map((cell) => `<td>${signs(String(cell))}</td>`).join('')}</tr>`;
  return [
    '<sim-lines class="sim" data-picture="lines">',
    '<figure>',
    '<p class="sim-title">Three lines on their way through <code>read</code></p>',
    `<p class="sim-bytes">${['before', 'now', 'rest'].map(text).join('')}</p>`,
    '<ul class="sim-legend">',
    `<li><span>In the first reader’s buffer: ${text('buffer')}</span></li>`,
    '</ul>',
    `<p class="sim-status" role="status">${escape(told.sentence)}</p>`,
    ...controls(picture, {
      title: 'Simulator: lines out of a stream',
      presets: [
        ['5 bytes', {}],
        ['1 line', { cut: 'line' }],
        ['Between CR and LF', { cut: 'cr' }],
        ['All at once', { cut: 'whole' }],
        ['The end is missing', { cut: 'open' }],
      ],
      inputs: [{
        name: 'cut',
        label: 'A read returns',
        options: [['3', '3 bytes'], ['5', '5 bytes'], ['12', '12 bytes'], ['line', 'up to a line feed'],
          ['cr', 'up to a carriage return'], ['whole', 'everything'], ['open', 'all but the last byte']],
      }],
    }),
    '<table class="sim-rows sim-steps"><thead><tr><th scope="col">Read</th>'
      + '<th scope="col">It returned</th><th scope="col">Searches its buffer</th>'
      + '<th scope="col">Takes a read for a line</th></tr></thead>',
    '<tbody>',
    ...told.states.map((_, index) => row(told.rows[index], index)),
    '</tbody></table>',
    '<figcaption>With 5 bytes a read, the first reader returns the three lines, and the second one '
      + 'five strings that nobody sent. If each read happens to end with a line, both are right, which '
      + 'is why the mistake survives its tests.</figcaption>',
    '</figure>',
    '</sim-lines>',
  ];
}

function pipe() {
  const picture = pictures.pipe;
  const run = picture.compute(picture.defaults);
  const told = picture.tell(run, picture.length(run));
  const { lines, texts } = told;
  const text = (name) => `<span data-text="${name}">${escape(texts[name])}</span>`;
  const pipes = [
    ['node', 'sim-naive', '<code>Writable</code> of Node.js (solid)'],
    ['channel', 'sim-streamed', '<code>mpsc::channel</code> (dashed)'],
    ['queue', 'sim-other', 'chapter 7’s queue (dots and dashes)'],
  ];
  const row = ([name, kind, title]) => '<tr><th scope="row">'
    + `<svg viewBox="0 0 60 10" aria-hidden="true"><path class="sim-line ${kind}" d="M0 5H60"/></svg>${title}</th>`
    + `<td>${text(`counts-${name}`)}</td><td>${text(`level-${name}`)}</td>`
    + `<td>${text(`producer-${name}`)}</td></tr>`;
  return [
    '<sim-pipe class="sim" data-picture="pipe">',
    '<figure>',
    '<p class="sim-title">What waits in three pipes, over 200 turns</p>',
    ...plot({
      label: told.sentence,
      viewBox: '0 0 200 200',
      y: ['1 GiB', '1 MiB', '1 KiB'],
      x: ['0', '100 turns', '200 turns'],
      lines: [
        ['mark', lines.mark, 'sim-limit'],
        ...pipes.map(([name, kind]) => [name, lines[name], kind]),
      ],
    }),
    '<table class="sim-rows sim-pipes"><thead><tr><th scope="col">Pipe</th><th scope="col">Counts</th>'
      + '<th scope="col">In it now</th><th scope="col">Its producer</th></tr></thead>',
    '<tbody>',
    ...pipes.map(row),
    '</tbody></table>',
    '<figcaption>In each turn, the producer has a chunk. In every fourth, the destination takes one. '
      + 'With chunks of 1 MiB, 100 messages are 100 MiB. The pipes that count bytes hold one chunk, '
      + 'far above their mark, because a mark is a threshold and the chunk that passes it is accepted. '
      + `Half of the height is a factor of 1024. The thin dotted line is the mark, ${text('mark')}.`
      + '</figcaption>',
    ...table(['Turn', '<code>Writable</code>', 'Channel', 'Queue'], told.rows),
    '</figure>',
    `<p class="sim-status" role="status">${escape(told.sentence)}</p>`,
    ...controls(picture, {
      title: 'Simulator: same pipe, two cultures',
      presets: [
        ['Chunks of 1 MiB', {}],
        ['64 KiB', { chunk: 64 }],
        ['1 KiB', { chunk: 1 }],
        ['channel(1)', { capacity: 1 }],
        ['Nobody listens', { listens: false }],
      ],
      inputs: [
        {
          name: 'chunk',
          label: 'Size of a chunk',
          options: [[1, '1 KiB'], [64, '64 KiB'], [1024, '1 MiB']],
        },
        {
          name: 'mark',
          label: 'Mark, where bytes count',
          options: [[16, '16 KiB'], [64, '64 KiB'], [256, '256 KiB'], [4096, '4 MiB']],
        },
        { name: 'capacity', label: 'Capacity of the channel', unit: 'messages', min: 1, max: 128 },
        { name: 'listens', label: 'The producers listen (if not: no drain, an unbounded channel, an ignored return value)' },
      ],
    }),
    '</sim-pipe>',
  ];
}

function pathOfBytes() {
  const picture = pictures.window;
  const run = picture.compute(picture.defaults);
  const told = picture.tell(run, picture.length(run));
  const { lines, texts } = told;
  const text = (name) => `<span data-text="${name}">${escape(texts[name])}</span>`;
  const bar = (name) => '<svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">'
    + `<path class="sim-line" data-line="${name}" d="${lines[name]}"/></svg>`;
  const stages = [
    ['file', 'on the server’s disk', text('file'), '–'],
    ['your queue', 'you choose its mark', text('queue') + bar('queue'), text('most-queue')],
    ['hyper’s buffer', 'you can choose it', text('hyper') + bar('hyper'), text('most-hyper')],
    ['send buffer', 'the server’s kernel', text('send') + bar('send'), text('most-send')],
    ['on the way', 'a copy stays in the send buffer', text('flight'), text('window')],
    ['receive buffer', 'the client’s kernel', text('arrived') + bar('arrived'), text('most-arrived')],
    ['client’s program', text('client'), text('read'), '–'],
  ];
  const events = ['The client stops', 'The window is 0', 'A write has to wait',
    'hyper stops asking', 'The producer waits'];
  const order = (name, index) => `<tr><th scope="row">${name}</th>`
    + `${told.rows[index].map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  return [
    '<sim-window class="sim" data-picture="window">',
    '<figure>',
    '<p class="sim-title">One download, and where its bytes are</p>',
    '<table class="sim-rows sim-stages"><thead><tr><th scope="col">Stage</th>'
      + '<th scope="col">Holds now</th><th scope="col">Room in all</th></tr></thead>',
    '<tbody>',
    ...stages.map(([name, owner, now, most]) =>
      `<tr><th scope="row">${name}<small>${owner}</small></th><td>${now}</td><td>${most}</td></tr>`),
    `<tr><th scope="row">between file and program</th><td>${text('between')}</td><td>${text('owned')}</td></tr>`,
    '</tbody></table>',
    `<p class="sim-status" role="status">${escape(told.sentence)}</p>`,
    ...controls(picture, {
      title: 'Simulator: where do the bytes hide?',
      presets: [
        ['The client stops', {}],
        ['Small sockets', { kernel: 'small', takes: 0 }],
        ['hyper’s default', { buffer: 408 }],
        ['Slow client', { takes: 16, stops: 120, kernel: 'middle' }],
      ],
      inputs: [
        { name: 'takes', label: 'The client takes', unit: 'KiB in a turn', min: 0, max: 64, step: 4 },
        { name: 'stops', label: 'It stops after turn', min: 0, max: 120, step: 5 },
        {
          name: 'kernel',
          label: 'Socket buffers',
          options: [['small', 'set to 4 KiB each'], ['middle', 'set to 64 KiB each'],
            ['linux', 'Linux, on its own']],
        },
        { name: 'buffer', label: 'hyper’s buffer', options: [[64, '64 KiB'], [408, '408 KiB, the default']] },
        {
          name: 'mark',
          label: 'Mark of your queue',
          options: [[64, '64 KiB'], [256, '256 KiB'], [1024, '1 MiB']],
        },
      ],
    }),
    '<p class="sim-title">What happens first</p>',
    '<table class="sim-rows sim-order"><thead><tr><th scope="col">Event</th><th scope="col">Turn</th>'
      + '<th scope="col">Read from the file</th><th scope="col">Written</th>'
      + '<th scope="col">The client has</th></tr></thead>',
    '<tbody>',
    ...events.map(order),
    '</tbody></table>',
    '<figcaption>The client takes 448 KiB and stops. One stage after the other fills, beginning at the '
      + 'client’s end. For 64 more turns, the server’s writes succeed: 4.6 MiB, ten times what the '
      + 'client has. Your own stages notice last, and they’re the small ones.</figcaption>',
    ...table(
      ['Turn', 'Queue (KiB)', 'hyper (KiB)', 'Send (KiB)', 'Receive (KiB)', 'Program (KiB)'],
      told.rows.slice(events.length),
    ),
    '</figure>',
    '</sim-window>',
  ];
}

function main(mode) {
  const figures = {
    'figures/buffer.html': buffer(),
    'figures/clients.html': clients(),
    'figures/names.html': names(),
    'figures/exchange.html': exchange(),
    'figures/errors.html': errors(),
    'figures/lines.html': lines(),
    'figures/pipe.html': pipe(),
    'figures/window.html': pathOfBytes(),
  };
  let stale = 0;
  for (const [file, lines] of Object.entries(figures)) {
    const html = `${lines.join('\n')}\n`;
    if (mode !== '--check') {
      writeFileSync(at(file), html);
      console.log(`wrote book/${file}`);
      continue;
    }
    let there = '';
    try { there = readFileSync(at(file), 'utf8').replaceAll('\r\n', '\n'); } catch {}
    if (there === html) continue;
    stale += 1;
    console.error(`book/${file} is not what the models give: node book/node/figures.mjs`);
  }
  if (mode === '--check' && stale === 0) console.log('the figures are up to date');
  return stale > 0 ? 1 : 0;
}

process.exitCode = main(process.argv[2]);
