// Comforts for readers and for whoever presents: three themes, the way on in words,
// a printed chapter, presenter mode (key P, or ?present), instructor notes (?notes).
(() => {
  'use strict';
  const root = document.documentElement;
  const one = (selector) => document.querySelector(selector);
  const make = (name, text, attributes = {}) => {
    const element = Object.assign(document.createElement(name), attributes);
    element.textContent = text;
    return element;
  };

  // mdBook keeps a theme by its name, so our high contrast theme goes by `coal`.
  function threeThemes() {
    for (const name of ['rust', 'ayu']) one(`#mdbook-theme-${name}`)?.parentElement.remove();
    const contrast = one('#mdbook-theme-coal');
    if (!contrast) return;
    contrast.textContent = 'High contrast';
    contrast.closest('ul').append(contrast.parentElement);
  }

  // mdBook's arrows say neither which page comes nor that they are links.
  function wayOn() {
    const title = (link) => {
      const target = [...document.querySelectorAll('#mdbook-sidebar .chapter a')]
        .find((chapter) => chapter.href === link.href);
      return target?.textContent.replace(/^[\d.]+\s*/, '').trim();
    };
    const words = { prev: 'Before', next: 'Next' };
    for (const link of document.querySelectorAll('.nav-wrapper a')) {
      const name = title(link);
      if (!name) continue;
      link.replaceChildren(make('small', words[link.rel.includes('prev') ? 'prev' : 'next']), name);
      link.removeAttribute('aria-label');
      link.removeAttribute('title');
    }
  }

  // A state that outlives the page: chosen once, kept for this tab.
  function mode(name, apply) {
    const key = `flat-memory:${name}`;
    let on = new URLSearchParams(location.search).has(name);
    try { on ||= sessionStorage[key] === 'on'; } catch {}
    const set = (value) => {
      on = value;
      try { sessionStorage[key] = on ? 'on' : 'off'; } catch {}
      apply(on);
    };
    if (on) set(true);
    return { toggle: () => set(!on), isOn: () => on };
  }

  // A projector washes dark pages out: presenting is light, whatever was chosen.
  function present(on) {
    const chosen = ['navy', 'coal'].find((name) => root.classList.contains(name));
    root.classList.toggle('presenting', on);
    if (on && chosen) root.dataset.theme = chosen;
    const theme = on ? 'light' : root.dataset.theme;
    if (!theme) return;
    root.classList.remove('light', 'navy', 'coal');
    root.classList.add(theme);
    const dark = one('#mdbook-tomorrow-night-css');
    if (dark) dark.disabled = theme === 'light';
    const light = one('#mdbook-highlight-css');
    if (light) light.disabled = theme !== 'light';
    if (!on) delete root.dataset.theme;
  }

  const noted = [...document.querySelectorAll('script[type="text/x-notes"]')];
  function showNotes(on) {
    for (const shown of document.querySelectorAll('aside.notes')) shown.remove();
    if (!on) return;
    noted.forEach((script, index) => {
      const notes = make('aside', '', { className: 'notes', id: `notes-${index + 1}` });
      const many = noted.length > 1 ? ` ${index + 1}` : '';
      notes.setAttribute('aria-label', `Notes for the instructor${many}`);
      notes.innerHTML = script.textContent;
      notes.prepend(make('h2', 'For the instructor'));
      script.after(notes);
    });
  }

  function tools() {
    const content = one('#mdbook-content');
    if (!content) return;
    const bar = make('nav', '', { className: 'page-tools' });
    bar.setAttribute('aria-label', 'This page');
    const button = (text, press) => {
      const made = make('button', text, { type: 'button' });
      made.addEventListener('click', press);
      bar.append(made);
      return made;
    };
    const pressed = (made, of) => made.setAttribute('aria-pressed', of.isOn());

    button('Print this page', () => print());
    const whole = one('a[href$="print.html"]');
    if (whole) {
      bar.append(make('a', 'Print the whole book', { href: whole.href }));
      whole.remove();
    }
    const presenting = mode('present', present);
    const presenter = button('Presenter mode (P)', () => {
      presenting.toggle();
      pressed(presenter, presenting);
    });
    pressed(presenter, presenting);
    addEventListener('keydown', (event) => {
      const typing = event.target.closest?.('input, textarea, select');
      const plain = !event.altKey && !event.ctrlKey && !event.metaKey;
      if (event.key.toLowerCase() === 'p' && plain && !typing) presenter.click();
    });

    const notes = mode('notes', showNotes);
    if (noted.length > 0) {
      const shown = button('Instructor notes', () => {
        notes.toggle();
        pressed(shown, notes);
        one('aside.notes')?.scrollIntoView({ block: 'nearest' });
      });
      pressed(shown, notes);
    }
    content.append(bar);
  }

  threeThemes();
  wayOn();
  tools();
})();
