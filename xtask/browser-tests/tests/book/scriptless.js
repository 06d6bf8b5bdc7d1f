// What a reader without scripts cannot come to: it is neither visible nor inside a
// folded <details> whose summary is.
(() => {
  function isReadable(element) {
    if (!element || element.textContent.trim() === '') return false;
    const fold = element.closest('details:not([open])');
    return (fold?.querySelector('summary') ?? element).checkVisibility();
  }

  const missing = [];
  for (const quiz of document.querySelectorAll('.quiz')) {
    const name = quiz.dataset.quiz;
    if (!isReadable(quiz.querySelector('legend'))) missing.push(`quiz ${name}: the question`);
    const options = quiz.querySelectorAll('input[type=radio]').length;
    const reasons = [...quiz.querySelectorAll('.why')].filter(isReadable).length;
    if (options < 2 || reasons !== options) {
      missing.push(`quiz ${name}: ${reasons} explanations for ${options} options`);
    }
  }
  for (const simulator of document.querySelectorAll('main *')) {
    if (!simulator.localName.startsWith('sim-')) continue;
    if (!isReadable(simulator.querySelector('table'))) {
      missing.push(`${simulator.localName}: its table`);
    }
  }
  for (const figure of document.querySelectorAll('main figure')) {
    if (!isReadable(figure)) missing.push('a figure is hidden');
  }
  return missing;
})()
