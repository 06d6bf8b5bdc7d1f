// Loads the page again when the server shows a newer build of the book. Static files
// carry no mark, so they ask for nothing.
(() => {
  const mark = document.querySelector('meta[name="workbook-events"]');
  if (!mark) return;
  let events = null;

  function listen() {
    events = new EventSource(mark.content);
    events.addEventListener('build', (event) => {
      if (event.data !== mark.dataset.build) location.reload();
    });
  }

  // Browsers open six connections to a server. A page that nobody looks at gives its
  // own back, or the seventh tab would wait for ever.
  function follow() {
    events?.close();
    events = null;
    if (!document.hidden) listen();
  }

  document.addEventListener('visibilitychange', follow);
  addEventListener('pagehide', () => events?.close());
  addEventListener('pageshow', (event) => { if (event.persisted) follow(); });
  follow();
})();
