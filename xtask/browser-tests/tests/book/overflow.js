// Elements that make the page wider than its window. What is cut off counts as well, and
// what one of the boxes around the text would scroll: mdBook hides what stands out of the
// body, and its box of the text scrolls.
(() => {
  const width = document.documentElement.clientWidth;
  const frames = new Set();
  for (let box = document.querySelector('main'); box; box = box.parentElement) {
    frames.add(box);
  }

  function isInside(element) {
    for (let around = element.parentElement; around; around = around.parentElement) {
      const scrolls = getComputedStyle(around).overflowX !== 'visible';
      if (scrolls && !frames.has(around)) return true;
    }
    return false;
  }

  const wide = [...document.body.querySelectorAll('*')].filter((element) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.right > width + 1 && element.checkVisibility()
      && !isInside(element);
  });
  const named = wide.slice(0, 5).map((element) => {
    const right = Math.round(element.getBoundingClientRect().right);
    const marks = element.id ? [`#${element.id}`] : [...element.classList].map((c) => `.${c}`);
    return `${element.localName}${marks.join('')} ends at ${right} of ${width} pixels`;
  });
  for (const frame of frames) {
    if (named.length > 0 || frame.scrollWidth <= frame.clientWidth) continue;
    // A figure may be wider than the column of the text.
    const isWindow = frame === document.documentElement;
    if (!isWindow && getComputedStyle(frame).overflowX === 'visible') continue;
    const mark = frame.id && `#${frame.id}`;
    const room = `${frame.scrollWidth} of ${frame.clientWidth} pixels`;
    named.push(`${frame.localName}${mark} scrolls sideways: ${room}`);
  }
  return named;
})()
