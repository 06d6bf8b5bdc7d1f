// A server in Node.js that looks streamed: it reads in pieces, and ignores the answer
// of `write`. Every piece that the client has not taken waits in memory.
//
//   node book/node/ignored.mjs              serves largefile.zip on port 3000
//   node book/node/ignored.mjs --measure    peak memory; see serve.mjs

import { open } from 'node:fs/promises';

import { main } from './serve.mjs';

// ANCHOR: download
async function download(file, req, res) {
  try {
    const handle = await open(file);
    const { size } = await handle.stat();
    res.writeHead(200, {
      'Content-Type': 'application/octet-stream',
      'Content-Length': size,
    });
    const pieces = handle.createReadStream();
    pieces.on('data', (chunk) => res.write(chunk)); // no one looks
    pieces.on('end', () => res.end());
    pieces.on('error', () => res.destroy());
  } catch (error) {
    const status = error.code === 'ENOENT' ? 404 : 500;
    res.writeHead(status).end('No such file\n');
  }
}
// ANCHOR_END: download

await main(import.meta.url, download);
