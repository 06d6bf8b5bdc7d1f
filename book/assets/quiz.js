// Adds a check to each quiz, and an order of its own for each reader, which stays the
// same from visit to visit. Without this the form and its folded answer remain.
const seed = (() => {
  // Storage may be refused; then the order is that of the page.
  try {
    localStorage['flat-memory:seed'] ??= crypto.getRandomValues(new Uint32Array(1))[0];
    return localStorage['flat-memory:seed'];
  } catch { return undefined; }
})();

/** FNV-1a. */
function hash(text) {
  let hash = 0x811c9dc5;
  for (const letter of text) hash = Math.imul(hash ^ letter.codePointAt(0), 0x01000193) >>> 0;
  return hash;
}

/** Puts `elements`, which are siblings, into the reader's order of this quiz. */
function shuffle(elements, id, option) {
  const place = (element) => hash(`${option(element)} ${seed} ${id}`) >>> 8;
  const sorted = [...elements].sort((a, b) => place(a) - place(b));
  elements[0]?.parentNode.append(...sorted);
}

for (const quiz of document.querySelectorAll('.quiz')) {
  const id = quiz.dataset.quiz;
  const key = `flat-memory:quiz:${id}`;
  if (seed) {
    shuffle(quiz.querySelectorAll('label'), id, (label) => label.firstElementChild.value);
    shuffle(quiz.querySelectorAll('li'), id, (answer) => answer.dataset.option);
  }
  const button = document.createElement('button');
  button.textContent = 'Check';
  const result = document.createElement('div');
  result.setAttribute('role', 'status');
  result.tabIndex = -1;
  quiz.querySelector('fieldset').after(button, result);

  quiz.addEventListener('submit', (event) => {
    event.preventDefault();
    const chosen = quiz.querySelector('input:checked');
    result.innerHTML = chosen
      ? quiz.querySelector(`li[data-option="${chosen.value}"] .why`).innerHTML
      : 'Choose an answer first.';
    result.focus();
    try { if (chosen) localStorage[key] = chosen.value; } catch {}
  });

  try { quiz.querySelector(`input[value="${localStorage[key]}"]`).checked = true; } catch {}
}
