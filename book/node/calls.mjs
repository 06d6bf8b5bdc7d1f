// A service that calls another one: connections, a pool with a limit, and time limits.
//
//   node book/node/calls.mjs

import { once } from 'node:events';
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

let connections = 0;
const service = http.createServer(async (request, response) => {
  if (request.url === '/stops') {
    response.write('the beginning');
  } else if (request.url === '/drips') {
    // A byte now and then: it never stops, and it never ends.
    while (!response.destroyed) {
      response.write('.');
      await sleep(20);
    }
  } else {
    await sleep(5);
    response.end('ok');
  }
});
service.on('connection', () => (connections += 1));
await once(service.listen(0, '127.0.0.1'), 'listening');
const { port } = service.address();

// ANCHOR: call
async function call(path, { agent, signal, idle }) {
  const request = http.get({ port, path, agent, signal });
  const [response] = await once(request, 'response', { signal });
  // From here on, errors also reach us through `response`.
  request.on('error', () => {});
  response.setTimeout(idle ?? 0, () => {
    response.destroy(new Error(`idle for ${idle} ms`));
  });
  let bytes = 0;
  for await (const chunk of response) bytes += chunk.length;
  return bytes;
}
// ANCHOR_END: call

async function counted(title, work) {
  connections = 0;
  await work();
  console.log(`${title}: ${connections} connection${connections === 1 ? '' : 's'}`);
}
const twenty = [...Array(20).keys()];

await counted('20 calls in turn, without a pool', async () => {
  for (const _ of twenty) await call('/', { agent: false });
});
await counted('20 calls in turn, kept alive', async () => {
  const agent = new http.Agent({ keepAlive: true });
  for (const _ of twenty) await call('/', { agent });
  agent.destroy();
});
await counted('20 calls at once, kept alive', async () => {
  const agent = new http.Agent({ keepAlive: true });
  await Promise.all(twenty.map(() => call('/', { agent })));
  agent.destroy();
});
await counted('20 calls at once, at most 4 sockets', async () => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
  const calls = twenty.map(() => call('/', { agent }));
  const waiting = Object.values(agent.requests).flat().length;
  console.log(`  ${waiting} of them wait inside the agent`);
  await Promise.all(calls);
  agent.destroy();
});

for (const [path, limits] of [
  ['/stops', { idle: 200 }],
  ['/drips', { idle: 200, signal: AbortSignal.timeout(1000) }],
]) {
  const agent = new http.Agent();
  try {
    await call(path, { agent, ...limits });
  } catch (error) {
    // An aborted response only says "aborted"; the signal knows why.
    const { name, message } = limits.signal?.aborted ? limits.signal.reason : error;
    console.log(`${path}: ${name}: ${message}`);
  }
}
service.closeAllConnections();
service.close();
