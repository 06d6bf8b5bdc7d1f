// The streamed download server in Node.js: `pipeline` reads when the client takes.
//
//   node book/node/streamed.mjs              serves largefile.zip on port 3000
//   node book/node/streamed.mjs --measure    peak memory; see serve.mjs

import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

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
    await pipeline(handle.createReadStream(), res);
  } catch (error) {
    if (res.headersSent) return;
    const status = error.code === 'ENOENT' ? 404 : 500;
    res.writeHead(status).end('No such file\n');
  }
}
// ANCHOR_END: download

await main(import.meta.url, download);
