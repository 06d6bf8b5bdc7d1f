// What the simulator "Same pipe, two cultures" draws and says. No page here: lines, texts
// and cells come from a run and a turn in it.
(() => {
  'use strict';
  const { models, pictures } = flatMemory;
  const { LENGTH, run } = models.pipe;
  const PIPES = ['node', 'channel', 'queue'];
  // From 1 KiB to 1 GiB, ten units for each doubling.
  const TOP = 200;
  const ROWS = Array.from({ length: 10 }, (_, index) => (index + 1) * (LENGTH / 10));

  const size = (kib) => (kib < 1024 ? `${kib}\u00a0KiB` : `${Math.round(kib / 102.4) / 10}\u00a0MiB`);
  const times = (count) => ['never', 'once'][count] ?? `${count} times`;
  const chunks = (count) => (count === 1 ? '1 chunk' : `${count} chunks`);
  const height = (kib) => Math.round(TOP - 10 * Math.log2(Math.max(1, kib)));

  const defaults = { chunk: 1024, mark: 256, capacity: 100, listens: true };
  const compute = (settings) => ({ settings, ...run(settings) });

  function stairs(moments, at) {
    let path = `M0 ${TOP}`;
    let last = TOP;
    moments.slice(0, at + 1).forEach(({ level }, turn) => {
      const now = height(level);
      if (now !== last) path += `H${turn}V${now}`;
      last = now;
    });
    return `${path}H${at}`;
  }

  // What each producer is told, and what it does about it.
  const tells = {
    node: (count) => `got false ${times(count)}`,
    channel: (count) => `${['no send', '1 send'][count] ?? `${count} sends`} had to wait`,
    queue: (count) => `got Wait ${times(count)}`,
  };
  function producer(name, { waits, told }, { listens }) {
    const state = waits ? { node: 'waits for drain' }[name] ?? 'waits at .await' : 'keeps sending';
    if (name === 'channel' && !listens) return 'keeps sending: nothing tells it to wait';
    return `${state}; ${tells[name](told)}`;
  }

  function sentence(told, at) {
    const { settings, node, channel, queue } = told;
    const { chunk, mark, capacity, listens } = settings;
    const after = `After ${at === 1 ? '1 turn' : `${at}\u00a0turns`}`;
    const [one, two, three] = [node, channel, queue].map((moments) => moments[at]);
    if (!listens) {
      const beyond = node[at].level > mark ? ` The mark was ${size(mark)}.` : '';
      return `${after}, nobody has had to wait, and each pipe holds ${size(one.level)}.${beyond}`;
    }
    const first = (moments) => moments[at].told === 1 && moments[at - 1].told === 0;
    if (at < LENGTH && first(channel)) {
      return `${after}, the channel is full: ${capacity} messages are ${size(capacity * chunk)}. `
        + 'The next send waits, and holds one more chunk.';
    }
    if (at < LENGTH && first(node)) {
      const over = one.level > mark ? `${size(one.level - mark)} above the mark` : 'at the mark';
      return `${after}, write() returns false with ${size(one.level)} inside, ${over}. `
        + 'The chunk is accepted, and the producer waits.';
    }
    return `${after}, the Writable holds ${size(one.level)}, channel(${capacity}) ${size(two.level)}, `
      + `and the queue ${size(three.level)}. The most they held was ${size(one.most)}, ${size(two.most)}, `
      + `and ${size(three.most)}.`;
  }

  function tell(told, at) {
    const { settings } = told;
    const { chunk, mark, capacity, listens } = settings;
    const lines = { mark: `M0 ${height(mark)}H${LENGTH}` };
    const texts = {
      mark: size(mark),
      'counts-channel': listens ? `messages, up to ${capacity}` : 'nothing: it has no bound',
      'counts-node': `bytes, mark ${size(mark)}`,
      'counts-queue': `bytes, mark ${size(mark)}`,
    };
    for (const name of PIPES) {
      const now = told[name][at];
      lines[name] = stairs(told[name], at);
      texts[`level-${name}`] = `${size(now.level)} in ${chunks(now.level / chunk)}`;
      texts[`producer-${name}`] = producer(name, now, settings);
    }
    const cell = ({ level, waits }) => size(level) + (waits ? ', waits' : '');
    return {
      lines,
      texts,
      rows: ROWS.map((turn) => [turn, ...PIPES.map((name) => (turn > at ? '–' : cell(told[name][turn])))]),
      sentence: sentence(told, at),
    };
  }

  // The turns that are worth a word: where each is told to wait for the first time.
  function events(told) {
    const firsts = PIPES.map((name) => told[name].findIndex((moment) => moment.told > 0));
    return firsts.filter((at) => at > 0).sort((one, other) => one - other);
  }

  pictures.pipe = { defaults, compute, length: () => LENGTH, tell, events };
})();
