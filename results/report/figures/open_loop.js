// An open loop: operations arrive at a given rate and are timed from their intended start. How much of the latency is
// waiting (lag) tells whether an index keeps up; only in runs with --rate.

const withOpen = (cells) => cells.filter((cell) => cell.open && cell.open.marks.length > 0);
const kShown = ['p50', 'p99', 'p99.9'];
const kSymbols = {p50: 'circle', p99: 'diamond', 'p99.9': 'triangle'};
// Beside each other within an index, in shares of its room: at one place their intervals would hide one another.
const kOffsets = {p50: -.24, p99: -.08, lag: .08, 'p99.9': .24};

const lagOf = (cell) => (cell.open.lag && cell.open.lag.p99) || null;
const markOf = (cell, name) => cell.open.marks.find((mark) => mark.p === name);
const markText = (mark) => (mark ? omb.atMost(mark) + omb.exact(mark.v) : '\u2013');

/** "100,000 per s offered, 62,100 achieved: does not keep up". */
function rateText(cell) {
  const {offered_per_s: offered, achieved_per_s: achieved} = cell.open;
  const parts = [];
  if (offered) parts.push(omb.threeDigits(offered) + ' per s offered');
  if (achieved) parts.push(omb.exact(achieved) + ' achieved');
  return parts.join(', ') + (offered && achieved && achieved[0] < .99 * offered ? ': does not keep up' : '');
}

const linesOf = (cell, words) => [omb.data.indexes[cell.i].name + ', ' + words[0], ...words.slice(1), rateText(cell)];

/** Interval bars of [cell, x, estimate]. */
const intervals = (found, context) => found.filter(([, , value]) => value.length > 1).map(([cell, x, value]) =>
  omb.whiskers(omb.data.indexes[cell.i].name, [[x, value[1], value[2]]], context.look(cell.i).color));

/** "Latency at 50,000 operations per second". */
function titleOf(context) {
  const offered = omb.unique(withOpen(context.row.cells).map((cell) => cell.open.offered_per_s));
  return 'Latency at ' + (offered.length === 1 && offered[0] ? omb.threeDigits(offered[0]) + ' operations per second'
    : 'the given rate');
}

function option(context) {
  const cells = withOpen(context.cells), {colors, width} = context;
  if (cells.length === 0) return null;
  const series = [], names = cells.map((cell) => omb.data.indexes[cell.i].name);
  const values = cells
    .flatMap((cell) => kShown.flatMap((name) => (markOf(cell, name) || {v: []}).v).concat(lagOf(cell) || []))
    .filter((value) => value > 0);
  if (values.length === 0) return null;
  for (const name of kShown) {
    const found = cells.map((cell, at) => [cell, at, markOf(cell, name)]).filter(([, , mark]) => mark && mark.v[0] > 0);
    series.push({
      name, type: 'scatter', symbol: kSymbols[name], symbolSize: 10, z: 4,
      data: found.map(([cell, at, mark]) => ({value: [at + kOffsets[name], mark.v[0]],
        itemStyle: {color: context.look(cell.i).color, opacity: 1},
        lines: linesOf(cell, [name + ' from the intended start', omb.atMost(mark) +
          omb.exact(mark.v, 'ns')])})),
    });
    series.push(...intervals(found.map(([cell, at, mark]) => [cell, at + kOffsets[name], mark.v]), context));
  }
  const waiting = cells.map((cell, at) => [cell, at, lagOf(cell)]).filter(([, , lag]) => lag && lag[0] > 0);
  series.push({
    name: 'lag p99', type: 'scatter', symbol: 'diamond', symbolSize: 10, z: 4,
    data: waiting.map(([cell, at, lag]) => ({value: [at + kOffsets.lag, lag[0]],
      itemStyle: {color: colors.page, borderColor: context.look(cell.i).color, borderWidth: 2, opacity: 1},
      lines: linesOf(cell, ['lag p99: waiting before its start', omb.exact(lag, 'ns')])})),
  });
  series.push(...intervals(waiting.map(([cell, at, lag]) => [cell, at + kOffsets.lag, lag]), context));
  const yAxis = omb.logAxis(values, 'ns from the intended start', colors, {nameGap: 48});
  yAxis.axisLine.onZero = false;
  const crowded = names.some((name) => name.length * 6.5 > (width - 90) / names.length);
  return Object.assign(omb.baseOption(colors, 'Latency and waiting at the given rate.'), {
    grid: {left: 70, right: 18, top: 12, bottom: crowded ? 96 : 40},
    xAxis: Object.assign({type: 'value', min: -.5, max: names.length - .5}, omb.axisLook(colors), {
      splitLine: {show: false}, axisTick: {show: false}, axisLabel: {
        color: colors.faint, customValues: names.map((_, at) => at), formatter: (at) => names[at], overflow: 'truncate',
        rotate: crowded ? 40 : 0, width: 110}}),
    yAxis, series,
  });
}

omb.figure({
  id: 'open-loop', scope: 'row', order: 45, title: titleOf,
  caption: 'Operations arrive at random times (Poisson), whether the index is ready or not. Circle p50, diamond p99, ' +
    'triangle p99.9, timed from the intended start; hollow diamond: the waiting in it (p99 of the lag). Where the ' +
    'hollow one is as high as the filled one, an operation mostly waits.',
  applies: (context) => withOpen(context.row.cells).length > 0,
  option,
  table: (context) => ({
    columns: ['index', 'offered per s', 'achieved per s', ...kShown.map((name) => name + ' (ns)'), 'lag p99 (ns)'],
    lines: withOpen(context.cells).map((cell) => [omb.data.indexes[cell.i].name,
      cell.open.offered_per_s ? omb.threeDigits(cell.open.offered_per_s) : '\u2013',
      cell.open.achieved_per_s ? omb.exact(cell.open.achieved_per_s) : '\u2013',
      ...kShown.map((name) => markText(markOf(cell, name))),
      lagOf(cell) ? omb.exact(lagOf(cell)) : '\u2013']),
  }),
});
