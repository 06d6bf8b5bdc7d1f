// What the simulator "The buffer that never says stop" draws and says. No page here:
// lines, texts and cells come from a run and a moment in it.
(() => {
  'use strict';
  const { models, pictures } = flatMemory;
  const { LENGTH, run } = models.buffer;
  // The picture ends at 2 MiB, for all settings.
  const TOP = 2048;
  const ROWS = Array.from({ length: 10 }, (_, index) => (index + 1) * (LENGTH / 10));

  const size = (kib) => (kib < 1024 ? `${kib}\u00a0KiB` : `${(kib / 1024).toFixed(1)}\u00a0MiB`);
  const times = (count) => ['never', 'once'][count] ?? `${count} times`;

  function compute(settings) {
    return { settings, ignores: run(settings, false), waits: run(settings, true) };
  }

  // The level as stairs: down when the client takes, up when the producer writes.
  function stairs(moments, at) {
    let path = `M0 ${TOP}`;
    let height = 0;
    for (const { time, low, level } of moments.slice(1, at + 1)) {
      if (low !== height || level !== low) path += `H${time}`;
      if (low !== height) path += `V${TOP - low}`;
      if (level !== low) path += `V${TOP - level}`;
      height = level;
    }
    return `${path}H${at}`;
  }

  function sentence({ settings, ignores, waits }, at) {
    const { produce, consume, mark } = settings;
    const moments = settings.waits ? waits : ignores;
    const { level, most, falses, drains } = moments[at];
    const after = `After ${at}\u00a0ms`;
    if (at > 0 && falses === 1 && moments[at - 1].falses === 0) {
      const then = settings.waits ? 'and the producer waits' : 'and the producer keeps writing';
      return `${after}, write() returns false for the first time: ${size(level)} in memory, `
        + `mark ${size(mark)}. The chunk is accepted anyway, ${then}.`;
    }
    if (settings.waits) {
      return `${after}, the producer that waits holds ${size(level)}, and held ${size(most)} at `
        + `most. It got false ${times(falses)}, and drain ${times(drains)}.`;
    }
    const told = `${after}, the producer that ignores the return value holds ${size(level)}. `
      + (falses > 0 ? `It got false ${times(falses)}.` : 'Every return value was true.');
    const surplus = produce - consume;
    if (surplus <= 0) return `${told} The client keeps up, so nothing piles up.`;
    const seconds = Math.round((1024 * 1024) / surplus / 1000);
    return `${told} Every millisecond adds ${surplus}\u00a0KiB: 1\u00a0GiB after ${seconds} seconds.`;
  }

  function tell(told, at) {
    const { settings, ignores, waits } = told;
    const one = ignores[at];
    const other = waits[at];
    const beyond = one.level > TOP ? `▲ the solid line is at ${size(one.level)}` : '';
    return {
      watched: settings.waits ? 'waits' : 'ignores',
      lines: {
        ignores: stairs(ignores, at),
        waits: stairs(waits, at),
        mark: `M0 ${TOP - settings.mark}H${LENGTH}`,
      },
      texts: {
        ignores: `${size(one.level)}, false: ${times(one.falses)}`,
        waits: `${size(other.level)}, at most ${size(other.most)}`,
        mark: size(settings.mark),
        beyond,
      },
      rows: ROWS.map((time) => {
        if (time > at) return [time, '–', '–', '–', '–'];
        const [a, b] = [ignores[time], waits[time]];
        return [time, size(a.level), a.falses, size(b.level), b.drains];
      }),
      sentence: sentence(told, at),
    };
  }

  // The moments that are worth a word: the first false, the first drain, the end.
  function events({ settings, ignores, waits }) {
    const moments = settings.waits ? waits : ignores;
    const first = (name) => moments.findIndex((moment) => moment[name] > 0);
    return [first('falses'), first('drains')].filter((at) => at > 0);
  }

  const defaults = { produce: 64, consume: 16, mark: 256, chunk: 64, waits: false };
  pictures.buffer = { defaults, compute, length: () => LENGTH, tell, events };
})();
