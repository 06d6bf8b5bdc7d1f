// The naive download server in Node.js: the whole file, and then the answer.
//
//   node book/node/naive.mjs              serves largefile.zip on port 3000
//   node book/node/naive.mjs --measure    peak memory; see serve.mjs

import { readFile } from 'node:fs/promises';

import { main } from './serve.mjs';

// ANCHOR: download
async function download(file, req, res) {
  try {
    const bytes = await readFile(file);
    res.writeHead(200, {
      'Content-Type': 'application/octet-stream',
      'Content-Length': bytes.length,
    });
    res.end(bytes);
  } catch (error) {
    const status = error.code === 'ENOENT' ? 404 : 500;
    res.writeHead(status).end('No such file\n');
  }
}
// ANCHOR_END: download

await main(import.meta.url, download);
