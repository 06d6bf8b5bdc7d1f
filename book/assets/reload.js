// Loads the page again when the server shows a newer build of the book, and hands the
// other news on to the page's scripts. Static files carry no mark, so they ask for
// nothing.
(() => {
  const mark = document.querySelector('meta[name="workbook-events"]');
  if (!mark) return;
  const page = document.documentElement;
  let events = null;
  let isOld = false;
  let failed = 0;

  function listen() {
    events = new EventSource(mark.content);
    // One lost connection is nothing; the next attempt comes after a few seconds.
    events.addEventListener('error', () => banner((failed += 1) > 1));
    events.addEventListener('open', () => banner((failed = 0) > 0));
    events.addEventListener('build', (event) => {
      isOld = event.data !== mark.dataset.build;
      reload();
    });
    for (const news of ['open', 'saved', 'progress']) {
      events.addEventListener(news, ({ data }) => {
        document.dispatchEvent(new CustomEvent(`workbook:${news}`, { detail: data }));
      });
    }
  }

  // Says that the server has ended, or takes it back.
  function banner(isGone) {
    document.querySelector('.gone-server')?.remove();
    if (!isGone) return;
    const words = document.createElement('p');
    words.className = 'gone-server';
    words.setAttribute('role', 'status');
    words.textContent = 'The book isn’t served anymore, so nothing here can grade. '
      + 'Start it again with: cargo xtask book';
    document.body.append(words);
  }

  // A run that this page started would end with it: the newer page waits.
  function reload() {
    if (isOld && !('running' in page.dataset)) location.reload();
  }

  // Browsers open six connections to a server. A page that nobody looks at gives its
  // own back, or the seventh tab would wait for ever. One that grades on save is looked
  // at from an editor.
  function follow() {
    events?.close();
    events = null;
    if (!document.hidden || 'watching' in page.dataset) listen();
  }

  document.addEventListener('workbook:over', reload);
  document.addEventListener('visibilitychange', follow);
  addEventListener('pagehide', () => events?.close());
  addEventListener('pageshow', (event) => { if (event.persisted) follow(); });
  follow();
})();
