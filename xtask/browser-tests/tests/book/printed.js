// What would print badly: dark grounds, pale text, and folds that hide something.
// Colours are computed, so a style sheet in whatever notation is judged alike.
(() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });

  function rgba(colour) {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return { parts: [r, g, b], alpha: a / 255 };
  }

  // WCAG 2.2, relative luminance.
  function luminance(parts) {
    const [r, g, b] = parts.map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  function over(top, ground) {
    return top.parts.map((part, i) => part * top.alpha + ground[i] * (1 - top.alpha));
  }

  // What lies behind an element, on white paper.
  function ground(element) {
    const around = element.parentElement;
    const behind = around ? ground(around) : [255, 255, 255];
    return over(rgba(getComputedStyle(element).backgroundColor), behind);
  }

  // In a picture a shape that was drawn before lies behind as well.
  function groundInPicture(text) {
    const box = text.getBoundingClientRect();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const picture = text.ownerSVGElement;
    let behind = ground(picture);
    for (const shape of picture.querySelectorAll('rect, circle, ellipse, path, polygon')) {
      const isBefore = shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING;
      const { left, right, top, bottom } = shape.getBoundingClientRect();
      const holds = left <= x && x <= right && top <= y && y <= bottom;
      const { fill, fillOpacity } = getComputedStyle(shape);
      if (!isBefore || !holds || fill === 'none') continue;
      const colour = rgba(fill);
      colour.alpha *= Number(fillOpacity);
      behind = over(colour, behind);
    }
    return behind;
  }

  function contrast(one, other) {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  }

  const bad = new Set();
  const name = (element) => element.localName + (element.id && `#${element.id}`);
  const blocks = 'html, body, main, main :is(p, li, dd, pre, figure, table, th, td, '
    + 'blockquote, figcaption, summary, legend, h1, h2, h3)';
  for (const element of document.querySelectorAll(blocks)) {
    if (!element.checkVisibility()) continue;
    const behind = ground(element);
    if (luminance(behind) < 0.7) bad.add(`${name(element)} has a dark ground ${behind}`);
    const text = over(rgba(getComputedStyle(element).color), behind);
    const ratio = contrast(text, behind);
    if (ratio < 7) bad.add(`${name(element)} has text of ${ratio.toFixed(1)}:1`);
  }
  for (const text of document.querySelectorAll('main svg text, main pre code span')) {
    if (!text.checkVisibility()) continue;
    const isPicture = text.namespaceURI.endsWith('svg');
    const behind = isPicture ? groundInPicture(text) : ground(text);
    const style = getComputedStyle(text);
    const colour = isPicture ? style.fill : style.color;
    const ratio = contrast(over(rgba(colour), behind), behind);
    if (ratio < 4.5) {
      bad.add(`"${text.textContent.trim().slice(0, 20)}" is ${ratio.toFixed(1)}:1`);
    }
  }
  // Hints stay folded: a printed chapter is worked through.
  for (const fold of document.querySelectorAll('main details:not([open], .hints, .hints *)')) {
    bad.add(`folded: ${fold.querySelector('summary')?.textContent.trim()}`);
  }
  return [...bad].slice(0, 12);
})()
