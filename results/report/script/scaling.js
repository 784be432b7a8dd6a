// How a cost grows with the number of keys or of threads: one definition of a figure for both, since they differ in the
// axis only. It appears when a run has a dataset and a workload at several sizes.

const kMetrics = {
  ns: {label: 'ns/op', axis: 'ns per operation', read: (cell) => cell.ns},
  rate: {label: 'operations/s', axis: 'operations per second, all threads',
         read: (cell) => cell.ns && cell.ns.map((_, at) => 1e9 / cell.ns[[0, 2, 1][at]])},
  p50: {label: 'p50', axis: 'p50, ns', read: (cell) => percentile(cell, 'p50')},
  p99: {label: 'p99', axis: 'p99, ns', read: (cell) => percentile(cell, 'p99')},
  size: {label: 'bytes/key', axis: 'bytes per key', read: (cell) => cell.size && [cell.size]},
  build: {label: 'build time', axis: 'build, ms', read: (cell) => cell.build && cell.build.map((ns) => ns / 1e6)},
};

const kAlong = {keys: omb.keysOf, threads: (row) => row.threads};

function percentile(cell, name) {
  const mark = cell.latency && cell.latency.marks.find((one) => one.p === name);
  return mark && Object.assign(mark.v.slice(), {bound: mark.bound});
}

/** Rows that differ in `over` only: [[label, rows by ascending `over`]], those with several sizes. */
function groups(data, over) {
  const found = new Map();
  for (const row of data.rows.filter((one) => one.cells.length > 0)) {
    const fixed = over === 'keys' ? omb.counted(row.threads, 'thread') : omb.counted(omb.keysOf(row), 'key');
    const label = omb.rowTitle(row) + ', ' + fixed + (row.cold ? ', cold' : '') +
      (row.machine ? ', machine ' + row.machine : '');
    if (!found.has(label)) found.set(label, []);
    found.get(label).push(row);
  }
  return Array.from(found).filter(([, rows]) => omb.unique(rows.map(kAlong[over])).length > 1)
    .map(([label, rows]) => [label, rows.sort((a, b) => kAlong[over](a) - kAlong[over](b))]);
}

const kWide = 440;  // px; narrower drawings have no room for names beside the curves

/** [{position, points: [[x, estimate]]}] of the shown indexes of a group. */
function curves(context, over) {
  const rows = groups(context.data, over).find(([label]) => label === context.choice('where'))[1];
  const {read} = kMetrics[context.choice('metric')];
  return omb.data.indexes.map((index, position) => {
    const points = rows.map((row) => {
      const cell = row.cells.find((one) => one.i === position), value = cell && read(cell);
      return value && value[0] > 0 ? [kAlong[over](row), value] : null;
    }).filter((point) => point !== null);
    return {position, points};
  }).filter(({position, points}) => points.length > 0 && context.shown(position));
}

function option(context, over) {
  const shown = curves(context, over), metric = kMetrics[context.choice('metric')], {colors, width, height} = context;
  if (shown.length === 0) return null;
  const series = [], ends = [];
  for (const {position, points} of shown) {
    const {color, marker, dash} = context.look(position), name = omb.data.indexes[position].name;
    series.push({
      name, type: 'line', symbol: marker, symbolSize: 8, z: 3, itemStyle: {color, opacity: 1},
      emphasis: {lineStyle: {width: 4}}, lineStyle: {color, width: 1.6, type: dash.length ? dash : 'solid'},
      data: points.map(([x, value]) => ({value: [x, value[0]],
        lines: [name + ', ' + omb.counted(x, over.slice(0, -1)),
          omb.atMost(value) + omb.exact(value) + ' ' + metric.axis]})),
    });
    const known = points.filter(([, value]) => value.length > 1);
    series.push(omb.whiskers(name, known.map(([x, value]) => [x, value[1], value[2]]), color));
    ends.push({name, at: [points[points.length - 1][0], points[points.length - 1][1][0]]});
  }
  const sizes = omb.unique(shown.flatMap(({points}) => points.map(([x]) => x))).sort((a, b) => a - b);
  const pad = Math.pow(sizes[sizes.length - 1] / sizes[0], .05) || 1.1;
  const xAxis = Object.assign({type: 'log', min: sizes[0] / pad, max: sizes[sizes.length - 1] * pad, name: over},
    omb.axisLook(colors, sizes, omb.shortCount), {nameGap: 28});
  const yAxis = omb.logAxis(shown.flatMap(({points}) => points.flatMap(([, value]) => value)), metric.axis, colors,
    {nameGap: 50});
  const grid = {left: 70, top: 12, bottom: 48, right: width > kWide ? 128 : 18};
  if (width > kWide) series.push(omb.nameSeries(ends, omb.placeAtEnds(ends, xAxis, yAxis, grid, width, height),
    colors));
  return Object.assign(omb.baseOption(colors, 'Scaling over ' + over + '.'), {grid, xAxis, yAxis, series});
}

/** The definition of a figure over 'keys' or 'threads'. `metrics`: names of kMetrics, the first is the default. */
omb.scalingFigure = (over, metrics, words) => Object.assign({
  scope: 'run',
  applies: (context) => groups(context.data, over).length > 0,
  indexes: (context) => omb.data.indexes.map((_, at) => at).filter((at) => groups(context.data, over)
    .some(([, rows]) => rows.some((row) => row.cells.some((cell) => cell.i === at)))),
  controls: (context) => [
    {name: 'where', label: 'of', values: groups(context.data, over).map(([label]) => [label, label])},
    {name: 'metric', label: 'value', values: metrics.map((one) => [one, kMetrics[one].label])}],
  option: (context) => option(context, over),
  table(context) {
    const shown = curves(context, over), sizes = omb.unique(shown.flatMap(({points}) => points.map(([x]) => x)));
    sizes.sort((a, b) => a - b);
    return {
      columns: ['index', ...sizes.map((size) => omb.counted(size, over.slice(0, -1)))],
      lines: shown.map(({position, points}) => [omb.data.indexes[position].name, ...sizes.map((size) => {
        const point = points.find(([x]) => x === size);
        return point ? omb.atMost(point[1]) + omb.exact(point[1]) : '\u2013';
      })]),
    };
  },
}, words);
