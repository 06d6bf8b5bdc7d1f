// Tables on phones: three columns and more become blocks (theme/text.css), and long
// code in a cell may break. Without this they scroll.
(() => {
  'use strict';

  // A cell that stacks says its column. Blocks lose what a table tells a screen
  // reader, so each part gets its role in words.
  function stack(table) {
    const columns = [...table.querySelectorAll('thead th')];
    if (columns.length < 3) return;
    table.classList.add('stacks');
    const roles = { table: 'table', thead: 'rowgroup', tbody: 'rowgroup', tr: 'row' };
    table.setAttribute('role', roles.table);
    for (const part of table.querySelectorAll('thead, tbody, tr')) {
      part.setAttribute('role', roles[part.localName]);
    }
    for (const cell of columns) cell.setAttribute('role', 'columnheader');
    for (const row of table.querySelectorAll('tbody tr')) {
      [...row.cells].forEach((cell, index) => {
        cell.setAttribute('role', cell.localName === 'th' ? 'rowheader' : 'cell');
        const column = columns[index]?.textContent.trim();
        if (column) cell.dataset.column = column;
      });
    }
  }

  // A long call would push its table off a narrow screen. It may break where a reader
  // pauses; theme/text.css forbids the breaks on wide screens.
  function breakable(code) {
    const text = code.textContent;
    if (text.length < 20 || code.childElementCount > 0) return;
    const after = text.replace(/\((?!\))|[,_]|\w(?=::)/g, '$&\n');
    const parts = after.replace(/\.[a-z]/g, '\n$&').split('\n');
    code.textContent = '';
    for (const part of parts) code.append(part, document.createElement('wbr'));
  }

  // The rows of a simulator come and go; they find room on a phone by themselves.
  document.querySelectorAll('main table:not(.sim-rows)').forEach(stack);
  document.querySelectorAll('main td code').forEach(breakable);
})();
