// Measures the learner's own server and draws its curve while it is sampled.
(() => {
  'use strict';
  const live = window.flatMemoryLive;
  const section = document.querySelector('section.live-plot');
  if (!live || !section) return;
  const { make } = live;
  const one = (selector) => section.querySelector(selector);
  const svg = one('.area svg');
  const line = one('polyline.mine');
  const key = one('.legend [hidden]');
  const choice = one('select');
  const [, , width, height] = svg.getAttribute('viewBox').split(' ').map(Number);
  let points, last;

  // Both axes grow by doubling: every line keeps its true place.
  function axis(way, end, column) {
    while (Math.max(...points.map((point) => point[column])) > end) end *= 2;
    const labels = section.querySelectorAll(`.ticks.${way} span`);
    labels.forEach((label, at) => { label.textContent = (end * at) / (labels.length - 1); });
    return end;
  }

  const heard = {
    sample({ seconds, bytes }) {
      const level = bytes / (1 << 20);
      points.push([seconds, level]);
      const [right, top] = [axis('along', width, 0), axis('up', height, 1)];
      svg.setAttribute('viewBox', `0 ${-top} ${right} ${top}`);
      line.setAttribute('points', points.map(([x, y]) => `${x},${-y}`).join(' '));
      key.hidden = false;
      panel.doing.textContent = `${seconds.toFixed(1)} s: ${level.toFixed(1)} MiB`;
    },
    // The figures that the terminal prints.
    finished({ label, shown, verified, bytes, flaw }) {
      const payload = verified ? `whole, ${bytes} bytes` : `NO: ${flaw}`;
      const cells = [label, shown.peak, shown.first_byte, shown.time, shown.speed, payload];
      const row = make('tr', { className: 'mine' }, ...cells.map((text) => make('td', {}, text)));
      section.querySelectorAll('th').forEach((head, at) => {
        row.cells[at].dataset.column = head.textContent;
      });
      one('tbody').append(row);
      last = verified ? `Your server held at most ${shown.peak}.` : `A download went wrong: ${flaw}.`;
    },
    fault({ message }) { panel.quote(last = message); },
  };

  const panel = new live.Panel('Measure my server', {
    path: () => `/__wb/plot/${choice.value}`,
    begin() {
      last = '';
      points = [];
      choice.disabled = key.hidden = true;
      line.setAttribute('points', '');
      one('tr.mine')?.remove();
      return `Measuring the server of ${choice.value}.`;
    },
    hear: (event) => heard[event.event]?.(event),
    end() {
      choice.disabled = false;
      return last;
    },
  });

  choice.onchange = () => {
    one('pre code').textContent = `cargo xtask plot ${choice.value} --mine ${section.dataset.load}`;
  };
  choice.parentElement.hidden = false;
  panel.controls.prepend(choice.parentElement);
  section.prepend(...panel.parts);
})();
