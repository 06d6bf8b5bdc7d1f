// A server that takes one read for one request, and what a cut makes of it.
//
//   node book/node/one-read.mjs

import { once } from 'node:events';
import net from 'node:net';

// ANCHOR: serve
const server = net.createServer((socket) => {
  socket.on('data', (data) => {
    // Works on every developer's machine.
    const [line] = data.toString().split('\r\n');
    const whole = line.endsWith(' HTTP/1.1');
    const status = whole ? 200 : 400;
    socket.end(`HTTP/1.1 ${status} \r\n\r\n`);
  });
});
// ANCHOR_END: serve

server.on('connection', (socket) => {
  socket.on('data', (data) => server.emit('reading', data.length));
});

async function ask(name, pieces) {
  const socket = net.connect(server.address().port, '127.0.0.1');
  const answered = once(socket, 'data');
  const read = once(server, 'reading');
  socket.write(pieces[0]);
  const [[length], [answer]] = await Promise.all([read, answered]);
  // The rest would come now; this server has answered already.
  const status = answer.toString().split(' ')[1];
  console.log(`${name}: the first read brings ${length} bytes, the response is ${status}`);
  socket.destroy();
}

const request = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
server.listen(0, '127.0.0.1');
await once(server, 'listening');
await ask('in one chunk', [request]);
await ask('cut after byte 7', [request.slice(0, 7), request.slice(7)]);
server.close();
