// Goes through the simulators whose steps are rows of a table: each step shows one row
// more, what is to come is hidden and keeps its place, and each action is answered.
(() => {
  const wrong = [];
  for (const table of document.querySelectorAll('.sim-steps')) {
    const simulator = table.closest('.sim');
    const name = simulator.localName;
    const say = (what) => wrong.push(`${name}: ${what}`);
    const step = simulator.querySelector('[data-do="step"]');
    const status = simulator.querySelector('[role="status"]');
    const rows = [...table.tBodies[0].rows];
    const shown = () => rows.filter((row) => row.checkVisibility({ visibilityProperty: true }));
    const height = () => Math.round(table.getBoundingClientRect().height);
    if (shown().length > 0) say(`${shown().length} rows before anybody steps`);
    while (simulator.dataset.at !== 'end') step.click();
    const [whole, tall] = [shown().length, height()];
    if (whole < 2) say(`${whole} rows at the end`);
    for (let at = 1; at <= whole; at += 1) {
      const before = status.textContent;
      step.click();
      if (shown().length !== at) say(`${shown().length} rows after step ${at}`);
      if (shown().some((row) => row.textContent.trim() === '')) say(`an empty row after step ${at}`);
      if (status.textContent === before) say(`no word about step ${at}`);
      if (height() !== tall) say(`the table jumps from ${tall} to ${height()} at step ${at}`);
    }
    for (const button of simulator.querySelectorAll('[data-act]')) {
      const top = () => button.getBoundingClientRect().top + scrollY;
      const [before, place] = [simulator.textContent, top()];
      button.click();
      if (simulator.textContent === before) say(`"${button.textContent}" does nothing`);
      if (Math.abs(top() - place) > 1) say(`"${button.textContent}" jumps away`);
    }
  }
  return wrong.slice(0, 12);
})()
