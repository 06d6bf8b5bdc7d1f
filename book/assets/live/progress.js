// Where the learner stands, from the runner's own record: marks in the sidebar and on the
// map, and an event for the exercise box.
(() => {
  'use strict';
  const live = window.flatMemoryLive;
  if (!live) return;
  const SYMBOLS = { passed: '✔', partly: '◐', changed: '◐', reference: '□' };

  // A finished chapter lights up its part of the map.
  function light(number, isPassed) {
    for (const part of document.querySelectorAll(`.map [data-chapter="${number}"]`)) {
      part.classList.toggle('passed', isPassed);
      const name = part.querySelector('.number');
      name.textContent = isPassed ? `✔ ${number}` : number;
    }
  }

  // A chapter's first page carries its mark.
  function show({ number, standing, words }) {
    light(number, standing === 'passed');
    const name = new RegExp(`(^|/)chapter-0*${number}-[^/]*html$`);
    const links = [...document.querySelectorAll('#mdbook-sidebar a[href]')];
    const link = links.find((other) => name.test(other.getAttribute('href')));
    link?.querySelector('.standing')?.remove();
    if (!link || !SYMBOLS[standing]) return;
    const heard = live.make('span', { className: 'heard' }, `, ${words}`);
    const mark = live.make('span', { className: `standing ${standing}`, title: words }, heard);
    mark.dataset.symbol = SYMBOLS[standing];
    link.append(mark);
  }

  async function ask() {
    const answer = await fetch('/__wb/progress', { headers: live.headers }).catch(() => null);
    if (!answer?.ok) return;
    const { chapters } = await answer.json();
    chapters.forEach(show);
    document.dispatchEvent(new CustomEvent('workbook:standing', { detail: chapters }));
  }

  // reload.js listens to the server. A save can turn "passed" into "changed since".
  for (const news of ['open', 'progress', 'saved']) document.addEventListener(`workbook:${news}`, ask);
})();
