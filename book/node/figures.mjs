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

const { pictures } = globalThis.flatMemory;
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
function controls({ defaults }, { title, presets, inputs }) {
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
    '</div>',
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
      ['sim-naive', 'Ignores the answer (solid)', 'ignores', texts.ignores],
      ['sim-streamed', 'Waits for <code>drain</code> (dashed)', 'waits', texts.waits],
      ['sim-limit', '<code>highWaterMark</code> (dotted)', 'mark', texts.mark],
    ]),
    '<figcaption>Both producers get the same answers, and every chunk is accepted. The one that '
      + 'ignores <code>false</code> passes the mark and goes on. The one that waits stops at the '
      + 'mark and begins again at zero.</figcaption>',
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
      ['sim-limit', 'Memory there is (dotted)', 'limit', texts.limit],
    ]),
    '<figcaption>The lines are the model: clients × file against clients × buffer. The points are '
      + `real servers, recorded with <code>${escape(measured.command)}</code>. The streamed server `
      + `needed ${each.toFixed(1)} MiB for each client, the model ${model.toFixed(1)} MiB: `
      + 'connections and tasks take room too, and the allocator keeps some of what was freed.'
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
          label: 'Memory there is',
          options: [[256, '256 MiB'], [512, '512 MiB'], [1024, '1 GiB'], [2048, '2 GiB']],
        },
        {
          name: 'policy',
          label: 'Without room',
          options: [['accept', 'accept all the same'], ['refuse', 'refuse, with 503'],
            ['wait', 'let them wait']],
        },
      ],
    }),
    '</sim-clients>',
  ];
}

function main(mode) {
  const figures = { 'figures/buffer.html': buffer(), 'figures/clients.html': clients() };
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
