// Tables that sort by a click on a column's head. Without JavaScript they are plain tables in the order of the run.

const kNumber = /^[\u2264~\s]*(-?[\d,]*\.?\d+(?:e[-+]?\d+)?)/i;

/** What a table cell sorts by: its data-v, or the number its first text begins with, or its text; null when empty. */
function sortValue(row, column) {
  const cell = row.cells[column];
  if (!cell || cell.colSpan > 1) return null;
  if (cell.dataset.v !== undefined) return Number(cell.dataset.v);
  const first = cell.firstChild ? cell.firstChild.textContent.trim() : '';
  if (first === '' || first === '\u2013') return null;
  const number = cell.tagName === 'TH' ? null : kNumber.exec(first);
  return number ? Number(number[1].replaceAll(',', '')) : cell.textContent;
}

function compare(x, y) {
  if (typeof x === 'number' && typeof y === 'number') return x - y;
  return String(x).localeCompare(String(y), 'en', {numeric: true});
}

function sortBy(table, column) {
  const head = table.tHead.rows[0].cells[column];
  const direction = head.getAttribute('aria-sort') === 'ascending' ? -1 : 1;
  for (const cell of table.tHead.rows[0].cells) cell.removeAttribute('aria-sort');
  head.setAttribute('aria-sort', direction === 1 ? 'ascending' : 'descending');
  const body = table.tBodies[0];
  const keyed = Array.from(body.rows, (row) => ({row, value: sortValue(row, column)}));
  keyed.sort((a, b) => {
    if (a.value === null || b.value === null) return (a.value === null) - (b.value === null);  // last either way
    return direction * compare(a.value, b.value);
  });
  body.append(...keyed.map((one) => one.row));
}

omb.makeSortable = function (table) {
  Array.from(table.tHead.rows[0].cells).forEach((cell, column) => {
    const button = omb.element('button', {type: 'button', title: 'sort'}, cell.textContent);
    button.addEventListener('click', () => sortBy(table, column));
    cell.replaceChildren(button);
  });
};
