// What binds the page together: which row is shown, light and dark, paper, and the start.

const rows = Array.from(document.querySelectorAll('section.row'));
const ready = new Set();  // numbers of rows whose figures are on the page
const select = document.getElementById('row-select');

function ensureFigures(number) {
  if (ready.has(number)) return;
  ready.add(number);
  const place = rows[number].querySelector('.charts');
  place.hidden = false;  // drawings ask for their width
  place.hidden = !omb.mountRow(number, place);
  const numbers = rows[number].querySelector('.row-numbers');
  if (numbers) omb.showRowNumbers(number, numbers);
}

const watcher = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (entry.isIntersecting) ensureFigures(rows.indexOf(entry.target));
  }
}, {rootMargin: '400px'});

function show(choice) {
  select.value = choice;
  rows.forEach((row, number) => {
    row.hidden = choice !== 'rows-all' && row.id !== choice;
    if (row.hidden) return;
    if (choice !== 'rows-all') ensureFigures(number); else watcher.observe(row);
  });
  document.getElementById('row-previous').disabled = select.selectedIndex <= 0;
  document.getElementById('row-next').disabled = select.selectedIndex >= select.options.length - 1;
}

/** Follows the address: a row, all rows, or any other place of the page. */
function follow() {
  const anchor = omb.state.anchor();
  if (select && Array.from(select.options).some((option) => option.value === anchor)) show(anchor);
  const target = anchor && document.getElementById(anchor === 'rows-all' ? 'rows' : anchor);
  if (target) target.scrollIntoView();
}

function step(by) {
  const option = select.options[select.selectedIndex + by];
  if (option) omb.state.go(option.value);
}

function setUpSelector() {
  if (rows.length === 0) return;
  // On a telephone there is room for what tells rows apart; each says the rest below its title.
  const scales = omb.data.rows.map(omb.rowScale);
  const several = new Set(scales).size > 1;
  rows.forEach((row, number) => {
    select.append(omb.element('option', {value: row.id}, (number + 1) + '. ' + omb.rowTitle(omb.data.rows[number]) +
      (several ? ' (' + scales[number] + ')' : '')));
  });
  if (rows.length > 1) select.append(omb.element('option', {value: 'rows-all'}, 'all rows'));
  document.getElementById('row-selector').hidden = false;
  select.addEventListener('change', () => omb.state.go(select.value));
  document.getElementById('row-previous').addEventListener('click', () => step(-1));
  document.getElementById('row-next').addEventListener('click', () => step(1));
  show(rows[0].id);
}

function setUpTheme() {
  const theme = document.getElementById('theme');
  const apply = () => {
    const wanted = omb.state.get('theme');
    theme.value = wanted === 'light' || wanted === 'dark' ? wanted : '';
    if (theme.value) document.documentElement.dataset.theme = theme.value;
    else delete document.documentElement.dataset.theme;
  };
  theme.closest('label').hidden = false;
  theme.addEventListener('change', () => {
    omb.state.set('theme', theme.value || null);
    apply();
    omb.redrawAll();
  });
  omb.state.watch(apply);
  apply();
}

function setUpMedia() {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', omb.redrawAll);
  matchMedia('print').addEventListener('change', (event) => omb.printing(event.matches));
  addEventListener('beforeprint', () => rows.forEach((row, number) => { if (!row.hidden) ensureFigures(number); }));
}

omb.start = function () {
  document.querySelectorAll('table.sortable:has(thead)').forEach(omb.makeSortable);
  if (document.getElementById('filter')) omb.setUpFilter();
  setUpTheme();
  setUpMedia();
  const figures = document.getElementById('figures');
  figures.hidden = false;
  figures.hidden = !omb.mountRun(figures.querySelector('.charts'));
  for (const part of document.querySelectorAll('[data-charts]')) {
    part.hidden = omb.canDraw !== (part.dataset.charts === 'yes');
  }
  setUpSelector();
  omb.state.watch(omb.redrawAll);
  omb.state.watch(follow);
  follow();
};
