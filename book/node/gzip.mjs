// gzip is slower than the read: how far does the read run ahead?
//
//   node book/node/gzip.mjs     prints the answer
//
// book/node/gzip.out is what it printed.

import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

const folder = mkdtempSync(join(tmpdir(), 'gzip-'));
const path = join(folder, 'file');
writeFileSync(path, randomBytes(24 * 1024 * 1024));

const file = createReadStream(path);
const gzip = createGzip({ level: 9 });
const nowhere = new Writable({ write: (chunk, _, done) => done() });
let [most, busy] = [0, true];
/** Looks at every turn of the loop. `bytesWritten` is what gzip's engine has taken. */
function look() {
  most = Math.max(most, file.bytesRead - gzip.bytesWritten);
  if (busy) setImmediate(look);
}
look();
await pipeline(file, gzip, nowhere);
busy = false;
console.log(`Node.js ${process.version}`);
console.log('24 MiB of random bytes, gzip level 9');
console.log(`at most ${most} bytes are read and not compressed`);
rmSync(folder, { recursive: true });
