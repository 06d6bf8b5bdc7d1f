// What Node.js does where a program says nothing, asked of Node.js itself.
//
//   node book/node/defaults.mjs     prints the answers
//
// book/node/defaults.out is what Node.js 24 printed, and defaults.26.out is Node.js 26.

import http from 'node:http';
import net from 'node:net';
import { Readable } from 'node:stream';

const server = http.createServer((_request, response) => {
  console.log(`a response's high-water mark: ${response.writableHighWaterMark} bytes`);
  response.end();
});

/** How far a stream reads ahead of a consumer that takes one chunk and then sleeps. */
async function readAhead() {
  let reads = 0;
  const source = new Readable({
    read() {
      reads += 1;
      this.push(Buffer.alloc(4096));
    },
  });
  const chunks = source[Symbol.asyncIterator]();
  await chunks.next();
  await new Promise(setImmediate);
  console.log(
    `for await took 1 chunk of 4096 bytes: ${reads} were read, ` +
      `${source.readableLength} bytes wait`,
  );
  await chunks.return();
}

console.log(`Node.js ${process.version}`);
console.log(`a name with several addresses: each is tried in turn, ` +
  `for ${net.getDefaultAutoSelectFamilyAttemptTimeout()} ms ` +
  `(autoSelectFamily ${net.getDefaultAutoSelectFamily()})`);
console.log(`allowHalfOpen: net ${net.createServer().allowHalfOpen}, http ${server.allowHalfOpen}`);
console.log(`headersTimeout: ${server.headersTimeout} ms`);
console.log(`requestTimeout: ${server.requestTimeout} ms`);
console.log(`keepAliveTimeout: ${server.keepAliveTimeout} ms, ` +
  `and keepAliveTimeoutBuffer: ${server.keepAliveTimeoutBuffer} ms`);
console.log(`timeout of a quiet socket: ${server.timeout} ms`);
console.log(`maxConnections: ${server.maxConnections ?? 'no limit'}`);
console.log(`maxHeaderSize: ${http.maxHeaderSize} bytes`);
console.log(`noDelay: ${server.noDelay}`);
await new Promise((listening) => server.listen(0, listening));
const { port } = server.address();
await fetch(`http://127.0.0.1:${port}/`);
await readAhead();
server.close();
server.closeAllConnections();
const { DatabaseSync } = await import('node:sqlite');
const rows = new DatabaseSync(':memory:').prepare('SELECT 1');
console.log(`node:sqlite: rows one by one, with a ${typeof rows.iterate}`);
