// How the simulator of an error looks at one moment: what each part of each wiring does.
(() => {
  'use strict';
  const { models, pictures } = flatMemory;
  const { WIRINGS, PARTS, story } = models.errors;

  const defaults = { fault: 'stage' };
  const FAULTS = {
    source: 'the disk fails under the source',
    stage: 'the stage fails',
    destination: 'the destination closes',
  };

  function compute({ fault }) {
    return { fault, stories: WIRINGS.map((wiring) => story(wiring, fault)) };
  }

  // Parts that hold a file or a socket that nobody will close.
  function left(moment) {
    return PARTS.filter((part) => moment[part] === 'left open').length;
  }

  function sentence({ fault, stories }, at) {
    const [hand, pipe, pipeline] = stories.map((moments) => moments[at - 1]);
    if (at === 1) return 'Seven chunks have passed through all four.';
    if (at === 2) return `At the eighth chunk, ${FAULTS[fault]}. So far, all four look alike.`;
    if (at === 3) {
      return `Node’s pipeline and ours destroy everything, and say “${pipeline.told}”. The others `
        + 'pass nothing on.';
    }
    const open = (moment) => ['nothing', 'one descriptor', 'two descriptors'][left(moment)];
    const read = hand.source === 'read to its end' ? ', after reading the whole file for nobody' : '';
    return `Now all is quiet. By hand leaves ${open(hand)} open${read}, pipe leaves ${open(pipe)} open, `
      + 'and the two pipelines leave nothing.';
  }

  function tell(told, at) {
    const texts = {};
    WIRINGS.forEach((wiring, index) => {
      const moment = told.stories[index][at - 1];
      for (const part of PARTS) texts[`${part}-${index}`] = moment?.[part] ?? 'open';
      texts[`told-${index}`] = moment?.told || '–';
    });
    return { lines: {}, texts, rows: [], sentence: at > 0 ? sentence(told, at) : '' };
  }

  const events = () => [2, 3, 4];
  const length = ({ stories }) => stories[0].length;
  pictures.errors = { defaults, compute, length, tell, events };
})();
