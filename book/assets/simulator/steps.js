// Stepped diagrams: which moments stand in the rows of the page, and what to make of them.
(() => {
  'use strict';

  globalThis.flatMemory ??= { models: {}, pictures: {} };

  // Of a run longer than `rows`, the last ones until `at` are shown. `isNow` tells
  // whether a moment belongs to what happened last.
  flatMemory.steps = (moments, at, rows, isNow) => {
    const start = Math.max(0, at - rows);
    const shown = Array.from({ length: rows }, (_, index) => moments[start + index]);
    const states = shown.map((moment, index) => {
      if (!moment) return 'none';
      if (start + index >= at) return 'to-come';
      return isNow(moment) ? 'now' : 'seen';
    });
    return { start, shown, states };
  };
})();
