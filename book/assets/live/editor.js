// Places in the learner's files, as links into their editor.
(() => {
  'use strict';
  const live = window.flatMemoryLive;
  if (!live) return;
  const { make } = live;
  const KEY = 'workbook-editor';

  // What opens a file at a line. Each editor registers its scheme when it's installed.
  const EDITORS = {
    'VS Code': (file, line) => `vscode://file${file}:${line}`,
    VSCodium: (file, line) => `vscodium://file${file}:${line}`,
    Cursor: (file, line) => `cursor://file${file}:${line}`,
    Zed: (file, line) => `zed://file${file}:${line}`,
    IntelliJ: (file, line) => `idea://open?file=${file}&line=${line}`,
    MacVim: (file, line) => `mvim://open?url=file://${file}&line=${line}`,
  };

  let chosen = Object.keys(EDITORS)[0];
  try { chosen = EDITORS[localStorage[KEY]] ? localStorage[KEY] : chosen; } catch { /* The first. */ }

  // The address of a file of the workbook, in the editor of the moment.
  function address(path, line = 1) {
    const file = `${live.root}/${path}`.replaceAll('\\', '/').replace(/^\/?/, '/');
    return EDITORS[chosen](encodeURI(file), line);
  }

  function link(path, line, text) {
    const a = make('a', { href: address(path, line) }, text);
    Object.assign(a.dataset, { path, line: line ?? 1 });
    return a;
  }

  // A choice that holds for all pages, and changes the links that are there.
  live.editorChoice = () => {
    const select = make('select', {});
    select.append(...Object.keys(EDITORS).map((name) => make('option', {}, name)));
    select.value = chosen;
    select.onchange = () => {
      chosen = select.value;
      try { localStorage[KEY] = chosen; } catch { /* For this page only. */ }
      for (const a of document.querySelectorAll('a[data-path]')) {
        a.href = address(a.dataset.path, a.dataset.line);
      }
    };
    return make('label', {}, 'Open files in ', select);
  };
  live.fileLink = link;

  // The compiler's text: its errors and warnings marked, its places as links.
  live.compiler = (text) => text.split(/^/m).flatMap((line) => {
    const place = /^(\s*--> )([^\s:]+):(\d+)(:\d+)?/.exec(line);
    if (place) {
      const [all, arrow, path, at, column = ''] = place;
      const target = path.replaceAll('\\', '/');
      return [arrow, link(target, at, `${path}:${at}${column}`), line.slice(all.length)];
    }
    const head = /^(error|warning)(\[\w+\])?:/.exec(line);
    if (!head) return [line];
    return [make('b', { className: head[1] }, head[0]), line.slice(head[0].length)];
  });
})();
