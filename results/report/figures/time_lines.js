// Windows of the latency pass, one after another: throughput, p99 and bytes held. Shows stalls and drift that medians
// hide; only in runs with --timeline.

const kPanels = [
  {field: 'ops_per_s', axis: 'operations per s', words: (value) => omb.threeDigits(value) + ' operations per s'},
  {field: 'p99', axis: 'p99, ns', words: (value) => 'p99 ' + omb.duration(value)},
  {field: 'allocated_bytes', axis: 'bytes held', words: (value) => omb.bytes(value) + ' held'},
];
const kPanelHeight = 150, kGap = 26, kTop = 10;

const withWindows = (cells) => cells.filter((cell) => cell.timeline && cell.timeline.windows.length > 0);
const panelsOf = (cells) => kPanels.filter((panel) => known(cells, panel.field).length > 0);
const known = (cells, field) =>
  cells.flatMap((cell) => cell.timeline.windows.map((one) => one[field])).filter((value) => value > 0);

function linesOf(cell, window, at, count) {
  const lines = [omb.data.indexes[cell.i].name + ', window ' + (at + 1) + ' of ' + count];
  for (const panel of kPanels) if (window[panel.field] > 0) lines.push(panel.words(window[panel.field]));
  if (window.longest_ns) lines.push('longest operation ' + omb.duration(window.longest_ns));
  return lines;
}

function lineOf(cell, field, axis, context) {
  const {color, marker, dash} = context.look(cell.i), windows = cell.timeline.windows;
  return {
    name: omb.data.indexes[cell.i].name, type: 'line', xAxisIndex: axis, yAxisIndex: axis, symbol: marker,
    symbolSize: 5, lineStyle: {color, width: 1.4, type: dash.length ? dash : 'solid'}, itemStyle: {color},
    emphasis: {lineStyle: {width: 3}},
    data: windows.map((window, at) => ({value: [100 * (at + 1) / windows.length, window[field]],
      lines: linesOf(cell, window, at, windows.length)})).filter((item) => item.value[1] > 0),
  };
}

function option(context) {
  const cells = withWindows(context.cells), {colors} = context;
  const panels = panelsOf(cells);
  if (panels.length === 0) return null;
  const top = (at) => kTop + at * (kPanelHeight + kGap);
  const last = panels.length - 1;
  return Object.assign(omb.baseOption(colors, 'Throughput, p99 and bytes over the operations.'), {
    grid: panels.map((_, at) => ({left: 76, right: 18, top: top(at), height: kPanelHeight})),
    xAxis: panels.map((_, at) => Object.assign({type: 'value', min: 0, max: 100, gridIndex: at},
      omb.axisLook(colors, undefined, at === last ? (value) => value + ' %' : () => ''),
      at === last ? {name: 'operations done', nameGap: 28} : {})),
    yAxis: panels.map((panel, at) =>
      omb.logAxis(known(cells, panel.field), panel.axis, colors, {gridIndex: at, nameGap: 54})),
    series: panels.flatMap((panel, at) => cells.map((cell) => lineOf(cell, panel.field, at, context))),
  });
}

function trend(cell, name) {
  const value = cell.timeline.trends && cell.timeline.trends[name];
  return value ? omb.ratio(value) : '\u2013';
}

omb.figure({
  id: 'timeline', scope: 'row', order: 50, title: 'Over time',
  caption: 'The latency pass in windows of equal operations, medians over rounds; point at a mark for the longest ' +
    'operation of its window. A line that falls (throughput) or rises (p99, bytes) is an index that wears out. In ' +
    'the numbers: the last quarter of the windows / the first.',
  applies: (context) => withWindows(context.row.cells).length > 0,
  indexes: (context) => withWindows(context.row.cells).map((cell) => cell.i),
  height: (context) => kTop + panelsOf(withWindows(context.row.cells)).length * (kPanelHeight + kGap) + 24,
  option,
  table: (context) => ({
    columns: ['index', 'throughput, last / first', 'p99, last / first', 'bytes, last / first', 'longest operation'],
    lines: withWindows(context.cells).map((cell) => [omb.data.indexes[cell.i].name, trend(cell, 'ops_per_s'),
      trend(cell, 'p99'), trend(cell, 'allocated_bytes'), omb.duration(Math.max(...cell.timeline.windows.map((one) =>
        one.longest_ns || 0)))]),
  }),
});
