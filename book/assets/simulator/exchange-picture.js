// What the simulator "One exchange, byte by byte" draws and says. No page here: texts and
// cells come from a run and a read in it.
(() => {
  'use strict';
  const { models, pictures, steps } = flatMemory;
  const { BODY, RESPONSES, run } = models.exchange;
  // Rows in the page. Of a longer run, the last ones are shown.
  const ROWS = 9;

  const defaults = { framing: 'length', cut: 7, place: 9 };

  // The two bytes at the end of a line, as they are written in code.
  const seen = (text) => text.replaceAll('\r', '\\r').replaceAll('\n', '\\n');
  const lines = (text) => seen(text).replaceAll('\\n', '\\n\n');
  const bytes = (count) => (count === 1 ? '1\u00a0byte' : `${count}\u00a0bytes`);

  function compute(settings) {
    const { framing, cut, place } = settings;
    const text = RESPONSES[framing];
    const how = cut === 'two' ? `after ${Math.min(place, text.length - 1)}` : cut;
    return { settings, text, moments: run(text, how) };
  }

  function right({ state, need, line, error, isNext, status, body }) {
    const where = isNext ? `next response: ${state}` : state;
    if (error) return `${isNext ? 'next response: ' : ''}error, ${error}`;
    if (state === 'done') return `done: ${status}, ${bytes(body.length)}`;
    if (line !== '') return `${where}, “${seen(line)}” so far`;
    return need > 0 ? `${where}, ${need} to come` : where;
  }

  function wrong({ piece, wrong: made }) {
    if (!made) return piece === '' ? '–' : 'broken before';
    if (made.error) return `breaks: ${made.error}`;
    return `${made.status}, ${bytes(made.body.length)}: ${made.body === BODY ? 'right, by luck' : 'wrong'}`;
  }

  // Nothing has been read.
  const START = { piece: '', state: 'status line', line: '', need: 0 };

  function sentence({ text, moments }, at) {
    const moment = moments[at - 1];
    const { piece, state, error, need, status, body, isNext } = moment;
    if (piece === '') {
      return `The server closes: read() returns 0. ${need > 0 ? bytes(need) : 'Bytes'} are missing, `
        + 'so the response is incomplete, and the reader reports it.';
    }
    const read = `Read ${at} returned ${bytes(piece.length)}`;
    if (error && isNext) {
      return `${read}. The length was too short: after ${bytes(body.length)}, the reader takes the rest of `
        + 'the body for the next response, which has no status line.';
    }
    if (state === 'done') {
      return `${read}, and the response is complete: ${status}, ${bytes(body.length)} of body. `
        + 'It would be the same with any other cut.';
    }
    const got = moments.slice(0, at).map((one) => one.piece).join('').length;
    if (got === text.length) {
      return `${read}. Nothing else comes, but ${bytes(need)} more were promised, so the reader waits.`;
    }
    const broke = moment.wrong?.error ? ' The other reader took this for a whole response.' : '';
    return `${read}. The reader is at “${state}” and reads on.${broke}`;
  }

  function tell(told, at) {
    const { text, moments } = told;
    const now = moments[at - 1] ?? START;
    const before = moments.slice(0, Math.max(0, at - 1)).map(({ piece }) => piece).join('');
    const { start, shown, states } = steps(moments, at, ROWS, (moment) => moment === now);
    const broke = moments.findIndex(({ wrong: made }) => made?.error) + 1;
    const isBroken = broke > 0 && broke <= at;
    return {
      lines: {},
      texts: {
        before: lines(before),
        now: lines(now.piece),
        rest: lines(text.slice(before.length + now.piece.length)),
        right: right(now),
        wrong: isBroken
          ? `broke at read ${broke}, ${moments[broke - 1].wrong.error}`
          : wrong(moments.findLast(({ wrong: made }, index) => made && index < at) ?? START),
      },
      current: now.state,
      rows: shown.map((moment, index) => {
        if (!moment) return ['', '', '', ''];
        const { piece } = moment;
        const returned = piece === '' ? '0: closed' : `${piece.length}:\u00a0${seen(piece)}`;
        return [start + index + 1, returned, right(moment), wrong(moment)];
      }),
      states,
      sentence: at > 0 ? sentence(told, at) : '',
    };
  }

  // The reads that are worth a word: where the wrong reader breaks, and where the right
  // one is done, or finds a mistake.
  function events({ moments }) {
    const isEvent = ({ wrong: made, error, state }) => made?.error || error || state === 'done';
    return moments.flatMap((moment, index) => (isEvent(moment) ? [index + 1] : []));
  }

  const length = ({ moments }) => moments.length;
  pictures.exchange = { ROWS, defaults, compute, length, tell, events };
})();
