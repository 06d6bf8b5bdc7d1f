// The progress of one job, followed in two ways: server-sent events and polling. And what
// becomes of events that a client doesn't read.
//
//   node book/node/progress.mjs                          against its own server
//   node book/node/progress.mjs http://127.0.0.1:3300    against the primer's, in Rust
//
// book/node/progress.out is what it printed, against its own server.

import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

const STEP = 20; // milliseconds for one percent
let [percent, started] = [0, 0];
const now = () => (started ? Math.min(100, Math.floor((Date.now() - started) / STEP)) : 0);
const event = (id) => `id: ${id}\ndata: ${id} %\n\n`;

// ANCHOR: server
const server = http.createServer((request, response) => {
  started ||= Date.now();
  if (request.url === '/poll') return response.end(String(now()));
  if (request.url === '/flood') return flood(response);
  let seen = Number(request.headers['last-event-id'] ?? 0);
  if (seen >= 100) return response.writeHead(204).end();
  response.setHeader('Content-Type', 'text/event-stream');
  response.setHeader('Cache-Control', 'no-cache');
  const timer = setInterval(() => {
    percent = now();
    // Without room, wait: the newest progress is the one that counts.
    if (percent === seen) return;
    if (response.writableNeedDrain) return;
    response.write(event((seen = percent)));
    if (seen === 100) response.end();
  }, STEP);
  response.on('close', () => clearInterval(timer));
});
// ANCHOR_END: server

/** Writes events for as long as the kernel takes them, and then as many again. */
async function flood(response) {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  let count = 0;
  const write = (events) => {
    for (let end = count + events; count < end; count += 1) response.write(event(10));
  };
  for (let quiet = 0; quiet < 10; ) {
    if (response.writableNeedDrain) quiet += 1;
    else {
      quiet = 0;
      write(1000);
    }
    await wait(20);
  }
  console.log(`a client that doesn't read: ${count} events written before the stream says "wait"`);
  write(count);
  console.log(`written in spite of that: ${count} events; in the process: ${Math.round(response.writableLength / 1024)} KiB`);
  response.destroy();
  server.emit('flooded');
}

// ANCHOR: client
/** Follows the job until `last` percent, as an EventSource would. */
async function follow(url, seen, last) {
  const headers = { 'Last-Event-ID': String(seen) };
  const response = await fetch(url, { headers });
  if (response.status === 204) return { status: 204, seen };
  let [text, events, bytes] = ['', 0, 0];
  const decoder = new TextDecoderStream();
  for await (const chunk of response.body.pipeThrough(decoder)) {
    text += chunk;
    bytes += chunk.length;
    const blocks = text.split('\n\n');
    text = blocks.pop(); // the last one may not be complete
    for (const block of blocks) {
      const id = /^id: (\d+)$/m.exec(block);
      if (!id) continue; // a comment: the heartbeat
      seen = Number(id[1]);
      events += 1;
    }
    if (seen >= last) break; // closes the connection
  }
  return { events, bytes, seen };
}
// ANCHOR_END: client

/** Asks until the job is done, over one connection, and counts what it costs. */
async function poll(url) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  for (let requests = 1; ; requests += 1) {
    const request = http.get(url, { agent });
    const [response] = await once(request, 'response');
    let text = '';
    for await (const chunk of response) text += chunk;
    const { bytesRead, bytesWritten } = request.socket;
    if (text === '100') {
      agent.destroy();
      return { requests, bytes: bytesRead + bytesWritten };
    }
    await wait(4 * STEP);
  }
}

console.log(`EventSource: ${typeof EventSource}, WebSocket: ${typeof WebSocket}`);
let base = process.argv[2];
if (!base) {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  base = `http://127.0.0.1:${server.address().port}`;
}
const polling = poll(`${base}/poll`);
const first = await follow(`${base}/progress`, 0, 40);
console.log(`the connection is lost at about 40 %`);
const second = await follow(`${base}/progress`, first.seen, 100);
console.log(`server-sent events: ${first.events + second.events} events, ${first.bytes + second.bytes} bytes, the last one says ${second.seen} %`);
console.log(`once more: ${(await follow(`${base}/progress`, 100, 100)).status}`);
const { requests, bytes } = await polling;
console.log(`polling: ${requests} requests, ${bytes} bytes in both directions`);
if (!process.argv[2]) {
  const client = net.connect(server.address().port, '127.0.0.1');
  client.pause();
  client.write('GET /flood HTTP/1.1\r\nHost: here\r\n\r\n');
  await once(server, 'flooded');
  client.destroy();
  server.close();
  server.closeAllConnections();
}
