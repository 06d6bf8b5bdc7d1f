// The exercise box on the learner's own machine: a button that grades, and the runner's
// verdicts as they fall.
(() => {
  'use strict';
  const live = window.flatMemoryLive;
  const boxes = document.querySelectorAll('section.exercise');
  // The printed book has many boxes.
  if (!live || boxes.length !== 1) return;
  const { make } = live;
  const own = boxes[0].dataset.chapter;
  const steps = boxes[0].querySelector('.steps');
  const earlier = make('div', {});
  const story = make('div', { className: 'story', hidden: true });
  const onSave = make('input', { type: 'checkbox' });
  // The last failure, for a reload, a restart, and other tabs.
  const TRACE = `workbook-trace-${own}`;
  const SYMBOLS = { passed: '✔', 'not checkable': '–', 'not started': '○', running: '▸', '': '·' };
  const lines = {};
  let waiting = [];
  let isStale, hasFailed, folder, last;

  // Text whose `code` stands between backticks.
  const rich = (text) => text.split('`').map((part, at) => (at % 2 ? make('code', {}, part) : part));

  function show(name, status = '') {
    const line = lines[name];
    if (!line) return;
    line.dataset.status = status;
    line.firstChild.textContent = SYMBOLS[status] ?? '✘';
    line.lastChild.textContent = status;
  }

  // Two texts, with the part marked in which they differ.
  function apart(text, other) {
    if (!text || !other || text === other) return [make('pre', {}, text)];
    let start = 0;
    while (start < Math.min(text.length, other.length) && text[start] === other[start]) start += 1;
    let end = 0;
    const most = Math.min(text.length, other.length) - start;
    while (end < most && text.at(-1 - end) === other.at(-1 - end)) end += 1;
    const middle = text.slice(start, text.length - end);
    // Where nothing is left of one of them, a mark would have no place.
    const marked = middle ? [make('mark', {}, middle)] : [];
    return [make('pre', {}, text.slice(0, start), ...marked, text.slice(text.length - end))];
  }

  // The story of the first failure: the others may be the same mistake.
  function tell(chapter, check) {
    const path = check.place ?? (check.file && `exercises/${folder}/${check.file}`);
    const up = typeof path_to_root === 'string' ? path_to_root : '';
    const hints = document.getElementById(`hint-${chapter}-${check.name}`);
    const unfold = () => { if (hints) hints.open = true; };
    const link = (href, text) => make('a', { href, onclick: unfold }, text);
    const block = (text) => text && [make('pre', {}, text)];
    const code = (text) => text && [make('code', {}, text)];
    const rows = {
      [check.status]: rich(check.message),
      steps: block(check.steps.map((step, at) => `${at + 1}. ${step}`).join('\n')),
      expected: check.expected && apart(check.expected, check.seen),
      seen: check.seen && apart(check.seen, check.expected),
      measured: block(check.notes.join('\n')),
      printed: block(check.printed.join('\n')),
      why: rich(check.why),
      open: path && [live.fileLink(path.replace(/:\d+$/, ''), /:(\d+)$/.exec(path)?.[1], path)],
      read: [link(up + check.book.replace('.md', '.html'), 'where the book explains it')],
      'stuck?': [...hints ? [link(`#${hints.id}`, 'the hints on this page'), ', or '] : [], ...code(check.hint)],
      'by hand': code(check.repeat),
      picture: check.plot && [...code(check.plot), ' draws your server as curve A'],
      again: code(check.again),
    };
    const list = make('dl', {});
    for (const [name, value] of Object.entries(rows)) {
      if (value) list.append(make('dt', {}, name), make('dd', {}, ...value));
    }
    story.replaceChildren(make('p', {}, make('b', {}, ...rich(check.title))), list);
    story.hidden = false;
  }

  function keep(trace) {
    try {
      if (trace) localStorage[TRACE] = JSON.stringify(trace);
      else delete localStorage[TRACE];
    } catch { /* It's gone with this page. */ }
  }

  // The kept failure, if the record still has it.
  function recall(checks) {
    let trace;
    try { trace = JSON.parse(localStorage[TRACE] ?? 'null'); } catch { return false; }
    if (!trace) return false;
    const { status } = checks.find(({ name }) => name === trace.check?.name) ?? {};
    const isDue = trace.check ? status === trace.check.status
      : checks.some(({ status: one }) => one === 'does not compile');
    if (!isDue) return false;
    folder = trace.folder;
    if (trace.check) {
      panel.status.textContent = `First failure: ${trace.check.title}.`;
      tell(own, trace.check);
    } else {
      panel.said.textContent = trace.said;
      panel.quote(trace.words);
    }
    return true;
  }

  const heard = {
    begin(event) {
      folder = event.folder;
      waiting = event.again ? [] : event.checks.map(({ name }) => name);
      for (const name of waiting) show(name);
    },
    compiled({ compiles }) {
      panel.doing.textContent = '';
      if (compiles) show(waiting[0], 'running');
      else panel.quote(last = 'It doesn’t compile. The compiler says why below.');
      hasFailed ||= !compiles;
    },
    verdict({ chapter, check }) {
      if (chapter === own) show(check.name, check.status);
      waiting.shift();
      show(waiting[0], 'running');
      if (!check.fails || hasFailed) return;
      hasFailed = true;
      panel.status.textContent = `First failure: ${check.title}.`;
      tell(chapter, check);
      if (chapter === own) keep({ folder, check });
    },
    graded({ chapter, passed, total }) {
      const words = `${passed} of ${total} passed.`;
      if (chapter === own) last ||= words;
      else earlier.append(make('p', {}, `${chapter} has changed since it passed: ${words}`));
    },
    fault({ message }) { panel.quote(last = message); },
  };

  const panel = new live.Panel('Check', {
    path: () => `/__wb/check/${own}`,
    begin() {
      isStale = hasFailed = false;
      keep(null);
      last = '';
      story.hidden = true;
      earlier.replaceChildren();
      return `Checking ${own.replace('-', ' ')}.`;
    },
    hear: (event) => heard[event.event]?.(event),
    end() {
      show(waiting[0]);
      if (!panel.said.hidden) keep({ folder, words: last, said: panel.said.textContent });
      if (isStale) setTimeout(() => panel.start());
      return last;
    },
  });

  // A page that checks on save hears of saves also when it is out of sight.
  const KEY = 'workbook-check-on-save';
  const watch = () => document.documentElement.toggleAttribute('data-watching', onSave.checked);
  try { onSave.checked = localStorage[KEY] === 'yes'; } catch { /* It begins unchecked. */ }
  onSave.onchange = () => {
    watch();
    try { localStorage[KEY] = onSave.checked ? 'yes' : 'no'; } catch { /* For this page only. */ }
  };
  document.addEventListener('workbook:saved', ({ detail }) => {
    if (detail !== own || !onSave.checked) return;
    isStale = panel.isMine;
    panel.start();
  });

  // What the record says, also of checks in a terminal.
  document.addEventListener('workbook:standing', ({ detail }) => {
    const mine = detail.find(({ chapter }) => chapter === own);
    if (!mine || panel.isMine) return;
    const isNew = ({ name, status }) => lines[name] && lines[name].dataset.status !== (status ?? '');
    if (!mine.checks.some(isNew)) return;
    for (const { name, status } of mine.checks) show(name, status ?? '');
    story.hidden = panel.said.hidden = true;
    panel.status.textContent = '';
    recall(mine.checks);
    panel.doing.textContent = `So far: ${mine.words}.`;
  });

  for (const line of steps.querySelectorAll('[data-check]')) lines[line.dataset.check] = line;
  panel.controls.append(
    make('label', {}, onSave, ' Check whenever I save'),
    live.editorChoice(),
  );
  steps.before(...panel.parts, earlier, story);
  watch();
})();
