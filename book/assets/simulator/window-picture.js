// What the simulator "Where do the bytes hide?" draws and says. No page here: bars, texts
// and cells come from a run and a turn in it.
(() => {
  'use strict';
  const { models, pictures } = flatMemory;
  const { ARROWS, FILE, LENGTH, run } = models.window;
  const ROWS = Array.from({ length: 10 }, (_, index) => (index + 1) * (LENGTH / 10));
  // What the kernels keep, in KiB: sent and not confirmed, arrived and not read.
  const KERNELS = {
    small: { send: 8, receive: 4 },
    middle: { send: 128, receive: 128 },
    linux: { send: 4096, receive: 128 },
  };

  const size = (kib) => (kib < 1024 ? `${kib}\u00a0KiB` : `${(kib / 1024).toFixed(1)}\u00a0MiB`);

  const defaults = { stops: 10, takes: 64, kernel: 'linux', buffer: 64, mark: 256 };

  function compute(settings) {
    const rules = { ...settings, ...KERNELS[settings.kernel] };
    return { settings: rules, moments: run(rules) };
  }

  const sent = ({ unsent, flight }) => unsent + flight;
  const owned = ({ queue, hyper }) => queue + hyper;
  const given = ({ file }) => FILE - file;
  const between = (moment) => given(moment) - moment.read;
  // What the server's kernel has accepted: all these writes have succeeded.
  const written = (moment) => given(moment) - owned(moment);

  const said = {
    network: () => 'the client has no more room, so its window is 0. Every write still succeeds.',
    write: (moment) => 'the send buffer is full, so a write has to wait. '
      + `${size(written(moment))} have been written, and the client’s program has ${size(moment.read)}.`,
    pull: () => 'hyper’s buffer is full, so it doesn’t ask for another chunk.',
    push: (moment) => 'the queue is at its mark, so the file isn’t read any further. '
      + `${size(between(moment))} are on the way, ${size(owned(moment))} of them in your process.`,
  };
  const short = {
    network: 'the window is 0',
    write: 'a write has to wait',
    pull: 'hyper doesn’t ask for another chunk',
    push: 'the producer waits',
  };

  function sentence({ moments }, at) {
    const moment = moments[at];
    const news = ARROWS.filter((arrow) => moment.stuck[arrow] === at);
    if (news.length === 1) return `Turn ${at}: ${said[news[0]](moment)}`;
    if (news.length > 1) {
      return `Turn ${at}, all at once: ${news.map((arrow) => short[arrow]).join('; ')}.`;
    }
    return `Turn ${at}: ${size(written(moment))} have been written, and the client’s program has `
      + `${size(moment.read)}. ${size(between(moment))} are between the file and the program, `
      + `${size(owned(moment))} of them in your process.`;
  }

  function tell(told, at) {
    const { settings, moments } = told;
    const { mark, buffer, send, receive, stops, takes } = settings;
    const now = moments[at];
    const stages = [
      ['queue', now.queue, mark],
      ['hyper', now.hyper, buffer],
      ['send', sent(now), send],
      ['arrived', now.arrived, receive],
    ];
    const lines = {};
    const texts = {
      file: `${size(now.file)} left`,
      flight: size(now.flight),
      window: `window ${size(now.window)}`,
      read: size(now.read),
      between: size(between(now)),
      owned: `${size(owned(now))} in your process`,
      client: takes > 0 && at <= stops ? 'reads' : 'reads nothing',
    };
    for (const [name, level, most] of stages) {
      lines[name] = level > 0 ? `M0 2H${Math.min(100, Math.round((level / most) * 100))}` : '';
      texts[name] = size(level) + (level >= most ? ', full' : '');
      texts[`most-${name}`] = size(most);
    }
    const row = (turn) => {
      if (turn === undefined || turn > at) return ['–', '–', '–', '–'];
      const moment = moments[turn];
      return [turn, size(given(moment)), size(written(moment)), size(moment.read)];
    };
    const stop = takes > 0 && stops < LENGTH ? stops : undefined;
    const cells = ({ queue, hyper, unsent, flight, arrived, read }) =>
      [queue, hyper, unsent + flight, arrived, read];
    return {
      lines,
      texts,
      rows: [
        ...[stop, ...ARROWS.map((arrow) => now.stuck[arrow])].map(row),
        ...ROWS.map((turn) => [turn, ...(turn > at ? Array(5).fill('–') : cells(moments[turn]))]),
      ],
      sentence: sentence(told, at),
    };
  }

  // The turns that are worth a word: where a stage has no room for the first time.
  function events({ moments }) {
    const { stuck } = moments.at(-1);
    return Object.values(stuck).sort((one, other) => one - other);
  }

  pictures.window = { KERNELS, defaults, compute, length: () => LENGTH, tell, events };
})();
