// Who knows an address, and for how long: six actors and one question at a time.
//
// A clock in whole seconds. Browser, system and resolver keep what they were told, for
// as long as it may be kept; the three servers know their part and keep nothing.
// book/traces/names.tsv has a row for each message.
(() => {
  'use strict';

  const ACTORS = ['browser', 'system', 'resolver', 'root', 'org', 'example.org'];
  const RESOLVER = 2;
  const AUTHORITY = 5;
  // One way from the actor before it, or from the resolver to a server. Assumed.
  const ONE_WAY_MS = [0, 0, 5, 10, 10, 20];
  // What a server answers when it only knows who knows more: a zone, and for how long.
  const REFERRALS = { 3: ['org', 172800], 4: ['example.org', 3600] };
  const ADDRESSES = ['192.0.2.80', '192.0.2.99'];
  // A "no" is kept for the lesser of the SOA record's TTL and its minimum (RFC 2308).
  const SOA = { ttl: 300, minimum: 60 };
  // Browsers that ask the system aren't told the TTL, and forget within a minute or so.
  const BROWSER_KEEPS = 60;

  class World {
    // `ttl` is what the authoritative server says about the address, in seconds.
    constructor(ttl) {
      this.ttl = ttl;
      this.time = 0;
      this.address = ADDRESSES[0];
      this.caches = [new Map(), new Map(), new Map()];
      this.moments = [];
    }

    // 'www' and 'wwww' are asked for, 'move' gives www a new address, a number is
    // seconds that pass. Only www exists.
    act(action, turn) {
      this.turn = turn;
      this.ms = 0;
      this.sent = 0;
      if (action === 'move') {
        this.address = ADDRESSES[1 - ADDRESSES.indexOf(this.address)];
        this.note(AUTHORITY, AUTHORITY, { kind: 'move', address: this.address });
      } else if (typeof action === 'number') {
        this.time += action;
        this.note(null, null, { kind: 'wait', seconds: action });
      } else {
        this.ask(0, action);
      }
      this.moments.at(-1).isLast = true;
    }

    // What `actor` answers for a name: { address, ttl }; a "no" has no address.
    ask(actor, name) {
      const known = this.known(actor).find((entry) => entry.name === name);
      if (known) {
        if (actor === 0) this.note(0, 0, { kind: 'kept', ...known });
        return { ...known, isKept: true };
      }
      let answer;
      if (actor < RESOLVER) {
        this.send(actor, actor + 1, { kind: 'ask', name });
        answer = this.ask(actor + 1, name);
        const { address, ttl, isKept } = answer;
        this.keep(actor, name, address, ttl);
        this.send(actor + 1, actor, { kind: 'answer', name, address, ttl, isKept });
      } else {
        answer = this.walk(name);
      }
      return { ...answer, isKept: false };
    }

    // The resolver begins with the nearest server that it knows.
    walk(name) {
      const zones = this.known(RESOLVER).map((entry) => entry.name);
      let server = 3 + ['org', 'example.org'].findLastIndex((zone) => zones.includes(zone)) + 1;
      this.send(RESOLVER, server, { kind: 'ask', name });
      for (; server < AUTHORITY; server += 1) {
        const [zone, ttl] = REFERRALS[server];
        this.keep(RESOLVER, zone, zone, ttl);
        this.send(server, RESOLVER, { kind: 'refer', name: zone, ttl });
        this.send(RESOLVER, server + 1, { kind: 'ask', name });
      }
      const exists = name === 'www';
      const address = exists ? this.address : null;
      const ttl = exists ? this.ttl : Math.min(SOA.ttl, SOA.minimum);
      this.keep(RESOLVER, name, address, ttl);
      this.send(AUTHORITY, RESOLVER, { kind: 'answer', name, address, ttl });
      return { address, ttl };
    }

    keep(actor, name, address, ttl) {
      const seconds = actor === 0 ? Math.min(ttl, BROWSER_KEEPS) : ttl;
      this.caches[actor].set(name, { address, until: this.time + seconds });
    }

    // What an actor may still use: at the last second it may not, and a TTL of 0 serves
    // the question that brought it, and no other.
    known(actor) {
      return [...this.caches[actor]]
        .filter(([, { until }]) => until > this.time)
        .map(([name, { address, until }]) => ({ name, address, ttl: until - this.time }));
    }

    send(from, to, what) {
      this.sent += 1;
      this.ms += ONE_WAY_MS[Math.max(from, to)];
      this.note(from, to, what);
    }

    note(from, to, what) {
      const { turn, time, ms, sent, address: truth } = this;
      const known = [0, 1, 2].map((actor) => this.known(actor));
      this.moments.push({ turn, time, ms, sent, from, to, ...what, truth, known, isLast: false });
    }
  }

  // The story so far with one action more: seconds add up.
  function add(story, action) {
    const last = story.at(-1);
    const adds = typeof action === 'number' && typeof last === 'number';
    return adds ? [...story.slice(0, -1), last + action] : [...story, action];
  }

  // A moment for each message, and for what happens without one: who to whom, when, how
  // much was spent in this question, and what the three know afterwards.
  function run({ ttl, story }) {
    const world = new World(ttl);
    story.forEach((action, turn) => world.act(action, turn));
    return world.moments;
  }

  globalThis.flatMemory ??= { models: {}, pictures: {} };
  flatMemory.models.names = { ACTORS, add, run };
})();
