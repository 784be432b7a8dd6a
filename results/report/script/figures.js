// The registry of figures, and how one is put on the page: heading, buttons, choices, drawing, caption, the numbers as
// a table. What a figure must offer is described in figures/README.md. A figure is drawn when it comes near the window,
// and drawn again only there, so that a page of many rows stays quick.

const definitions = [];
const mounted = [];  // every figure on the page
let forPrint = false;

omb.figure = (definition) => definitions.push(definition);

const byOrder = (a, b) => a.order - b.order || (a.id < b.id ? -1 : 1);

// ---- hidden indexes, for the whole page

function initiallyHidden() {
  const chosen = omb.state.get('hide');
  // Bounds far outside the contenders' range would squeeze everything else; they can be switched on.
  const names = chosen === undefined ? ['full-scan'] : chosen.split(',').map(omb.decoded);
  const positions = omb.data.indexes.map((index, at) => at);
  return new Set(positions.filter((at) => names.includes(omb.data.indexes[at].name)));
}
let hidden = new Set();  // filled by mountRun, when the address is known

function toggleIndex(position) {
  if (hidden.has(position)) hidden.delete(position); else hidden.add(position);
  const names = Array.from(hidden, (at) => omb.data.indexes[at].name);
  const unchosen = names.length === 0 ? !omb.data.indexes.some((index) => index.name === 'full-scan')
    : names.length === 1 && names[0] === 'full-scan';
  omb.state.set('hide', unchosen ? null : names.map(encodeURIComponent).join(','));
  pressLegends();
  redraw(mounted);
}

function pressLegends() {
  for (const button of document.querySelectorAll('.legend button[data-index]')) {
    button.setAttribute('aria-pressed', String(!hidden.has(Number(button.dataset.index))));
  }
}

// ---- what a figure is given

/** The context of a figure: of row `number`, or of the whole run when that is undefined. */
function contextOf(definition, number, paper) {
  const colors = omb.colors(paper);
  const row = number === undefined ? undefined : omb.data.rows[number];
  return {
    data: omb.data, row, number, colors, paper: Boolean(paper), printed: forPrint,
    cells: row ? row.cells.filter((cell) => !hidden.has(cell.i)) : undefined,
    shown: (position) => !hidden.has(position),
    look: (position) => omb.look(position, colors),
    choice: (name) => chosenOf(definition, name, row),
  };
}

function chosenOf(definition, name, row) {
  const control = definition.controls({data: omb.data, row}).find((one) => one.name === name);
  const wanted = omb.state.get(definition.id + '.' + name);
  return control.values.some(([value]) => value === wanted) ? wanted : control.values[0][0];
}

// ---- one figure on the page

function redraw(entries) {
  for (const entry of entries) {
    entry.stale = true;
    if (entry.near || forPrint) draw(entry);
  }
}

function draw(entry) {
  entry.stale = false;
  const {definition, box} = entry;
  const context = contextOf(definition, entry.number);
  if (box.clientWidth === 0) { entry.stale = true; return; }
  if (definition.height) box.style.height = definition.height(context, box.clientWidth) + 'px';
  context.width = box.clientWidth;
  context.height = box.clientHeight;
  let option = null;
  try {
    option = definition.option(context);
  } catch (problem) {
    console.error('figure ' + definition.id, problem);
  }
  if (!entry.chart) {
    entry.chart = echarts.init(box, null, {renderer: 'svg'});
    entry.chart.on('click', (hit) => { if (hit.data && hit.data.anchor) omb.state.go(hit.data.anchor); });
  }
  entry.chart.resize();
  entry.chart.clear();
  entry.empty.hidden = option !== null;
  box.hidden = option === null;
  entry.items = [];
  entry.item = -1;
  if (option === null) return;
  entry.chart.setOption(option);
  option.series.forEach((series, seriesIndex) => (series.data || []).forEach((item, dataIndex) => {
    if (item && item.lines) entry.items.push({seriesIndex, dataIndex, lines: item.lines, anchor: item.anchor});
  }));
  if (entry.details.open) fillTable(entry);
}

/** A drawing of its own for files, always in the colours of paper. */
function drawForPaper(entry) {
  const context = contextOf(entry.definition, entry.number, true);
  context.width = Math.max(720, Math.min(1100, entry.box.clientWidth));
  context.height = entry.definition.height ? entry.definition.height(context, context.width) : 420;
  const chart = echarts.init(null, null, {renderer: 'svg', ssr: true, width: context.width, height: context.height});
  chart.setOption(entry.definition.option(context));
  const svg = chart.renderToSVGString();
  chart.dispose();
  const indexes = entry.legendOf().filter((position) => !hidden.has(position));
  return {svg, width: context.width, height: context.height, colors: context.colors, indexes};
}

