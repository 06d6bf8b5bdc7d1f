// Two readers of lines from a stream: one searches its buffer, and one takes each read for
// a line. Text stands for bytes, a letter for each.
//
// book/traces/lines.tsv has a row for each read.
(() => {
  'use strict';

  const TEXT = 'GET /a\r\nGET /b\r\nGET /c\r\n';

  // The reads: so many bytes each, 'line' up to each line feed, 'cr' up to each carriage
  // return, 'whole' all of them at once, 'open' all but the last line feed.
  function cut(text, how) {
    const ends = { line: '\n', cr: '\r' }[how];
    const pieces = [];
    let from = 0;
    const sent = how === 'open' ? text.slice(0, -1) : text;
    for (let at = 1; at <= sent.length; at += 1) {
      const isEnd = ends ? sent[at - 1] === ends : at % Number(how) === 0;
      if (at < sent.length && !isEnd) continue;
      pieces.push(sent.slice(from, at));
      from = at;
    }
    return pieces;
  }

  // What each read makes of the two readers; the last one finds the end of input.
  function run(text, how) {
    let buffer = '';
    const moments = [];
    for (const piece of cut(text, how)) {
      buffer += piece;
      const lines = buffer.split('\n');
      buffer = lines.pop();
      moments.push({
        piece,
        lines: lines.map((line) => line.replace(/\r$/, '')),
        buffer,
        wrong: [piece.trim()],
      });
    }
    // In the middle of a line, the end is an error.
    moments.push({ piece: '', lines: [], buffer, wrong: [], isTruncated: buffer !== '' });
    return moments;
  }

  flatMemory.models.lines = { TEXT, cut, run };
})();
