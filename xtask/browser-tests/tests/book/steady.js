// Goes through every preset of every simulator, step by step: the controls stay where
// they are, each step is told, and it comes to an end.
(() => {
  const wrong = [];
  for (const simulator of document.querySelectorAll('.sim')) {
    const step = simulator.querySelector('[data-do="step"]');
    const status = simulator.querySelector('[role="status"]');
    const top = () => Math.round(step.getBoundingClientRect().top + scrollY);
    for (const preset of simulator.querySelectorAll('[data-settings]')) {
      const say = (what) => wrong.push(`${simulator.localName}, "${preset.textContent}": ${what}`);
      preset.click();
      if (simulator.dataset.at !== 'start') say('it begins in the middle');
      const place = top();
      let steps = 0;
      for (; simulator.dataset.at !== 'end' && steps < 300; steps += 1) {
        const before = status.textContent;
        step.click();
        if (status.textContent === before) say(`no word about step ${steps + 1}`);
        if (top() !== place) say(`the controls jump by ${top() - place} at step ${steps + 1}`);
      }
      if (simulator.dataset.at !== 'end') say('its steps never come to its end');
    }
  }
  return wrong.slice(0, 12);
})()
