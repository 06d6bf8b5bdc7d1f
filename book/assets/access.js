// Cures for what mdBook's page lacks for readers with a keyboard or a screen reader.
(() => {
  'use strict';
  const one = (selector) => document.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];

  // The sidebar's toggle is a label, which Tab does not reach: a button presses it.
  function sidebarButton() {
    const label = one('#mdbook-sidebar-toggle');
    const box = one('#mdbook-sidebar-toggle-anchor');
    if (!label || !box) return;
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'icon-button';
    button.title = 'Chapters';
    button.setAttribute('aria-label', 'Chapters');
    button.setAttribute('aria-controls', 'mdbook-sidebar');
    button.append(...label.cloneNode(true).childNodes);
    const tell = () => button.setAttribute('aria-expanded', box.checked);
    button.addEventListener('click', () => label.click());
    box.addEventListener('change', tell);
    tell();
    label.before(button);
    label.hidden = true;
    label.style.display = 'none';
  }

  // mdBook looks at the width only as a page loads. A reader who enlarges the text of
  // an open page would keep a sidebar that leaves no room for it.
  function sidebarMakesRoom() {
    const box = one('#mdbook-sidebar-toggle-anchor');
    matchMedia('(max-width: 1079px)').addEventListener('change', ({ matches }) => {
      if (!matches || !box?.checked) return;
      let kept;
      try { kept = localStorage['mdbook-sidebar']; } catch {}
      box.click();
      // It was not the reader who closed it.
      try { if (kept) localStorage['mdbook-sidebar'] = kept; } catch {}
    });
  }

  // The menu bar and the search stand outside all landmarks, the search field has no
  // label, and the title is a second h1.
  function landmarks() {
    one('#mdbook-menu-bar')?.setAttribute('role', 'banner');
    one('#mdbook-search-wrapper')?.setAttribute('role', 'search');
    one('#mdbook-searchbar')?.setAttribute('aria-label', 'Search this book');
    one('.menu-title')?.setAttribute('role', 'presentation');
  }

  // The first Tab stop leads past the sidebar.
  function skipLink() {
    const main = one('main');
    if (!main) return;
    main.id ||= 'main';
    main.tabIndex = -1;
    const link = document.createElement('a');
    link.className = 'skip-link';
    link.href = `#${main.id}`;
    link.textContent = 'Skip to the text';
    const nav = document.createElement('nav');
    nav.setAttribute('aria-label', 'Skip');
    nav.append(link);
    one('#mdbook-body-container')?.prepend(nav);
  }

  // What scrolls sideways must be reachable, or a keyboard cannot scroll it.
  function scrollable() {
    for (const area of all('main pre > code, main .table-wrapper, main .figure-scroll')) {
      if (area.scrollWidth <= area.clientWidth + 1) continue;
      area.tabIndex = 0;
      area.setAttribute('role', 'group');
      const isFigure = area.matches('.figure-scroll');
      const isCode = area.matches('code');
      area.setAttribute('aria-label', isFigure ? 'Figure' : isCode ? 'Code' : 'Table');
    }
  }

  // Plain arrow keys read and scroll; mdBook turns the page with them.
  function freeArrowKeys() {
    addEventListener('keydown', (event) => {
      const plain = !event.altKey && !event.ctrlKey && !event.metaKey;
      if (plain && /^Arrow(Left|Right)$/.test(event.key)) event.stopImmediatePropagation();
    }, true);
    one('#mdbook-help-popup p')?.remove();
    for (const link of all('[rel~=prev], [rel~=next]')) {
      link.removeAttribute('aria-keyshortcuts');
    }
  }

  // Paper cannot be unfolded. Hints stay folded: a printed chapter is worked through.
  function unfoldForPrint() {
    addEventListener('beforeprint', () => {
      for (const fold of all('main details:not([open], .hints, .hints *)')) {
        fold.open = true;
        fold.dataset.unfolded = '';
      }
    });
    addEventListener('afterprint', () => {
      for (const fold of all('main details[data-unfolded]')) {
        fold.open = false;
        delete fold.dataset.unfolded;
      }
    });
  }

  sidebarButton();
  sidebarMakesRoom();
  landmarks();
  skipLink();
  scrollable();
  addEventListener('resize', scrollable);
  freeArrowKeys();
  unfoldForPrint();
})();
