// Workloads of several phases: what each phase costs each index, in the order they ran. Who adapts to a change shows in
// the step between two phases.

const kMetrics = [['ns_per_op', 'ns per operation'], ['p50', 'p50, ns'], ['p99', 'p99, ns'],
  ['open_p50', 'p50 from the intended start, ns'], ['open_p99', 'p99 from the intended start, ns']];

const withPhases = (cells) => cells.filter((cell) => cell.phases && cell.phases.length > 0);

/** {v: estimate, bound} of a phase, or null. */
function valueOf(phase, metric) {
  const value = phase[metric];
  if (!value) return null;
  return Array.isArray(value) ? {v: value, bound: false} : value.v ? value : null;
}

const metricsOf = (cells) =>
  kMetrics.filter(([metric]) => cells.some((cell) => cell.phases.some((phase) => valueOf(phase, metric))));
const textOf = (value) => (value ? omb.atMost(value) + omb.exact(value.v) : '\u2013');

function linesOf(cell, phase) {
  const lines = [omb.data.indexes[cell.i].name + ', ' + phase.name, omb.counted(phase.operations || 0, 'operation')];
  for (const [metric, label] of kMetrics) {
    const value = valueOf(phase, metric);
    if (value) lines.push(label.replace(', ns', '') + ': ' + textOf(value) + ' ns');
  }
  if (phase.offered_per_s) lines.push(omb.threeDigits(phase.offered_per_s) + ' offered per s');
  return lines;
}

function seriesOf(cell, metric, context) {
  const {color, marker, dash} = context.look(cell.i), name = omb.data.indexes[cell.i].name;
  const points = cell.phases.map((phase, at) => [at, phase, valueOf(phase, metric)])
    .filter(([, , value]) => value && value.v[0] > 0);
  return [{
    name, type: 'line', symbol: marker, symbolSize: 9, z: 4,
    lineStyle: {color, width: 1.6, type: dash.length ? dash : 'solid'}, itemStyle: {color},
    emphasis: {lineStyle: {width: 3.5}},
    data: points.map(([at, phase, value]) => ({value: [at, value.v[0]], lines: linesOf(cell, phase)})),
  }, omb.whiskers(name, points.filter(([, , value]) => value.v.length > 1)
    .map(([at, , value]) => [at, value.v[1], value.v[2]]), color)];
}

function option(context) {
  const {colors, width} = context, metric = context.choice('metric');
  const cells = withPhases(context.cells).filter((cell) => cell.phases.some((phase) => valueOf(phase, metric)));
  if (cells.length === 0) return null;
  const names = cells[0].phases.map((phase) => phase.name);
  const values = cells.flatMap((cell) => cell.phases.flatMap((phase) => (valueOf(phase, metric) || {v: []}).v))
    .filter((value) => value > 0);
  const room = (width - 90) / names.length;
  const crowded = names.some((name) => name.length * 6.5 > room);
  return Object.assign(omb.baseOption(colors, 'Cost of each phase.'), {
    grid: {left: 70, right: 18, top: 12, bottom: crowded ? 96 : 40},
    xAxis: Object.assign({type: 'category', data: names}, omb.axisLook(colors, undefined, (name) => name),
      {axisTick: {alignWithLabel: true}, axisLabel: {
        color: colors.faint, interval: 0, overflow: 'truncate',
        rotate: !crowded ? 0 : names.length > 10 ? 60 : 35, width: crowded ? 100 : room}}),
    yAxis: omb.logAxis(values, kMetrics.find(([name]) => name === metric)[1], colors, {nameGap: 48}),
    series: cells.flatMap((cell) => seriesOf(cell, metric, context)),
  });
}

omb.figure({
  id: 'phases', scope: 'row', order: 40, title: 'Phase by phase',
  caption: 'Phases in the order they ran; medians over rounds with intervals.',
  applies: (context) => withPhases(context.row.cells).length > 0,
  indexes: (context) => withPhases(context.row.cells).map((cell) => cell.i),
  controls: (context) => [{name: 'metric', label: 'metric',
    values: metricsOf(withPhases(context.row ? context.row.cells : []))}],
  option,
  table(context) {
    const cells = withPhases(context.cells), metric = context.choice('metric');
    return {
      columns: ['phase', ...cells.map((cell) => omb.data.indexes[cell.i].name)],
      lines: cells.length === 0 ? [] : cells[0].phases.map((phase, at) =>
        [phase.name, ...cells.map((cell) => textOf(valueOf(cell.phases[at] || {}, metric)))]),
    };
  },
});
