// An error on its way through three streams, in four wirings: by hand, with Node's `pipe`,
// with Node's `pipeline`, and with chapter 9's.
//
// book/traces/errors.tsv has the end of each; `node book/node/pipe.mjs` shows it with real
// streams.
(() => {
  'use strict';

  const WIRINGS = ['by hand', 'pipe', 'pipeline', 'ours'];
  const PARTS = ['source', 'stage', 'destination'];
  const ERRORS = { source: 'the disk broke', stage: 'the stage broke' };
  const OURS = {
    source: 'the source failed: the disk broke',
    stage: 'a stage failed: the stage broke',
    destination: 'the sink failed: broken pipe',
  };

  // Who learns of it. `pipeline` has no error for a destination that only closes.
  function told(wiring, fault) {
    if (wiring === 'ours') return OURS[fault];
    if (wiring === 'pipeline') return ERRORS[fault] ?? 'Premature close';
    return ERRORS[fault] ? 'nobody, and the process ends' : 'nobody';
  }

  // What each part does when everything is quiet.
  function end(wiring, fault) {
    const parts = { source: 'closed', stage: 'closed', destination: 'closed', [fault]: 'failed' };
    if (wiring === 'pipeline' || wiring === 'ours') return parts;
    // Nobody passes an error on, and nobody ends what comes after.
    if (fault !== 'destination') parts.destination = 'left open';
    if (fault === 'source') parts.stage = 'waits';
    // By hand, nothing stops the source: it's read for nobody.
    if (fault !== 'source') parts.source = wiring === 'pipe' ? 'left open' : 'read to its end';
    if (fault === 'destination') parts.stage = wiring === 'pipe' ? 'waits' : 'ended';
    return parts;
  }

  // The moments of one wiring: chunks pass, a part fails, its neighbors hear of it or not,
  // and all is quiet.
  function story(wiring, fault) {
    const open = { source: 'open', stage: 'open', destination: 'open' };
    const failed = { ...open, [fault]: 'failed' };
    const isJoined = wiring === 'pipeline' || wiring === 'ours';
    const quiet = end(wiring, fault);
    return [
      { ...open, told: '' },
      { ...failed, told: '' },
      { ...(isJoined ? quiet : failed), told: told(wiring, fault) },
      { ...quiet, told: told(wiring, fault) },
    ];
  }

  flatMemory.models.errors = { WIRINGS, PARTS, story };
})();
