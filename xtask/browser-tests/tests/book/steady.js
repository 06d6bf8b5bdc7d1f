// Goes through every preset of every simulator, step by step: the controls stay where
// they are, each step is told, and at the end stands what the preset showed at once.
(() => {
  const wrong = [];
  for (const simulator of document.querySelectorAll('.sim')) {
    const step = simulator.querySelector('[data-do="step"]');
    const status = simulator.querySelector('[role="status"]');
    const top = () => Math.round(step.getBoundingClientRect().top + scrollY);
    const words = () => [...simulator.querySelectorAll('table, [data-text], [role="status"]')]
      .map(({ textContent }) => textContent).join('|');
    for (const preset of simulator.querySelectorAll('[data-settings]')) {
      const say = (what) => wrong.push(`${simulator.localName}, "${preset.textContent}": ${what}`);
      preset.click();
      const end = words();
      step.click();
      const place = top();
      let steps = 1;
      for (; words() !== end && steps < 300; steps += 1) {
        const before = status.textContent;
        step.click();
        if (status.textContent === before) say(`no word about step ${steps + 1}`);
        if (top() !== place) say(`the controls jump by ${top() - place} at step ${steps + 1}`);
      }
      if (words() !== end) say('its steps never come to its end');
    }
  }
  return wrong.slice(0, 12);
})()
