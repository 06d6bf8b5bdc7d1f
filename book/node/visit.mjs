// A server that greets, and a client that visits it twice.
//
//   node book/node/visit.mjs

import { once } from 'node:events';
import net from 'node:net';
import { text } from 'node:stream/consumers';

// ANCHOR: serve
async function greet(socket) {
  let name = '';
  for await (const chunk of socket.iterator({ destroyOnReturn: false }))
    name += chunk;
  console.log(`server: ${name} is here`);
  socket.end(`Hello, ${name}.`);
}

const server = net.createServer({ allowHalfOpen: true }, greet);
// ANCHOR_END: serve

// ANCHOR: ask
async function visit(port, name) {
  const socket = net.connect(port, '127.0.0.1');
  socket.end(name);
  return text(socket);
}
// ANCHOR_END: ask

server.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address();
console.log(`client: ${await visit(port, 'Ada')}`);
console.log(`client: ${await visit(port, 'Grace')}`);
server.close();
