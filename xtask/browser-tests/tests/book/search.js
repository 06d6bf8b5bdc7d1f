// Words that the source of a page has in its figures and nowhere else, longest first.
// The source is read, because simulators rewrite their words when they start.
((source) => {
  const parsed = new DOMParser().parseFromString(source, 'text/html');
  const inside = [];
  const outside = new Set();
  const texts = parsed.createTreeWalker(parsed.querySelector('main'), NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { data, parentElement } = texts.currentNode;
    if (parentElement.closest('script, style')) continue;
    const words = data.toLowerCase().match(/\b[a-z]{5,}\b/g) ?? [];
    for (const word of words) {
      if (parentElement.closest('figure')) inside.push(word);
      else outside.add(word);
    }
  }
  const own = new Set(inside.filter((word) => !outside.has(word)));
  return [...own].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
})