// Two downloads over one HTTP/2 connection, and a client that reads only one of them.
//
//   node book/node/http2.mjs     prints how far each of them got
//
// book/node/http2.out is what it printed.

import { once } from 'node:events';
import http2 from 'node:http2';

const server = http2.createServer();
server.on('stream', (stream) => {
  stream.on('error', () => {}); // one of them is canceled
  stream.respond();
  stream.end(Buffer.alloc(1024 * 1024));
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');

// ANCHOR: client
const { port } = server.address();
const client = http2.connect(`http://127.0.0.1:${port}`);
const unread = client.request({ ':path': '/unread' });
const read = client.request({ ':path': '/read' });
await once(unread, 'response'); // nobody reads what follows

let bytes = 0;
for await (const chunk of read) bytes += chunk.length;
console.log(`the stream that is read: ${bytes} bytes`);
console.log(`the one that is not: ${unread.readableLength} bytes`);
// ANCHOR_END: client

client.destroy();
server.close();
