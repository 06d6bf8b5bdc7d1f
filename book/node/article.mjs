// A download server as many articles show it, and what a client gets from it.
//
//   node book/node/article.mjs

import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

const LENGTH = 1024 * 1024;
const folder = await mkdtemp(path.join(tmpdir(), 'article-'));
let file = path.join(folder, 'largefile.zip');
let source;

// ANCHOR: serve
const server = http.createServer(async (req, res) => {
  if (req.url !== '/download') {
    res.writeHead(404).end('Not found\n');
    return;
  }
  try {
    res.setHeader('Content-Type', 'application/octet-stream');
    source = createReadStream(file);
    await pipeline(source, res);
  } catch {
    res.statusCode = 500;
    res.end('Something went wrong\n');
  }
});
// ANCHOR_END: serve

/** What a client sees of one answer. */
async function answer(method, target) {
  const { port } = server.address();
  const req = http.request({ port, method, path: target, agent: false }).end();
  try {
    const [res] = await once(req, 'response');
    let length = 0;
    for await (const chunk of res) length += chunk.length;
    const promised = res.headers['content-length'] ?? 'none';
    return `${res.statusCode}, ${length} bytes, Content-Length: ${promised}`;
  } catch (error) {
    return `no answer: ${error.code}`;
  }
}

async function ask(method, target = '/download') {
  source = undefined;
  const answered = await answer(method, target);
  // A client of HEAD is content before the server has read it all.
  if (source && !source.closed) await once(source, 'close');
  const read = source ? `; ${source.bytesRead} bytes were read` : '';
  console.log(`${method} ${target}: ${answered}${read}`);
}

server.listen(0);
await once(server, 'listening');
await writeFile(file, Buffer.alloc(LENGTH));
await ask('GET');
await ask('HEAD');
await ask('GET', '/download?x=1');
await ask('POST');
file = path.join(folder, 'missing.zip');
console.log('without the file:');
await ask('GET');
server.close();
await rm(folder, { recursive: true });
