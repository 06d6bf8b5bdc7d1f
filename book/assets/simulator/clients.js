// Two download servers and one client more at every step. Memory in KiB, time in ms.
//
// The naive server holds a whole file for each client, the streamed one some chunks.
(() => {
  'use strict';

  const KIB_IN_MIB = 1024;
  // A server without a client. Ours had 4.2 and 4.3 MiB.
  const BASE = 4 * KIB_IN_MIB;
  // All clients share a disk that gives 1 MiB in a millisecond,
  // and each of them takes 2 MiB in a second.
  const KIB_READ_IN_MS = 1024;
  const MS_FOR_MIB = 500;

  // One server with `clients` clients. `each` is what it holds for a client, `first` what
  // it reads before the first byte goes out, `whole` the file, `limit` the memory there
  // is, all in KiB. `policy` says what happens to a client for whom there is no room:
  // `accept`, `refuse` or `wait`.
  function server(clients, { each, first }, { whole, limit, policy }) {
    const room = Math.max(0, Math.floor((limit - BASE) / each));
    const fits = clients <= room;
    if (policy === 'accept' && !fits) {
      return { memory: 0, served: 0, outside: 0, firstByte: null, isKilled: true };
    }
    const served = Math.min(clients, room);
    // The last client waits until those before it are done, as many as fit at a time.
    const turns = policy === 'wait' && room > 0 ? Math.floor((clients - 1) / room) : 0;
    const download = (whole / KIB_IN_MIB) * MS_FOR_MIB;
    const reading = Math.ceil((served * first) / KIB_READ_IN_MS);
    return {
      memory: BASE + served * each,
      served,
      outside: clients - served,
      firstByte: served > 0 ? turns * download + reading : null,
      isKilled: false,
    };
  }

  // `settings`: clients, file (MiB), chunk (KiB), depth (chunks for a client),
  // limit (MiB), policy. Returns a moment for each number of clients, from 1.
  function run(settings) {
    const whole = settings.file * KIB_IN_MIB;
    const limit = settings.limit * KIB_IN_MIB;
    const rules = { whole, limit, policy: settings.policy };
    // Nobody buffers more than the file has.
    const first = Math.min(settings.chunk, whole);
    const buffer = { each: Math.min(first * settings.depth, whole), first };
    const moments = [];
    for (let clients = 1; clients <= settings.clients; clients += 1) {
      const naive = server(clients, { each: whole, first: whole }, rules);
      moments.push({ clients, naive, streamed: server(clients, buffer, rules) });
    }
    return moments;
  }

  globalThis.flatMemory ??= { models: {}, pictures: {} };
  flatMemory.models.clients = { run };
})();
