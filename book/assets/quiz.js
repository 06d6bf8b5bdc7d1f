// Adds a check to each quiz. Without this the form and its folded answer remain.
for (const quiz of document.querySelectorAll('.quiz')) {
  const key = `flat-memory:quiz:${quiz.dataset.quiz}`;
  const answers = quiz.querySelectorAll('ol > li');
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
      ? answers[chosen.value].querySelector('.why').innerHTML
      : 'Choose an answer first.';
    result.focus();
    // Storage may be refused; the check works without it.
    try { if (chosen) localStorage[key] = chosen.value; } catch {}
  });

  try { quiz.querySelectorAll('input')[localStorage[key]].checked = true; } catch {}
}
