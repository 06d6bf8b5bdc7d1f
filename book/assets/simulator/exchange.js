// A reader of HTTP/1.1 responses (RFC 9112) that takes bytes in any pieces, and one that
// takes each piece for a message. Text stands for bytes, a letter for each.
//
// book/traces/exchange.tsv has a row for each piece; its cuts are those of the lab.
(() => {
  'use strict';

  const REQUEST = 'GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n';
  const BODY = 'Hello,\r\nworld!\r\n';
  const head = (field) => `HTTP/1.1 200 OK\r\n${field}\r\n\r\n`;
  const RESPONSES = {
    length: head('Content-Length: 16') + BODY,
    chunked: `${head('Transfer-Encoding: chunked')}6\r\nHello,\r\na\r\n\r\nworld!\r\n\r\n0\r\n\r\n`,
    short: head('Content-Length: 8') + BODY,
    long: head('Content-Length: 20') + BODY,
  };

  const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
  const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

  // The ends of the pieces: a number is so many bytes, 'line' a line, 'whole' all, and
  // 'after 9' cuts in two.
  function cut(text, how) {
    const two = Number(/^after (\d+)$/.exec(how)?.[1]);
    const isEnd = (at) => {
      if (how === 'line') return text[at - 1] === '\n';
      return two ? at === two : at % Number(how) === 0;
    };
    const pieces = [];
    let from = 0;
    for (let at = 1; at <= text.length; at += 1) {
      if (at < text.length && !isEnd(at)) continue;
      pieces.push(text.slice(from, at));
      from = at;
    }
    return pieces;
  }

  class Reader {
    constructor() { this.begin(); }

    // A message, and then the next one on the same connection.
    begin() {
      this.state = 'status line';
      this.fields = [];
      this.body = '';
      this.need = 0;
      this.line = '';
    }

    // What one read() returned; '' is the end of the connection.
    take(piece) {
      if (piece === '') this.close();
      for (const byte of piece) {
        if (this.error) return;
        if (this.state === 'done') {
          this.first ??= this.body;
          this.begin();
        }
        this.step(byte);
      }
    }

    step(byte) {
      if (['body by length', 'body until close', 'chunk data'].includes(this.state)) {
        this.body += byte;
        this.need -= 1;
        if (this.need === 0) this.state = this.state === 'chunk data' ? 'chunk end' : 'done';
        return;
      }
      this.line += byte;
      if (byte !== '\n') return;
      const line = this.line.slice(0, -2);
      if (!this.line.endsWith('\r\n') || line.includes('\r')) this.fail('a line without CR LF');
      else this.ended(line);
      this.line = '';
    }

    ended(line) {
      if (this.state === 'status line') {
        const status = /^HTTP\/1\.\d (\d{3}) /.exec(line)?.[1];
        if (!status) return this.fail('no status line');
        this.status = Number(status);
        this.state = 'field lines';
      } else if (this.state === 'chunk size') {
        // Hexadecimal; an extension after ; is ignored. 12 digits are exact here.
        const size = /^([0-9a-f]+)[\t ]*(;.*)?$/i.exec(line)?.[1].replace(/^0+(?=.)/, '');
        if (!size || size.length > 12) return this.fail('no chunk size');
        this.need = parseInt(size, 16);
        this.state = this.need > 0 ? 'chunk data' : 'trailer';
      } else if (this.state === 'chunk end') {
        if (line !== '') return this.fail('bytes after a chunk');
        this.state = 'chunk size';
      } else if (line !== '') {
        const colon = line.indexOf(':');
        const [name, value] = [line.slice(0, colon), line.slice(colon + 1)];
        if (colon < 0 || !TOKEN.test(name) || !VALUE.test(value)) return this.fail('no field line');
        if (this.state === 'field lines') {
          this.fields.push([name.toLowerCase(), value.replace(/^[\t ]+|[\t ]+$/g, '')]);
        }
      } else {
        if (this.state === 'field lines') this.frame();
        else this.state = 'done';
      }
    }

    // RFC 9112, section 6.3, for the response to a GET.
    frame() {
      const all = (name) => this.fields.filter(([one]) => one === name)
        .flatMap(([, value]) => value.split(/[\t ]*,[\t ]*/));
      const codings = all('transfer-encoding');
      const lengths = new Set(all('content-length'));
      if (this.status < 200) return this.begin();
      if (this.status === 204 || this.status === 304) this.state = 'done';
      else if (codings.length > 0) {
        if (lengths.size > 0) return this.fail('a length beside a coding');
        const isChunked = codings.length === 1 && codings[0].toLowerCase() === 'chunked';
        if (!isChunked) return this.fail('an unknown coding');
        this.state = 'chunk size';
      } else if (lengths.size > 0) {
        const [length] = lengths;
        const isNumber = /^\d+$/.test(length) && Number(length) <= Number.MAX_SAFE_INTEGER;
        if (lengths.size > 1 || !isNumber) return this.fail('no length');
        this.need = Number(length);
        this.state = this.need > 0 ? 'body by length' : 'done';
      } else {
        this.state = 'body until close';
      }
    }

    close() {
      if (this.state === 'body until close') this.state = 'done';
      // Between two messages it is an end in order.
      const isBetween = this.state === 'status line' && this.line === '' && this.first !== undefined;
      if (!this.error && this.state !== 'done' && !isBetween) this.fail('the connection closed too early');
    }

    fail(error) {
      this.error = error;
      this.state = 'error';
    }
  }

  // The belief: one read() is one response. What it makes of a piece.
  function oneRead(piece) {
    const status = /^HTTP\/1\.\d (\d{3}) /.exec(piece)?.[1];
    const end = piece.indexOf('\r\n\r\n');
    if (!status) return { error: 'no status' };
    if (end < 0) return { error: 'no end of the head' };
    return { status: Number(status), body: piece.slice(end + 4) };
  }

  // A moment for each read: `piece`, the right reader's state, body and error after it,
  // and what the wrong reader makes of it until it breaks. At the end, a reader that is
  // still waiting sees the connection close.
  function run(text, how) {
    const reader = new Reader();
    const moments = [];
    let isBroken = false;
    const read = (piece) => {
      reader.take(piece);
      const { state, status, need, error, line, first } = reader;
      const wrong = isBroken || piece === '' ? null : oneRead(piece);
      isBroken ||= Boolean(wrong?.error);
      const isNext = first !== undefined;
      const body = first ?? reader.body;
      moments.push({ piece, state, status, body, need, error, line, isNext, wrong });
    };
    for (const piece of cut(text, how)) read(piece);
    if (!['done', 'error'].includes(reader.state)) read('');
    return moments;
  }

  globalThis.flatMemory ??= { models: {}, pictures: {} };
  flatMemory.models.exchange = { REQUEST, RESPONSES, BODY, cut, run };
})();
