// Latency percentiles of a row on an axis of 1/(1-q): every further nine takes the same width, so that tails are seen.

const kPercentileTicks = [[1, 'min'], [2, 'p50'], [10, 'p90'], [100, 'p99'], [1e3, 'p99.9'], [1e4, 'p99.99']];
const kWide = 440;  // px; narrower charts have no room for names beside the curves

function markText(mark) {
  return omb.atMost(mark) + omb.exact(mark.v, 'ns');
}

function markLines(cell, mark) {
  const lines = [omb.data.indexes[cell.i].name + ', ' + mark.p, markText(mark)];
  if (mark.bound) lines.push('below ten times the timer cost: an upper bound');
  return lines;
}

const withCurve = (cells) => cells.filter((cell) => cell.latency && cell.latency.curve.length > 0);

function percentileAxis(last, wide, colors) {
  const ticks = kPercentileTicks.filter(([x]) => x <= last * 1.001 && (x > 1 || wide));
  const name = (x) => (ticks.find(([at]) => Math.abs(at / x - 1) < .01) || ['', ''])[1];
  return Object.assign({type: 'log', min: 1, max: last, name: 'percentile, spaced by 1/(1\u2212q)'},
    omb.axisLook(colors, ticks.map(([x]) => x), name), {nameGap: 28});
}

/** Curve, marks and intervals of one cell. */
function seriesOf(cell, context) {
  const {color, marker, dash} = context.look(cell.i);
  const name = omb.data.indexes[cell.i].name, {curve, marks} = cell.latency;
  return [{
    name, type: 'line', showSymbol: false, silent: true, z: 2, emphasis: {lineStyle: {width: 4}},
    data: curve.map((ns, at) => [omb.data.grid[at], ns]).filter((point) => point[1] > 0),
    lineStyle: {color, width: 1.6, type: dash.length ? dash : 'solid'}, itemStyle: {color},
  }, {
    name, type: 'scatter', symbol: marker, symbolSize: 8, z: 4, itemStyle: {color, opacity: 1}, emphasis: {scale: 1.8},
    data: marks.map((mark) => ({value: [mark.x, mark.v[0]], lines: markLines(cell, mark)})),
  }, omb.whiskers(name, marks.filter((mark) => mark.v.length > 1).map((mark) => [mark.x, mark.v[1], mark.v[2]]),
    color)];
}

function option(context) {
  const shown = withCurve(context.cells), {colors, width, height} = context;
  if (shown.length === 0) return null;
  const values = shown.flatMap((cell) => cell.latency.curve.concat(cell.latency.marks.flatMap((mark) => mark.v)))
    .filter((value) => value > 0);
  const series = shown.flatMap((cell) => seriesOf(cell, context));
  const yAxis = omb.logAxis(values, 'ns per operation', colors, {nameGap: 44});
  const floor = context.row.timer_floor_ns;
  if (floor && floor > yAxis.min) {
    series[0].markArea = {
      silent: true, itemStyle: {color: colors.faint, opacity: .13},
      label: {position: 'insideBottomRight', color: colors.faint, fontSize: 11,
              formatter: 'below 10 times the timer cost: upper bounds'},
      data: [[{yAxis: yAxis.min}, {yAxis: Math.min(floor, yAxis.max)}]],
    };
  }
  const last = Math.max(...shown.map((cell) => omb.data.grid[cell.latency.curve.length - 1]));
  const xAxis = percentileAxis(last, width > kWide + 100, colors);
  const grid = {left: 64, top: 12, bottom: 48, right: width > kWide ? 118 : 18};
  if (width > kWide) {
    const ends = shown.map((cell, at) => ({name: omb.data.indexes[cell.i].name, at: series[at * 3].data.slice(-1)[0]}));
    series.push(omb.nameSeries(ends, omb.placeAtEnds(ends, xAxis, yAxis, grid, width, height), colors));
  }
  return Object.assign(omb.baseOption(colors, 'Latency percentile curves.'), {grid, xAxis, yAxis, series});
}

omb.figure({
  id: 'latency', scope: 'row', order: 10, title: 'Latency percentiles',
  caption: 'Service time of single operations, timer cost included. Marks: medians over rounds with intervals; ' +
    'curves: all rounds together. Solid: learned; dashed: trees and arrays; short dashes: hash maps; ' +
    'dash-dot: engines; grey dots: references.',
  applies: (context) => withCurve(context.row.cells).length > 0,
  indexes: (context) => withCurve(context.row.cells).map((cell) => cell.i),
  option,
  table(context) {
    const shown = withCurve(context.cells);
    const percentiles = omb.unique(shown.flatMap((cell) => cell.latency.marks.map((mark) => mark.p)));
    return {
      columns: ['index', ...percentiles.map((name) => name + ' (ns)')],
      lines: shown.map((cell) => [omb.data.indexes[cell.i].name, ...percentiles.map((name) => {
        const mark = cell.latency.marks.find((one) => one.p === name);
        return mark ? omb.atMost(mark) + omb.exact(mark.v) : '\u2013';
      })]),
    };
  },
});