function fillTable(entry) {
  const {columns, lines} = entry.definition.table(contextOf(entry.definition, entry.number));
  const head = omb.element('tr', {}, ...columns.map((name) => omb.element('th', {scope: 'col'}, name)));
  const body = lines.map((line) => omb.element('tr', {}, ...line.map((text, at) =>
    omb.element(at === 0 ? 'th' : 'td', at === 0 ? {scope: 'row'} : {}, text))));
  const table = omb.element('table', {class: 'numbers sortable'}, omb.element('thead', {}, head),
    omb.element('tbody', {}, ...body));
  entry.details.querySelector('.scroll').replaceChildren(table);
  omb.makeSortable(table);
}

/** Arrow keys walk through the marks: the tooltip opens, the live text reads it out. Enter goes to the mark's row. */
function walk(entry, event) {
  const by = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[event.key];
  if (event.key === 'Escape') { entry.chart.dispatchAction({type: 'hideTip'}); entry.spoken.textContent = ''; }
  const current = entry.items && entry.items[entry.item];
  if (event.key === 'Enter' && current && current.anchor) omb.state.go(current.anchor);
  if (!by || !entry.items || entry.items.length === 0) return;
  event.preventDefault();
  entry.item = (entry.item + by + entry.items.length + (entry.item < 0 && by < 0 ? 1 : 0)) % entry.items.length;
  const {seriesIndex, dataIndex, lines} = entry.items[entry.item];
  entry.chart.dispatchAction({type: 'showTip', seriesIndex, dataIndex});
  entry.spoken.textContent = lines.join(', ');
}

function buttons(entry, title) {
  const name = () => entry.definition.id + (entry.number === undefined ? '' : '-row-' + (entry.number + 1));
  const save = (kind, words) => {
    const button = omb.element('button', {type: 'button', 'aria-label': 'save ' + title + ' as ' + words}, words);
    button.addEventListener('click', () => omb.saveFigure(kind, name(), title, drawForPaper(entry)));
    return button;
  };
  return omb.element('span', {class: 'exports'}, save('svg', 'SVG'), save('png', 'PNG'));
}

function controlNodes(definition, number) {
  const row = number === undefined ? undefined : omb.data.rows[number];
  return (definition.controls ? definition.controls({data: omb.data, row}) : []).filter((one) => one.values.length > 1)
    .map((control) => {
      const key = definition.id + '.' + control.name;
      const select = omb.element('select', {'data-choice': key}, ...control.values.map(([value, label]) =>
        omb.element('option', {value}, label)));
      select.value = chosenOf(definition, control.name, row);
      select.addEventListener('change', () => {
        omb.state.set(key, select.value === control.values[0][0] ? null : select.value);
        for (const other of document.querySelectorAll('select[data-choice]')) {
          if (other.dataset.choice === key) other.value = select.value;
        }
        redraw(mounted.filter((entry) => entry.definition === definition));
      });
      return omb.element('label', {class: 'choice'}, control.label + ' ', select);
    });
}

const textOf = (value, context) => (typeof value === 'function' ? value(context) : value);

function mount(definition, number, place) {
  const context = contextOf(definition, number);
  const title = textOf(definition.title, context);
  const entry = {definition, number, near: false, stale: true};
  const id = definition.id + (number === undefined ? '' : '-' + (number + 1));
  entry.box = omb.element('div', {class: 'chart', role: 'img', tabindex: '0', 'aria-label': title,
                                  'aria-describedby': 'figure-' + id + '-caption'});
  entry.box.addEventListener('keydown', (event) => walk(entry, event));
  entry.empty = omb.element('p', {class: 'empty'}, 'Nothing to draw: no shown index has these numbers.');
  entry.empty.hidden = true;
  entry.spoken = omb.element('output', {class: 'spoken', 'aria-live': 'polite'});
  entry.details = omb.element('details', {}, omb.element('summary', {}, 'Numbers of this figure'),
    omb.element('div', {class: 'scroll', role: 'region', tabindex: '0', 'aria-label': 'numbers of ' + title}));
  entry.details.addEventListener('toggle', () => { if (entry.details.open) fillTable(entry); });
  const own = number === undefined && definition.indexes ? definition.indexes(context) : [];
  entry.legendOf = () => (definition.indexes ? definition.indexes(contextOf(definition, number)) : []);
  const figure = omb.element('figure', {id: 'figure-' + id, class: definition.wide ? 'wide' : ''},
    omb.element('div', {class: 'figure-head'}, omb.element('h4', {}, title), ...controlNodes(definition, number),
      buttons(entry, title)),
    entry.box, entry.empty, ...(own.length > 0 ? [legend(own)] : []),
    omb.element('figcaption', {id: 'figure-' + id + '-caption'}, textOf(definition.caption, context)), entry.spoken,
    entry.details);
  place.append(figure);
  mounted.push(entry);
  figure.entry = entry;
  if (forPrint) draw(entry);
  nearness.observe(figure);
  resizes.observe(figure);
}

