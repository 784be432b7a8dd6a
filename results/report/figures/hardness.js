// How hard keys are to predict against who wins on them: segments of the optimal piecewise linear approximation per
// million keys, local (error 32) and global (error 4,096), as Wongkham et al. (VLDB 2022, section 3) draw it.

const kFamilyMarkers = {learned: 'circle', tree: 'rect', array: 'triangle', hash: 'diamond'};
const whatOf = (row) => row.workload + (row.threads > 1 ? ', ' + row.threads + ' threads' : '') +
  (row.cold ? ', cold' : '');

const hardnessOf = (row) => (omb.datasetOf(row) || {}).hardness;

const headlineOf = (row) => row.verdicts.find((one) => one.class === 'ordered' && one.headline);

/** Rows of a workload that have a place in the figure, with what it shows of them. */
function pointsOf(what) {
  return omb.data.rows.filter((row) => whatOf(row) === what).map((row) => {
    const verdict = headlineOf(row), hardness = hardnessOf(row);
    if (!verdict || !hardness) return null;
    const decided = ['wins', 'loses', 'tie'].includes(verdict.verdict);
    const winner = omb.data.indexes[verdict.ratio && verdict.ratio[0] > 1 ? verdict.baseline : verdict.learned];
    const name = row.dataset + ' (' + omb.shortCount(omb.keysOf(row)) + ')';
    return {row, verdict, decided, winner, name, at: [hardness.local_per_million, hardness.global_per_million]};
  }).filter(Boolean);
}

const workloads = () => omb.unique(omb.data.rows.map(whatOf)).filter((what) => pointsOf(what).length > 0);

function linesOf(point) {
  return omb.verdictLines(point.row, point.verdict).concat(['local ' + omb.threeDigits(point.at[0]) +
    ' segments per million keys',
    'global ' + omb.threeDigits(point.at[1]) + ' segments per million keys']);
}

function option(context) {
  const points = pointsOf(context.choice('workload')), {colors, width, height} = context;
  const grid = {left: 64, top: 14, bottom: 48, right: 24};
  const xAxis = omb.logAxis(points.map((point) => point.at[0]),
    'local: segments per million keys, error 32', colors, {nameGap: 28});
  const yAxis = omb.logAxis(points.map((point) => point.at[1]),
    'global: segments per million keys, error 4,096', colors, {nameGap: 44});
  const series = [{
    type: 'scatter', z: 4, emphasis: {scale: 1.4},
    data: points.map((point) => {
      const color = point.decided ? colors[point.verdict.verdict] : colors.undecided;
      const weak = !point.decided || point.verdict.survives === false;
      return {
        value: point.at, lines: linesOf(point), symbolSize: 15,
        symbol: (point.verdict.verdict !== 'tie' && point.winner && kFamilyMarkers[point.winner.family]) || 'roundRect',
        itemStyle: weak ? {color: colors.page, borderColor: color, borderWidth: 2.5, opacity: 1} : {color, opacity: 1},
      };
    }),
  }];
  const names = points.map((point) => ({name: point.name, at: point.at}));
  series.push(omb.nameSeries(names, omb.placeBeside(names, xAxis, yAxis, grid, width, height), colors));
  return Object.assign(omb.baseOption(colors, 'Hardness of key sets and who wins on them.'),
    {grid, xAxis, yAxis, series});
}

omb.figure({
  id: 'hardness', scope: 'run', order: 60, title: 'Hardness of the keys',
  caption: 'Right and up is harder to predict. Colour: green, the best learned index wins against the best ordered ' +
    'classical one; orange, it loses; blue, a tie. Marker, the winner\u2019s family: circle learned, square tree, ' +
    'triangle array; rounded: tie or undecided. Hollow: not decided, or it does not survive correction.',
  applies: () => workloads().length > 0,
  controls: () => [{name: 'workload', label: 'workload', values: workloads().map((what) => [what, what])}],
  option,
  table: (context) => ({
    columns: ['data set', 'keys', 'local, per million', 'global, per million', 'verdict', 'learned / classical',
      'first'],
    lines: pointsOf(context.choice('workload')).map((point) =>
      [point.row.dataset, omb.withCommas(point.row.keys),
      omb.threeDigits(point.at[0]), omb.threeDigits(point.at[1]), point.verdict.verdict,
      point.verdict.ratio ? omb.ratio(point.verdict.ratio) : '\u2013',
      point.decided && point.winner ? point.winner.name : '\u2013']),
  }),
});
