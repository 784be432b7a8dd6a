// Winner map: where learned indexes win and where they lose, over datasets and workloads (and numbers of keys and
// threads, where a run has several). The colour is the ratio of the headline verdict.

const kLeastHeight = 46, kWidestCell = 180, kLegendHeight = 44;
const kFailures = ['wrong_result', 'crash', 'error', 'oom', 'timeout', 'implausible', 'interrupted'];

const several = (value) => omb.unique(omb.data.rows.map(value)).length > 1;

/** Whether a dataset was measured at more than one size: then sizes are columns; else they belong to the dataset. */
const sizesVary = () => {
  const places = omb.unique(omb.data.rows.map((row) => row.dataset + ' ' + omb.keysOf(row)));
  return places.length > omb.unique(omb.data.rows.map((row) => row.dataset)).length;
};

/** What tells columns apart, as lines of text. */
function columnLabel(row) {
  const parts = [row.workload];
  if (sizesVary()) parts.push(omb.shortCount(omb.keysOf(row)) + ' keys');
  if (several((one) => one.threads)) parts.push(omb.counted(row.threads, 'thread'));
  if (row.cold) parts.push('cold');
  return parts.join('\n');
}

/** {columns, lines, cells: [{x, y, row, number}]}; on a narrow page datasets become the columns. */
function layout(width) {
  const datasets = omb.unique(omb.data.rows.map((row) => row.dataset));
  const columns = omb.unique(omb.data.rows.map(columnLabel));
  const turned = (width - 120) / columns.length < 62 && datasets.length < columns.length;
  const cells = omb.data.rows.map((row, number) => {
    const [x, y] = [columns.indexOf(columnLabel(row)), datasets.indexOf(row.dataset)];
    return turned ? {x: y, y: x, row, number} : {x, y, row, number};
  });
  return turned ? {columns: datasets, lines: columns, cells} : {columns, lines: datasets, cells};
}

/** What a cell shows: {name, words, mark, value: log2 ratio or null, hatched}. */
function content(cell, context) {
  const verdict = omb.verdictOf(cell.row, context.choice('opponent'), context.choice('metric'));
  const failures = cell.row.failed.filter((one) => kFailures.includes(one.status));
  const lines = verdict ? omb.verdictLines(cell.row, verdict)
    : [omb.rowTitle(cell.row), omb.rowScale(cell.row), 'no such verdict'];
  for (const one of failures) lines.push('\u2716 ' + omb.data.indexes[one.i].name + ': ' + one.status);
  const out = {verdict, lines, failures: failures.length, value: null, hatched: false};
  if (!verdict) return Object.assign(out, {name: '\u2013', words: 'no verdict'});
  if (!verdict.ratio) {
    const missing = verdict.learned === undefined || verdict.baseline === undefined;
    if (missing && failures.length === 0) return Object.assign(out, {name: '\u2013', words: 'not run'});
    return Object.assign(out, {name: missing ? '\u2716' : '\u00d8', words: missing ? 'did not finish' : 'unresolved'});
  }
  const better = verdict.ratio[0] <= 1 ? verdict.learned : verdict.baseline;
  const words = omb.times(verdict.ratio[0]);
  out.hatched = verdict.verdict === 'inconclusive';
  out.value = out.hatched ? null : Math.log2(verdict.ratio[0]);
  return Object.assign(out, {name: (omb.isWeak(verdict) ? '~ ' : '') + omb.data.indexes[better].name,
                             words: verdict.verdict === 'tie' ? 'tie ' + words : words});
}

const labelSpace = (names) => Math.max(...names.flatMap((name) => name.split('\n')).map((line) => line.length));

/** Where columns begin, and how wide each is. */
function columnPlaces(columns, lines, width) {
  const left = Math.min(Math.max(60, labelSpace(lines) * 6.4 + 16), width * .36);
  return {left, cell: Math.min(kWidestCell, (width - left - 6) / columns.length)};
}

/** The height of all cells: names are never cut, so that narrow cells are high. */
function cellHeight(cells, context, cell) {
  return kLeastHeight + Math.max(...cells.map((one) => {
    const {name, words} = content(one, context);
    return omb.nameSpace(name, cell - 2) + omb.nameSpace(words, cell - 2);
  }));
}

function option(context) {
  const {colors, width} = context, {columns, lines, cells} = layout(width);
  const shown = cells.map((cell) => content(cell, context));
  const values = shown.map((one) => Math.abs(one.value || 0));
  const limit = [.5, 1].find((one) => one >= Math.max(...values)) || 2;  // beyond 4x the colour is full
  const {left, cell} = columnPlaces(columns, lines, width);
  const axis = (data, extra) => Object.assign({
    type: 'category', data, axisLine: {show: false}, axisTick: {show: false}, splitLine: {show: false},
    axisLabel: Object.assign({color: colors.text, fontSize: 11, interval: 0, overflow: 'break', lineHeight: 14},
      extra.axisLabel),
  }, extra.axis);
  return Object.assign(omb.baseOption(colors, 'Winner map.'), {
    grid: {left, width: cell * columns.length, top: topSpace(columns, cell), bottom: kLegendHeight},
    xAxis: axis(columns, {axis: {position: 'top'}, axisLabel: {width: cell - 6}}),
    yAxis: axis(lines, {axis: {inverse: true}, axisLabel: {width: left - 12}}),
    series: [{type: 'custom', clip: false, encode: {x: 0, y: 1},
              renderItem: (hit, api) => omb.mapCell(shown[hit.dataIndex], omb.mapBox(api), limit, colors),
              data: cells.map((cell, at) => ({value: [cell.x, cell.y], lines: shown[at].lines, anchor: 'row-' +
                (cell.number + 1)}))}],
    graphic: omb.mapScale(limit, context, left),
  });
}

/** Room for the labels above the columns: those that are too wide are broken into more lines. */
function topSpace(columns, width) {
  const lines = columns.map((name) => name.split('\n').reduce((sum, line) => sum +
    Math.ceil(line.length * 6.6 / (width - 6)), 0));
  return Math.max(...lines) * 14 + 10;
}

omb.figure({
  id: 'winner-map', scope: 'run', order: 10, wide: true, title: 'Winner map',
  caption: 'Each cell names the better side of the verdict and gives the ratio learned / opponent; its colour is ' +
    'log2 of that ratio, neutral at 1. Hatched: inconclusive, never coloured. ~: does not survive the correction for ' +
    'many rows. \u00d8: could not be judged. \u2716: did not finish; in a corner, how many contenders of the row did ' +
    'not. Select a cell to see its row.',
  applies: (context) => context.data.rows.some((row) => row.verdicts.length > 0),
  controls: (context) => omb.verdictControls(context.data),
  height(context, width) {
    const {columns, lines, cells} = layout(width), {cell} = columnPlaces(columns, lines, width);
    return lines.length * cellHeight(cells, context, cell) + topSpace(columns, cell) + kLegendHeight;
  },
  option,
  table: (context) => ({
    columns: ['row', 'verdict', 'learned / opponent', 'did not finish'],
    lines: omb.data.rows.map((row) => {
      const {verdict, failures} = content({row}, context);
      return [omb.rowTitle(row) + ', ' + omb.rowScale(row), verdict ? omb.verdictText(verdict) : '\u2013',
        verdict ? omb.verdictPair(verdict) : '\u2013', String(failures)];
    }),
  }),
});
