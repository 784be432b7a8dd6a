// Size against time of a row, with the Pareto front: who is both small and fast.

const drawable = (cells) => cells.filter((cell) => cell.size && cell.ns &&
  omb.data.indexes[cell.i].family !== 'reference');

const place = (index) => (index.tier === 'in-process' ? 'bytes per key' : 'bytes per key on disk');

function linesOf(cell) {
  const index = omb.data.indexes[cell.i];
  const lines = [index.name + ' (' + index.family + ')', omb.exact(cell.ns, 'ns/op'),
    omb.threeDigits(cell.size) + ' ' + place(index)];
  if (cell.front) lines.push('on the Pareto front');
  return lines;
}

function markOf(cell, context) {
  const {color, marker} = context.look(cell.i), index = omb.data.indexes[cell.i];
  return {
    name: index.name, type: 'scatter', symbol: marker, symbolSize: cell.front ? 15 : 11, z: 4, emphasis: {scale: 1.6},
    itemStyle: index.tier === 'in-process' ? {color, opacity: 1}
      : {color: context.colors.page, borderColor: color, borderWidth: 2, opacity: 1},
    data: [{value: [cell.size, cell.ns[0]], lines: linesOf(cell)}],
  };
}

function option(context) {
  const {colors, width, height} = context, shown = drawable(context.cells);
  if (shown.length === 0) return null;
  const series = shown.map((cell) => markOf(cell, context));
  for (const cell of shown.filter((one) => one.ns.length > 1)) {
    series.push(omb.whiskers(omb.data.indexes[cell.i].name, [[cell.size, cell.ns[1], cell.ns[2]]],
      context.look(cell.i).color));
  }
  const front = shown.filter((cell) => cell.front).sort((a, b) => a.size - b.size || b.ns[0] - a.ns[0]);
  const line = {
    name: 'Pareto front', type: 'line', step: 'end', silent: true, showSymbol: false, z: 1,
    data: front.map((cell) => [cell.size, cell.ns[0]]), lineStyle: {color: colors.faint, width: 1.5, type: [4, 3]},
  };
  series.push(line);
  const oracle = context.cells.find((cell) => omb.data.indexes[cell.i].name.endsWith('oracle-gather') && cell.ns);
  const times = shown.flatMap((cell) => cell.ns);
  if (oracle) {
    times.push(oracle.ns[0]);
    line.markLine = {
      silent: true, symbol: 'none', lineStyle: {color: colors.faint, type: [1, 4]}, data: [{yAxis: oracle.ns[0]}],
      label: {position: 'insideStartTop', color: colors.faint, fontSize: 11,
              formatter: omb.data.indexes[oracle.i].name + ' ' + omb.threeDigits(oracle.ns[0]) + ' ns'},
    };
  }
  const grid = {left: 64, top: 12, bottom: 48, right: 18};
  const xAxis = omb.logAxis(shown.map((cell) => cell.size), 'bytes per key, entries included', colors, {nameGap: 28});
  const yAxis = omb.logAxis(times, 'ns per operation (throughput)', colors, {nameGap: 44});
  const names = shown.map((cell) => ({name: omb.data.indexes[cell.i].name, at: [cell.size, cell.ns[0]],
    bold: cell.front}));
  // No name lies on the front or on an interval.
  const lines = front.slice(1).flatMap((cell, at) => [[front[at].size, front[at].ns[0], cell.size, front[at].ns[0]],
    [cell.size, front[at].ns[0], cell.size, cell.ns[0]]])
    .concat(shown.filter((one) => one.ns.length > 1).map((one) => [one.size, one.ns[1], one.size, one.ns[2]]));
  series.push(omb.nameSeries(names, omb.placeBeside(names, xAxis, yAxis, grid, width, height, lines), colors));
  return Object.assign(omb.baseOption(colors, 'Size against time per operation.'), {grid, xAxis, yAxis, series});
}

omb.figure({
  id: 'size', scope: 'row', order: 20, title: 'Size against time',
  caption: 'Left and down is better. Large marks and bold names on the dashed line: no in-process index is both ' +
    'smaller and faster. Hollow: engines, bytes on disk, outside the front.',
  applies: (context) => drawable(context.row.cells).length > 0,
  indexes: (context) => drawable(context.row.cells).map((cell) => cell.i),
  option,
  table: (context) => ({
    columns: ['index', 'bytes per key', 'ns per operation', 'Pareto front'],
    lines: drawable(context.cells).map((cell) => [omb.data.indexes[cell.i].name, omb.threeDigits(cell.size),
      omb.exact(cell.ns), cell.front ? 'yes' : 'no']),
  }),
});
