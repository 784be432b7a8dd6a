// Tables: they sort by a click on a column's head, the table of all numbers is filtered by words, and single rows show
// their lines of it. Without JavaScript they are plain tables in the order of the run.

const kNumber = /^(?:<=)?[~\s]*(-?[\d,]*\.?\d+(?:e[-+]?\d+)?)/i;

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

// ---- the table of all numbers

const kIdentity = 5;  // columns that say what a line is about
const kGroups = [['time', 'Time per operation (ns)'], ['cost', 'Build and memory']];

function filterLines(lines, words, count) {
  let left = 0;
  for (const {line, text} of lines) {
    line.hidden = !words.every((word) => text.includes(word));
    if (!line.hidden) ++left;
  }
  count.textContent = words.length === 0 ? '' : omb.withCommas(left) + ' of ' +
    omb.counted(lines.length, 'line');
}

/** Shows the lines in which all words of the filter occur: names, sizes, families, statuses; or any text of theirs. */
omb.setUpFilter = function () {
  const table = document.getElementById('all-numbers'), input = document.getElementById('filter');
  const told = table.dataset.filter === 'all' ? Infinity : kIdentity;
  const identity = (line) => Array.from(line.cells).filter((cell, at) => at < told || cell.colSpan > 1);
  const lines = Array.from(table.tBodies[0].rows, (line) =>
    ({line, text: identity(line).map((cell) => cell.textContent).join(' ').toLowerCase()}));
  const apply = () => filterLines(lines, input.value.toLowerCase().split(/\s+/).filter((word) => word !== ''),
    document.getElementById('filter-count'));
  const read = () => {
    input.value = omb.state.get('filter') || '';
    apply();
  };
  document.getElementById('filter-place').hidden = false;
  input.addEventListener('input', () => {
    omb.state.set('filter', input.value || null);
    apply();
  });
  omb.state.watch(read);
  read();
};

/** A table of the lines of one row, with the columns of one group. */
function groupTable(source, lines, group, caption) {
  const heads = Array.from(source.tHead.rows[0].cells);
  const has = (at) => lines.some((line) => line.cells.length === heads.length &&
    line.cells[at].textContent !== '\u2013');
  const columns = heads.map((_, at) => at).filter((at) => heads[at].dataset.group === group && has(at));
  const head = omb.element('tr', {}, ...[0, ...columns].map((at) =>
    omb.element('th', {scope: 'col'}, heads[at].dataset.label || heads[at].textContent)));
  const body = lines.map((line) => {
    const copy = omb.element('tr', {class: line.className}, line.cells[0].cloneNode(true));
    if (line.cells.length === heads.length) copy.append(...columns.map((at) => line.cells[at].cloneNode(true)));
    else copy.append(line.cells[kIdentity].cloneNode(true));
    if (copy.cells[1]) copy.cells[1].colSpan = line.cells.length === heads.length ? 1 : Math.max(1, columns.length);
    return copy;
  });
  const table = omb.element('table', {class: 'cells sortable'}, omb.element('caption', {}, caption),
    omb.element('thead', {}, head), omb.element('tbody', {}, ...body));
  omb.makeSortable(table);
  return omb.element('div', {class: 'scroll', role: 'region', tabindex: '0', 'aria-label': caption}, table);
}

/** Puts the lines of row `number` into `place`. */
omb.showRowNumbers = function (number, place) {
  const source = document.getElementById('all-numbers');
  const lines = Array.from(source.tBodies[0].rows).filter((line) => line.dataset.row === String(number + 1));
  place.replaceChildren(...kGroups.map(([group, caption]) => groupTable(source, lines, group, caption)));
};
