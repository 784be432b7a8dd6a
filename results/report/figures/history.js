// Runs over time: medians with their intervals, a panel per series, and a line where its level changed for good.

const kPanel = 120, kLine = 15;

const shown = (context) => omb.data.history.series.filter((one) =>
  context.choice('index') === 'all' || one.index === context.choice('index'));

/** Room above a panel for its title, which is broken into lines and never cut. */
const headOf = (context, width) => kLine *
  Math.ceil(Math.max(1, ...shown(context).map((one) => one.title.length * 6.6 / (width - 8)))) + 10;
const pitchOf = (context, width) => kPanel + headOf(context, width) + 20;

/** "2026-03-01 0123abcd". */
const moment = (point) => point.started.slice(0, 10) + (point.commit ? ' ' + point.commit.slice(0, 8) : '');

function option(context) {
  const series = shown(context), {colors, width} = context;
  const head = headOf(context, width), top = (at) => head + at * pitchOf(context, width);
  const ends = series.map((one) => one.points.flatMap((point) => [point.median, point.lo, point.hi]));
  const mark = (one) => one.changes.map((change) => ({xAxis: change.position + .5}));
  return Object.assign(omb.baseOption(colors, 'Medians over time.'), {
    title: series.map((one, at) => ({text: one.title, left: 4, top: top(at) - head,
      textStyle: {color: colors.text, fontSize: 11.5, fontWeight: 'normal', lineHeight: kLine, width: width - 8,
        overflow: 'break'}})),
    grid: series.map((_, at) => ({left: 76, right: 18, top: top(at), height: kPanel - 18})),
    xAxis: series.map((one, at) => Object.assign({type: 'value', min: .5, max: one.points.length + .5, gridIndex: at},
      omb.axisLook(colors, omb.unique([1, one.points.length]), (number) => moment(one.points[number - 1])))),
    yAxis: series.map((one, at) => omb.logAxis(ends[at], one.unit, colors, {gridIndex: at, nameGap: 54})),
    series: series.flatMap((one, at) => [{
      type: 'line', xAxisIndex: at, yAxisIndex: at, symbol: 'circle', symbolSize: 6, z: 4,
      lineStyle: {color: colors.c0, width: 1.5}, itemStyle: {color: colors.c0},
      data: one.points.map((point, run) => ({value: [run + 1, point.median],
        lines: [one.title, point.started + (point.commit ? ', commit ' + point.commit : ''), point.text]})),
      markLine: {silent: true, symbol: 'none', label: {show: false}, data: mark(one),
        lineStyle: {color: colors.loses, width: 2, type: 'dashed'}},
    }, Object.assign(omb.whiskers('interval', one.points.map((point, run) => [run + 1, point.lo, point.hi]),
      colors.faint), {xAxisIndex: at, yAxisIndex: at})]),
  });
}

omb.figure({
  id: 'history', scope: 'run', order: 10, wide: true, title: 'Runs over time',
  caption: 'Medians of a run with their 95 % intervals, in order of time at equal distances. A dashed line marks a ' +
    'lasting step of at least 3 % that noise does not explain; series with such steps come first.',
  applies: () => Boolean(omb.data.history),
  controls: () => [{name: 'index', label: 'index', values: [['all', 'all'],
    ...omb.unique(omb.data.history.series.map((one) => one.index)).map((name) => [name, name])]}],
  height: (context, width) => headOf(context, width) + shown(context).length * pitchOf(context, width),
  option,
  table: (context) => ({
    columns: ['series', 'started', 'commit', 'median [95 %]'],
    lines: shown(context).flatMap((one) => one.points.map((point) =>
      [one.title, point.started, point.commit || '\u2013', point.text])),
  }),
});
