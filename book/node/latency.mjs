// What a request costs if the server is far away: round trips, before anything else.
//
//   node book/node/latency.mjs          40 ms in each direction
//   node book/node/latency.mjs 100      100 ms in each direction
//
// A relay stands between client and server, and delivers everything late. It can't delay
// TCP's own handshake, which the kernels have finished before any program sees the
// connection. So the relay greets each caller with one byte, a round trip later, and the
// client sends nothing before that byte.

import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import tls from 'node:tls';

const DELAY = Number(process.argv[2] ?? 40);
// Without `noDelay`, small writes would wait for each other, which is not the subject.
const LOCAL = { host: '127.0.0.1', noDelay: true };
const respond = (request, response) => response.end('hello\n');

// ANCHOR: relay
/** A relay to `target` that delivers every chunk DELAY ms late. */
function relay(target) {
  const late = (from, to) => {
    from.on('data', (data) => setTimeout(() => to.write(data), DELAY));
    from.on('end', () => setTimeout(() => to.end(), DELAY));
  };
  return net.createServer({ noDelay: true }, async (client) => {
    await wait(2 * DELAY);
    client.write('!'); // the handshake is over
    const server = net.connect({ ...LOCAL, port: target });
    late(client, server);
    late(server, client);
    for (const socket of [client, server])
      socket.on('error', () => {});
  });
}
// ANCHOR_END: relay

async function listen(server) {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server.address().port;
}

/** Connects through a relay, and waits for its greeting. */
async function connect(port) {
  const socket = net.connect({ ...LOCAL, port });
  await once(socket, 'readable');
  socket.read(1);
  return socket;
}

/** An agent that connects through the relay at `port`, with TLS if there are options. */
function agentFor(port, settings, options) {
  const agent = new http.Agent(settings);
  agent.createConnection = (_, done) => {
    connect(port).then((socket) => {
      const secured = options && tls.connect({ socket, servername: 'localhost', ...options });
      done(null, secured ?? socket);
    }, done);
  };
  return agent;
}

function get(agent) {
  return new Promise((resolve, reject) => {
    const request = http.get({ agent, host: 'localhost' });
    request.on('error', reject);
    request.on('response', (response) => text(response).then(resolve, reject));
  });
}

/** Prints how long `work` takes, and how many whole round trips fit into that. */
async function measure(name, work) {
  const start = performance.now();
  await work();
  const took = performance.now() - start;
  const trips = DELAY > 0 ? Math.floor(took / (2 * DELAY)) : 0;
  const millis = Math.round(took).toFixed(0).padStart(5);
  console.log(`${name.padEnd(38)}${millis} ms, round trips: ${trips}`);
}

// A key for this program alone: it protects nothing.
const key = `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIG7hrqGiwAc7CEKdWRuzsOJu5lq/1A1IxY1OuDvewr0P
-----END PRIVATE KEY-----`;
const cert = `-----BEGIN CERTIFICATE-----
MIIBDzCBwqADAgECAgEBMAUGAytlcDAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwIBcN
MjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMMCWxvY2Fs
aG9zdDAqMAUGAytlcAMhAENVKsE2PMTyLCiyCkeXCGJCrkvj3VcVoF5dKEN3dh7B
ozcwNTAUBgNVHREEDTALgglsb2NhbGhvc3QwHQYDVR0OBBYEFJxk4Yq7SVMcujlI
YpiWOOzgf2+KMAUGAytlcANBAHL7C78MGt6tgXf9aCocgPZfnZCahN2oXcd0or0T
5F9GAbG+yDcauDjvmYjy+4cod1rrqccXcFzRbvC0jtpWOwg=
-----END CERTIFICATE-----`;

const server = http.createServer(respond);
const secure = tls.createServer({ key, cert, noDelay: true }, (socket) => server.emit('connection', socket));
const relays = [relay(await listen(server)), relay(await listen(secure))];
const [plain, encrypted] = await Promise.all(relays.map(listen));

const fresh = { keepAlive: false };
const kept = { keepAlive: true, maxSockets: 1 };
const pool = { keepAlive: true, maxSockets: 10 };
const version = (name) => ({ ca: cert, minVersion: name, maxVersion: name });

// The first request loads what Node.js needs for it, and isn't measured.
const warm = agentFor(encrypted, kept, version('TLSv1.3'));
await get(warm);
await measure('HTTP, a new connection', () => get(agentFor(plain, fresh)));
await measure('HTTPS with TLS 1.3, a new connection', () =>
  get(agentFor(encrypted, fresh, version('TLSv1.3'))));
await measure('HTTPS with TLS 1.2, a new connection', () =>
  get(agentFor(encrypted, fresh, version('TLSv1.2'))));
await measure('HTTPS, a connection that was kept', () => get(warm));

// ANCHOR: ten
const ten = Array.from({ length: 10 });
await measure('10 requests, each on a new connection', async () => {
  for (const _ of ten) await get(agentFor(plain, fresh));
});
await measure('10 requests, one kept connection', async () => {
  const agent = agentFor(plain, kept);
  for (const _ of ten) await get(agent);
});
await measure('10 requests at once, 10 connections', () => {
  const agent = agentFor(plain, pool);
  return Promise.all(ten.map(() => get(agent)));
});
// ANCHOR_END: ten

process.exit();
