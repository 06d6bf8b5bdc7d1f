// What the simulator "Who knows the address?" draws and says. No page here: arrows, texts
// and cells come from a run and a message in it.
(() => {
  'use strict';
  const { models, pictures, steps } = flatMemory;
  const { ACTORS, add, run } = models.names;
  // Rows in the page. Of a longer run, the last ones are shown.
  const ROWS = 22;
  const NAMES = { www: 'www.example.org', wwww: 'wwww.example.org' };
  const KEEPERS = 3;
  // The bars of what is kept are as long as the longest TTL of the address.
  const LONGEST = 300;

  const defaults = {
    ttl: 300,
    story: ['www', 'www', 60, 'move', 'www', 240, 'www'],
  };

  const compute = (settings) => ({ moments: run(settings) });
  // Before anything has happened, an action is the whole story.
  const act = (settings, action, isFirst) =>
    ({ ...settings, story: add(isFirst ? [] : settings.story, action) });

  const isOld = ({ name, address, truth }) => name === 'www' && address !== truth;
  const found = (moment) => {
    const { address } = moment;
    if (address === null) return 'no such name';
    return isOld(moment) ? `${address} (old)` : address;
  };
  const span = (seconds) => {
    if (seconds === 172800) return '2\u00a0days';
    if (seconds === 3600) return '1\u00a0hour';
    return `${seconds}\u00a0s`;
  };

  function message(moment) {
    const { kind, name, ttl, seconds, address, isKept } = moment;
    if (kind === 'ask') return `${NAMES[name]}?`;
    if (kind === 'refer') return `ask a server of ${name}; valid for ${span(ttl)}`;
    if (kind === 'kept') return `from its cache: ${found(moment)}, ${span(ttl)} more`;
    if (kind === 'wait') return `${span(seconds)} pass`;
    if (kind === 'move') return `from now on www is ${address}`;
    if (isKept) return `from its cache: ${found(moment)}, ${span(ttl)} more`;
    return ttl === 0 ? `${found(moment)}; don’t keep it` : `${found(moment)}; valid for ${span(ttl)}`;
  }

  const parties = ({ from, to }) => {
    if (from === null) return '–';
    return from === to ? ACTORS[from] : `${ACTORS[from]} → ${ACTORS[to]}`;
  };

  // From lane to lane, 16 wide each; a dot where nobody else is asked.
  function arrow({ from, to } = { from: null }) {
    if (from === null) return '';
    const [start, end] = [from * 16 + 8, to * 16 + 8];
    if (start === end) return `M${start} 8h0`;
    const back = start < end ? -4 : 4;
    return `M${start} 8H${end}m${back} -4L${end} 8l${back} 4`;
  }

  function sentence(moments, at) {
    const moment = moments[at - 1];
    const { time, ms, sent, kind, from, to, address, isLast } = moment;
    const when = `At ${time}\u00a0s`;
    if (kind === 'wait') return `${when}: these seconds pass, and what has expired is forgotten.`;
    if (kind === 'move') {
      return `${when}: the server of example.org says ${address} from now on. Nobody tells the caches.`;
    }
    if (!isLast) return `${when}, message ${sent}: ${ACTORS[from]} to ${ACTORS[to]}, ${message(moment)}.`;
    const cost = sent === 0 ? 'no message at all' : `${sent} messages and ${ms}\u00a0ms`;
    const what = address === null ? 'that there is no such name' : found(moment);
    const old = isOld(moment) ? ' A cache that has the old address doesn’t ask again before its TTL ends.' : '';
    return `${when}: ${cost}, and the browser knows ${what}.${old}`;
  }

  function tell({ moments }, at) {
    const now = moments[at - 1] ?? { time: 0, truth: moments[0].truth, known: [[], [], []] };
    const { shown, states } = steps(moments, at, ROWS, ({ turn }) => turn === now.turn);
    const texts = { clock: span(now.time), truth: now.truth };
    const lines = {};
    for (let actor = 0; actor < KEEPERS; actor += 1) {
      for (const name of Object.keys(NAMES)) {
        const kept = now.known[actor].find((entry) => entry.name === name);
        const moment = { ...kept, truth: now.truth };
        texts[`${name}-${actor}`] = kept ? `${found(moment)}, ${span(kept.ttl)}` : '–';
        const width = kept ? Math.round((kept.ttl / LONGEST) * 100) : 0;
        lines[`${name}-${actor}`] = kept ? `M0 2H${Math.min(100, width)}` : '';
      }
    }
    const zones = now.known[2].filter(({ name }) => !NAMES[name]).map(({ name }) => name);
    texts.zones = zones.length > 0 ? `knows a server of ${zones.join(', ')}` : 'knows only the root';
    shown.forEach((moment, index) => { lines[`lane-${index}`] = arrow(moment); });
    shown.forEach((moment, index) => {
      const cells = moment ? [span(moment.time), parties(moment), message(moment)] : ['', '', ''];
      ['time', 'parties', 'message'].forEach((name, column) => {
        texts[`${name}-${index}`] = cells[column];
      });
    });
    return { lines, texts, rows: [], states, sentence: at > 0 ? sentence(moments, at) : '' };
  }

  // What is worth a word: the end of each question, and what happens without one.
  function events({ moments }) {
    return moments.flatMap(({ isLast }, index) => (isLast ? [index + 1] : []));
  }

  const length = ({ moments }) => moments.length;
  pictures.names = { ROWS, defaults, compute, act, length, tell, events };
})();
