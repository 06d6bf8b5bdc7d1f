// A server of HTTP/0.9 in Node.js, and how bytes arrive at it.
//
//   node book/node/connections.mjs              serves on port 4003
//   node book/node/connections.mjs --measure    counts writes and reads
//
// The measurement tells what one write becomes at the other side. The numbers are of
// one run on one machine: nothing in them is promised.

import { once } from 'node:events';
import net from 'node:net';

const page = (name) => (name === '/hello' ? 'Hello over a connection.\n' : 'Nothing.\n');

// ANCHOR: answer
function answer(socket) {
  let head = '';
  const finish = () => {
    const name = head.split(/\s/)[1];
    if (socket.writable) socket.end(page(name));
  };
  socket.on('data', (piece) => {
    head += piece;
    if (/\r?\n\r?\n/.test(head)) finish();
  });
  socket.on('end', finish);
  socket.on('error', console.log);
}
// ANCHOR_END: answer

// ANCHOR: serve
function serve(port) {
  const options = { allowHalfOpen: true };
  const server = net.createServer(options, answer);
  server.maxConnections = 100;
  return server.listen(port, '127.0.0.1');
}
// ANCHOR_END: serve

/** Writes the pieces to a server that counts what arrives. */
async function arrivals(pieces) {
  const lengths = [];
  const server = net.createServer((socket) => {
    socket.on('data', (data) => lengths.push(data.length));
    socket.on('end', () => server.close());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const socket = net.connect(server.address().port, '127.0.0.1');
  socket.setNoDelay(true);
  await once(socket, 'connect');
  for (const piece of pieces) socket.write(piece);
  socket.end();
  await once(server, 'close');
  return lengths;
}

/** Connects one client more than a server takes; nothing is sent. */
async function oneTooMany() {
  const server = net.createServer(() => {});
  server.maxConnections = 1;
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const connect = () => net.connect(server.address().port, '127.0.0.1').resume();
  const first = connect();
  await once(first, 'connect');
  const second = connect();
  await once(second, 'close');
  first.destroy();
  server.close();
}

async function measure() {
  const lines = ['one\n', 'two\n', 'three\n'];
  console.log(`3 writes of ${lines.map((line) => line.length)} bytes: reads of ${await arrivals(lines)}`);
  const large = Buffer.alloc(200_000);
  console.log(`1 write of ${large.length} bytes: reads of ${await arrivals([large])}`);
  await oneTooMany();
  console.log('maxConnections = 1: the second client is closed');
}

if (process.argv[2] === '--measure') {
  await measure();
} else {
  serve(4003);
  console.log('Listening on 127.0.0.1:4003');
}
