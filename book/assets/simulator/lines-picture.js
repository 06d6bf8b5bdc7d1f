// How the framing simulator looks at one moment: the bytes so far, what is held, and what
// both readers have returned.
(() => {
  'use strict';
  const { models, pictures, steps } = flatMemory;

  const ROWS = 8;
  const defaults = { cut: '5' };
  // The three lines that were written.
  const WRITTEN = models.lines.TEXT.split('\r\n').slice(0, -1).join('|');

  const seen = (text) => text.replaceAll('\r', '\\r').replaceAll('\n', '\\n');
  const quoted = (lines) => lines.map((line) => `“${seen(line)}”`).join(' ');
  const bytes = (count) => (count === 1 ? '1\u00a0byte' : `${count}\u00a0bytes`);

  function compute(settings) {
    return { moments: models.lines.run(models.lines.TEXT, settings.cut) };
  }

  function verdict(moments, name) {
    const made = moments.flatMap((moment) => moment[name]);
    return made.join('|') === WRITTEN ? 'the three lines' : `${made.length} strings, and not the three lines`;
  }

  function sentence(moments, at) {
    const { piece, lines, buffer, isTruncated } = moments[at - 1];
    if (piece === '') {
      const end = isTruncated
        ? `The input ends in the middle of a line, so “${seen(buffer)}” is an error.`
        : `The end of input. The first reader returned ${verdict(moments, 'lines')}.`;
      return `${end} The second one returned ${verdict(moments, 'wrong')}.`;
    }
    const got = `Read ${at} returned ${bytes(piece.length)}`;
    const held = buffer === '' ? 'nothing is left over' : `“${seen(buffer)}” stays in the buffer`;
    if (lines.length === 0) return `${got} without a line feed, so ${held}.`;
    return `${got} with ${lines.length === 1 ? 'a line feed' : `${lines.length} line feeds`}: the first reader `
      + `returns ${quoted(lines)}, and ${held}.`;
  }

  function tell({ moments }, at) {
    const now = moments[at - 1] ?? { piece: '', buffer: '' };
    const before = moments.slice(0, Math.max(0, at - 1)).map(({ piece }) => piece).join('');
    const all = moments.map(({ piece }) => piece).join('');
    const { start, shown, states } = steps(moments, at, ROWS, (moment) => moment === now);
    return {
      lines: {},
      texts: {
        before: seen(before),
        now: seen(now.piece),
        rest: seen(all.slice(before.length + now.piece.length)),
        buffer: now.buffer === '' ? 'nothing' : `“${seen(now.buffer)}”`,
      },
      rows: shown.map((moment, index) => {
        if (!moment) return ['', '', '', ''];
        const { piece, lines, wrong, isTruncated } = moment;
        const end = isTruncated ? 'error: truncated' : 'end of input';
        return [
          start + index + 1,
          piece === '' ? '0 bytes' : seen(piece),
          piece === '' ? end : quoted(lines) || '–',
          quoted(wrong) || 'end of input',
        ];
      }),
      states,
      sentence: at > 0 ? sentence(moments, at) : '',
    };
  }

  // Reads that return a line, and the end.
  function events({ moments }) {
    return moments.flatMap(({ lines, piece }, index) => (lines.length > 0 || piece === '' ? [index + 1] : []));
  }

  const length = ({ moments }) => moments.length;
  pictures.lines = { ROWS, defaults, compute, length, tell, events };
})();
