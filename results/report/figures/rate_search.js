// The search for the highest rate whose p99 stays under a limit: every step it tried, and where it ended. Only in runs
// with --rate max.

const withSearch = (cells) =>
  cells.filter((cell) => cell.rate_search && (cell.rate_search.probes || []).some((block) => block.length > 0));

/** [offered, achieved, p99, under] of every step that has numbers, with its block. */
const probesOf = (cell) => cell.rate_search.probes.flatMap((block, at) =>
  block.filter((probe) => probe[0] > 0 && probe[2] > 0).map((probe) => ({probe, block: at})));

const bestText = (cell) => (cell.rate_search.max_rate ? omb.exact(cell.rate_search.max_rate) : 'none');

function linesOf(cell, {probe, block}) {
  const verdict = probe[3] ? 'counts' : probe[2] > cell.rate_search.p99_limit_ns ? 'over the limit' : 'did not keep up';
  return [omb.data.indexes[cell.i].name + ', round ' + (block + 1), omb.threeDigits(probe[0]) + ' offered per s',
    probe[1] ? omb.threeDigits(probe[1]) + ' achieved per s' : 'rate not reached',
    'p99 ' + omb.duration(probe[2]) + ', ' + verdict, 'highest rate: ' + bestText(cell) + ' per s'];
}

function option(context) {
  const cells = withSearch(context.cells).filter((cell) => probesOf(cell).length > 0), {colors} = context;
  if (cells.length === 0) return null;
  const limit = cells[0].rate_search.p99_limit_ns;
  const rates = cells.flatMap((cell) => probesOf(cell).map(({probe}) => probe[0]).concat(cell.rate_search.max_rate ||
    []));
  const times = cells.flatMap((cell) => probesOf(cell).map(({probe}) => probe[2])).concat(limit);
  const series = cells.map((cell) => {
    const {color, marker, dash} = context.look(cell.i), best = cell.rate_search.max_rate;
    return {
      name: omb.data.indexes[cell.i].name, type: 'scatter', symbol: marker, symbolSize: 9, z: 4, emphasis: {scale: 1.5},
      data: probesOf(cell).map((one) => ({value: [one.probe[0], one.probe[2]], lines: linesOf(cell, one),
        itemStyle: one.probe[3] ? {color, opacity: 1} : {color: colors.page, borderColor: color, borderWidth: 1.5,
          opacity: 1}})),
      markLine: best ? {silent: true, symbol: 'none', label: {show: false}, data: [{xAxis: best[0]}],
                        lineStyle: {color, width: 1.5, type: dash.length ? dash : 'solid'}} : undefined,
      markArea: best && best.length > 1 ? {silent: true, itemStyle: {color, opacity: .12},
                                           data: [[{xAxis: best[1]}, {xAxis: best[2]}]]} : undefined,
    };
  });
  series.push({
    type: 'line', data: [], markLine: {
      silent: true, symbol: 'none', lineStyle: {color: colors.text, width: 1, type: 'solid'}, data: [{yAxis: limit}],
      label: {position: 'insideStartTop', color: colors.faint, fontSize: 11, formatter: 'limit ' +
        omb.duration(limit)}},
  });
  return Object.assign(omb.baseOption(colors, 'Steps of the search for the highest rate.'), {
    grid: {left: 70, right: 24, top: 12, bottom: 48}, series,
    xAxis: omb.logAxis(rates, 'operations offered per second, all threads', colors, {nameGap: 28}),
    yAxis: omb.logAxis(times, 'p99 from the intended start, ns', colors, {nameGap: 48}),
  });
}

omb.figure({
  id: 'rate-search', scope: 'row', order: 46, title: 'The highest rate under a limit',
  caption: 'One mark per step of the search, all rounds: filled where p99 stayed under the limit, hollow where it ' +
    'did not, or where less than 95 % of the offered rate was done: such a step only ended before its queue was ' +
    'long. Vertical lines: the highest rate, the median over rounds, with its interval. Further right is better.',
  applies: (context) => withSearch(context.row.cells).length > 0,
  indexes: (context) => withSearch(context.row.cells).map((cell) => cell.i),
  option,
  table: (context) => ({
    columns: ['index', 'highest rate per s', 'limit of p99', 'steps tried', 'rounds without one'],
    lines: withSearch(context.cells).map((cell) => [omb.data.indexes[cell.i].name, bestText(cell),
      omb.duration(cell.rate_search.p99_limit_ns), String(probesOf(cell).length),
        String(cell.rate_search.rounds_without || 0)]),
  }),
});
