// What an index costs before it answers: time to build and memory per key, entries and the rest apart.

const kEntryBytes = 16;
const drawable = (cells) => cells.filter((cell) => omb.data.indexes[cell.i].family !== 'reference' &&
  (cell.build || cell.size));
const nameOf = (cell) => omb.data.indexes[cell.i].name;
const inProcess = (cell) => omb.data.indexes[cell.i].tier === 'in-process';

function bytesLines(cell) {
  if (!cell.size) return [nameOf(cell)];
  if (!inProcess(cell)) return [nameOf(cell), omb.threeDigits(cell.size) + ' bytes per key on disk'];
  return [nameOf(cell), omb.threeDigits(cell.size) + ' bytes per key, ' + omb.threeDigits(cell.size - kEntryBytes) +
    ' beyond the entries',
    omb.bytes(cell.total_bytes) + ' in all'];
}

function bar(shown, context, value, style, lines) {
  return {
    type: 'bar', stack: 'bytes', xAxisIndex: 1, yAxisIndex: 1, barWidth: '62%', z: 3,
    data: shown.map((cell, at) => ({value: [value(cell), at], lines: lines(cell),
                                    itemStyle: Object.assign({opacity: 1}, style(cell))})).filter((item) =>
                                      item.value[0] > 0),
  };
}

function option(context) {
  const {colors, width} = context, shown = drawable(context.cells);
  if (shown.length === 0) return null;
  const left = Math.min(Math.max(...shown.map((cell) => nameOf(cell).length)) * 6.5 + 14, width * .34);
  const panel = (width - left - 36) / 2;
  const names = {type: 'category', data: shown.map(nameOf), inverse: true, axisTick: {show: false},
    axisLine: {lineStyle: {color: colors.faint}}};
  const built = shown.map((cell, at) => ({cell, at})).filter((one) => one.cell.build);
  const series = built.map(({cell, at}) => {
    const {color, marker} = context.look(cell.i);
    return {name: nameOf(cell), type: 'scatter', symbol: marker, symbolSize: 10, z: 4, itemStyle: {color, opacity: 1},
            data: [{value: [cell.build[0] / 1e6, at], lines: [nameOf(cell), 'built in ' +
              omb.durations(cell.build)]}]};
  });
  for (const {cell, at} of built.filter((one) => one.cell.build.length > 1)) {
    series.push(omb.whiskers(nameOf(cell), [[at, cell.build[1] / 1e6, cell.build[2] / 1e6]],
      context.look(cell.i).color, true));
  }
  const sized = shown.filter((cell) => cell.size);
  if (sized.length > 0) {
    const fill = (cell) => context.look(cell.i).color;
    series.push(bar(shown, context, (cell) => (cell.size && inProcess(cell) ? Math.min(kEntryBytes, cell.size) : 0),
      (cell) => ({color: fill(cell), opacity: .35}), (cell) => bytesLines(cell)));
    series.push(bar(shown, context, (cell) => (cell.size && inProcess(cell) ? cell.size - kEntryBytes : 0),
      (cell) => ({color: fill(cell)}), (cell) => bytesLines(cell)));
    series.push(bar(shown, context, (cell) => (cell.size && !inProcess(cell) ? cell.size : 0),
      (cell) => ({color: colors.page, borderColor: fill(cell), borderWidth: 1.5}), (cell) => bytesLines(cell)));
  }
  const builds = built.flatMap(({cell}) => cell.build.map((ns) => ns / 1e6)).filter((value) => value > 0);
  return Object.assign(omb.baseOption(colors, 'Build time and bytes per key.'), {
    grid: [{left, width: panel, top: 12, bottom: 48}, {left: left + panel + 22, width: panel, top: 12, bottom: 48}],
    xAxis: [builds.length > 0 ? omb.logAxis(builds, 'build, ms', colors, {nameGap: 28}) : {type: 'value', show: false},
      Object.assign({type: 'value', min: 0, gridIndex: 1, name: 'bytes per key', splitNumber: 4},
        omb.axisLook(colors), {nameGap: 28})],
    yAxis: [Object.assign({axisLabel: {color: colors.text, fontSize: 11, interval: 0, width: left - 10,
      overflow: 'truncate'},
                           splitLine: {show: true, lineStyle: {color: colors.line, opacity: .7}}}, names),
      Object.assign({gridIndex: 1, axisLabel: {show: false}}, names)],
    series,
  });
}

omb.figure({
  id: 'build', scope: 'row', order: 30, title: 'Build time and memory',
  caption: 'Left is better. Bars: the pale part is the entries themselves (16 bytes), the full part what the index ' +
    'adds. Hollow: engines, bytes on disk; their build is one load per row.',
  applies: (context) => drawable(context.row.cells).length > 0,
  indexes: (context) => drawable(context.row.cells).map((cell) => cell.i),
  height: (context) => Math.max(200, drawable(context.cells).length * 24 + 62),
  option,
  table: (context) => ({
    columns: ['index', 'build', 'bytes per key', 'beyond the entries'],
    lines: drawable(context.cells).map((cell) => [nameOf(cell), cell.build
      ? omb.durations(cell.build) : '\u2013',
      cell.size ? omb.threeDigits(cell.size) + (inProcess(cell) ? '' : ' on disk') : '\u2013',
      cell.size && inProcess(cell) ? omb.threeDigits(cell.size - kEntryBytes) : '\u2013']),
  }),
});
