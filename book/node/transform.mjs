// A Transform that is fit for production: lines out of bytes, split anywhere.
//
//   node book/node/transform.mjs

import { Readable, Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { StringDecoder } from 'node:string_decoder';

// ANCHOR: lines
/** Bytes in, lines out: strings without their line feed. */
class Lines extends Transform {
  #decoder = new StringDecoder('utf8');
  #rest = '';
  #longest;

  constructor({ longest = 65_536 } = {}) {
    // The high-water mark counts lines here, and not their bytes.
    super({ readableObjectMode: true });
    this.#longest = longest;
  }

  _transform(chunk, _encoding, done) {
    // The decoder keeps the first half of a split character.
    const text = this.#rest + this.#decoder.write(chunk);
    const lines = text.split('\n');
    this.#rest = lines.pop();
    const most = this.#longest;
    if ([...lines, this.#rest].some((line) => line.length > most)) {
      done(new RangeError(`a line has more than ${most} characters`));
      return;
    }
    for (const line of lines) this.push(line);
    done();
  }

  _flush(done) {
    const last = this.#rest + this.#decoder.end();
    if (last !== '') this.push(last);
    done();
  }
}
// ANCHOR_END: lines

/** Hands out `text` in chunks of `size` bytes, so that characters are split, too. */
function chunks(text, size) {
  const bytes = Buffer.from(text);
  const parts = [];
  for (let at = 0; at < bytes.length; at += size) parts.push(bytes.subarray(at, at + size));
  return Readable.from(parts);
}

const print = () =>
  new Writable({
    objectMode: true,
    write(line, _encoding, done) {
      console.log(`line: ${line}`);
      done();
    },
  });

await pipeline(chunks('first\nzweite, größer\nlast', 3), new Lines(), print());

const source = chunks('x'.repeat(1000), 100);
const sink = print();
try {
  await pipeline(source, new Lines({ longest: 200 }), sink);
} catch (error) {
  console.log(`${error.name}: ${error.message}`);
}
console.log(`source closed: ${source.destroyed}, sink closed: ${sink.destroyed}`);