const nearness = new IntersectionObserver((changes) => {
  for (const change of changes) {
    const entry = change.target.entry;
    entry.near = change.isIntersecting;
    if (entry.near && entry.stale) draw(entry);
  }
}, {rootMargin: '300px'});

const resizes = new ResizeObserver((changes) => {
  for (const change of changes) {
    const entry = change.target.entry, width = Math.round(change.contentRect.width);
    if (width === entry.lastWidth || width === 0) continue;
    const first = entry.lastWidth === undefined;
    entry.lastWidth = width;
    if (!first && !forPrint) redraw([entry]);
  }
});

// ---- legends

/** Toggles for index positions; `describe` gives the words read out when one is focused. */
function legend(positions, describe, entries) {
  const status = omb.element('output', {'aria-live': 'polite'},
    'Select a name to hide or show it' + (describe ? '; focus it to read its numbers.' : '.'));
  const list = omb.element('ul', {});
  for (const position of positions) {
    const name = omb.data.indexes[position].name;
    const button = omb.element('button', {type: 'button', 'data-index': position,
      'aria-pressed': String(!hidden.has(position))},
      omb.swatch(position), name);
    button.addEventListener('click', () => toggleIndex(position));
    const highlight = (type) => (entries ? entries() : mounted).forEach((entry) => {
      if (entry.chart && entry.near) entry.chart.dispatchAction({type, seriesName: name});
    });
    for (const event of ['focus', 'mouseenter']) {
      button.addEventListener(event, () => {
        if (describe) status.textContent = describe(position);
        highlight('highlight');
      });
    }
    for (const event of ['blur', 'mouseleave']) button.addEventListener(event, () => highlight('downplay'));
    list.append(omb.element('li', {}, button));
  }
  return omb.element('div', {class: 'legend'}, list, status);
}

function describeCell(row, position) {
  const cell = row.cells.find((one) => one.i === position);
  const parts = [omb.data.indexes[position].name];
  if (cell.ns) parts.push(omb.exact(cell.ns, 'ns/op'));
  if (cell.size) parts.push(omb.threeDigits(cell.size) + ' bytes per key');
  for (const mark of (cell.latency || {marks: []}).marks) {
    parts.push(mark.p + ' ' + omb.atMost(mark) + omb.exact(mark.v, 'ns'));
  }
  return parts.join(' \u00b7 ');
}

// ---- for page.js

/** Whether the page carries the chart library; a program may be built without it. */
omb.canDraw = typeof echarts !== 'undefined';

/** Puts the figures of the whole run into `place`; true when there is any. */
omb.mountRun = function (place) {
  hidden = initiallyHidden();
  if (!omb.canDraw) return false;
  const wanted = definitions.filter((one) => one.scope === 'run' && one.applies(contextOf(one))).sort(byOrder);
  for (const definition of wanted) mount(definition, undefined, place);
  return wanted.length > 0;
};

/** Puts the figures of one row and their common legend into `place`; true when there is any. */
omb.mountRow = function (number, place) {
  if (!omb.canDraw) return false;
  const wanted = definitions.filter((one) => one.scope === 'row' && one.applies(contextOf(one, number))).sort(byOrder);
  for (const definition of wanted) mount(definition, number, place);
  const row = omb.data.rows[number];
  if (wanted.length > 0 && row.cells.length > 0) {
    place.append(legend(row.cells.map((cell) => cell.i), (position) => describeCell(row, position),
      () => mounted.filter((entry) => entry.number === number)));
  }
  return wanted.length > 0;
};

/** Draws everything again: other colours, or another address. */
omb.redrawAll = function () {
  hidden = initiallyHidden();
  pressLegends();
  for (const select of document.querySelectorAll('select[data-choice]')) {
    const wanted = omb.state.get(select.dataset.choice);
    select.value = Array.from(select.options).some((one) => one.value === wanted) ? wanted : select.options[0].value;
  }
  for (const button of document.querySelectorAll('.legend button[data-index]')) {
    button.firstChild.replaceWith(omb.swatch(Number(button.dataset.index)));
  }
  redraw(mounted);
};

/** Before and after printing: everything is drawn, whether it was near the window or not. */
omb.printing = function (on) {
  forPrint = on;
  redraw(mounted);
};
