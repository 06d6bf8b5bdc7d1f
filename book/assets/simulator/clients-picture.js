// What the simulator "100 slow clients" draws and says. No page here: lines, texts and
// cells come from a run and a number of clients.
(() => {
  'use strict';
  const { models, pictures } = flatMemory;
  // The picture ends at 2 GiB, in MiB, for all settings.
  const TOP = 2048;
  const SERVERS = ['naive', 'streamed'];

  const mib = (kib) => Math.round(kib / 1024);
  const wait = (ms) => (ms < 1000 ? `${ms}\u00a0ms` : `${(ms / 1000).toFixed(1)}\u00a0s`);

  const defaults = { clients: 100, file: 16, chunk: 64, depth: 11, limit: 2048, policy: 'accept' };

  // `recorded` has the measured peaks in MiB, by server and number of clients.
  function compute(settings, recorded) {
    const same = ['file', 'chunk', 'depth', 'limit'];
    const isRecorded = same.every((name) => settings[name] === defaults[name]);
    return {
      settings,
      moments: models.clients.run(settings),
      recorded: isRecorded ? recorded : { naive: {}, streamed: {} },
      counts: Object.keys(recorded.naive).map(Number),
    };
  }

  function line(moments, name, at) {
    const points = moments.slice(0, at).map((moment) => {
      const height = TOP - mib(moment[name].memory);
      // A server that was ended falls down, it does not glide.
      return moment[name].isKilled ? `H${moment.clients}V${height}` : `L${moment.clients} ${height}`;
    });
    return `M0 ${TOP - 4}${points.join('')}`;
  }

  // Dots: lines without a length, with caps.
  function dots(peaks, at) {
    const seen = Object.entries(peaks).filter(([clients]) => clients <= at);
    return seen.map(([clients, peak]) => `M${clients} ${TOP - Math.round(peak)}h0`).join('');
  }

  function state({ memory, outside, firstByte, isKilled }, policy) {
    if (isKilled) return 'out of memory: killed by the system';
    const told = `${mib(memory)}\u00a0MiB`;
    if (firstByte === null) return `${told}, no room for one file`;
    const last = `first byte for all after ${wait(firstByte)}`;
    if (outside === 0) return `${told}, ${last}`;
    if (policy === 'wait') return `${told}, ${outside} wait, ${last}`;
    return `${told}, ${outside} refused`;
  }

  function sentence({ settings, moments }, at) {
    const { naive, streamed } = moments[at - 1];
    const { policy, limit } = settings;
    const clients = at === 1 ? '1 client' : `${at}\u00a0clients`;
    const holds = (name, server) => {
      if (server.isKilled) {
        return `the ${name} server needed more than ${limit}\u00a0MiB, so the system killed it, `
          + 'and every download with it';
      }
      const rest = policy === 'wait' ? 'wait' : 'are refused';
      const outside = server.outside > 0 ? ` and ${server.outside}\u00a0clients ${rest}` : '';
      return `the ${name} server holds ${mib(server.memory)} MiB${outside}`;
    };
    return `With ${clients}, ${holds('naive', naive)}; ${holds('streamed', streamed)}.`;
  }

  function tell(told, at) {
    const { settings, moments, recorded, counts } = told;
    const now = moments[at - 1];
    const limit = Math.max(0, TOP - settings.limit);
    const some = Object.keys(recorded.naive).length > 0;
    const cell = (count, name) => {
      const server = moments[count - 1]?.[name];
      const model = count > at || !server ? '–' : server.isKilled ? 'ended' : mib(server.memory);
      const peak = recorded[name][count];
      return [model, count > at || peak === undefined ? '–' : peak.toFixed(1)];
    };
    return {
      lines: {
        naive: line(moments, 'naive', at),
        streamed: line(moments, 'streamed', at),
        'naive-recorded': dots(recorded.naive, at),
        'streamed-recorded': dots(recorded.streamed, at),
        limit: `M0 ${limit}H100`,
      },
      texts: {
        naive: now ? state(now.naive, settings.policy) : '–',
        streamed: now ? state(now.streamed, settings.policy) : '–',
        recorded: some ? 'round naive, square streamed' : 'only with the first settings',
        limit: `${settings.limit}\u00a0MiB`,
      },
      rows: counts.map((count) => [count, ...SERVERS.flatMap((name) => cell(count, name))]),
      sentence: now ? sentence(told, at) : '',
    };
  }

  // The numbers of clients that are worth a word: the first without room.
  function events({ moments }) {
    const full = (name) => ({ [name]: { isKilled, outside } }) => isKilled || outside > 0;
    return SERVERS.map((name) => moments.findIndex(full(name)) + 1).filter((at) => at > 0);
  }

  const length = ({ settings }) => settings.clients;
  pictures.clients = { defaults, compute, length, tell, events };
})();
