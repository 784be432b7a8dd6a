// Every block of a row by round. All indexes run once per round, so what the machine did shows as a common shift, what
// an index does shows as its own; a drift shows as a slope.

const kMetrics = [['ns', 'ns/op'], ['p50', 'p50'], ['p99', 'p99']];

function blocksOf(cell, metric) {
  if (metric === 'ns') return cell.blocks || [];
  return (cell.latency && cell.latency.blocks && cell.latency.blocks[metric]) || [];
}

/** The mark of a percentile that is only an upper bound. */
const atMost = (cell, metric) => omb.atMost(cell.latency && cell.latency.marks.find((mark) => mark.p === metric));

const withBlocks = (cells, metric) => cells.filter((cell) => blocksOf(cell, metric).length > 1);

function median(values) {
  const sorted = values.slice().sort((a, b) => a - b), half = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

const percent = (ratio) => (ratio < 1 ? '\u2212' : '+') +
  omb.percent(Math.abs(ratio - 1));

function option(context) {
  const {colors, width} = context, metric = context.choice('metric'), relative = context.choice('scale') === 'relative';
  const shown = withBlocks(context.cells, metric);
  if (shown.length === 0) return null;
  const series = shown.map((cell) => {
    const {color, marker, dash} = context.look(cell.i), blocks = blocksOf(cell, metric), middle = median(blocks);
    const name = omb.data.indexes[cell.i].name;
    return {
      name, type: 'line', symbol: marker, symbolSize: 7, z: 3, itemStyle: {color, opacity: 1},
      emphasis: {lineStyle: {width: 4}},
      lineStyle: {color, width: 1, opacity: .6, type: dash.length ? dash : 'solid'},
      data: blocks.map((value, round) => ({value: [round + 1, relative ? value / middle : value],
        lines: [name + ', round ' + (round + 1), atMost(cell, metric) + omb.threeDigits(value) + ' ns',
          percent(value / middle) + ' against its median ' + omb.threeDigits(middle) + ' ns']})),
    };
  });
  const rounds = Math.max(...series.map((one) => one.data.length));
  const values = series.flatMap((one) => one.data.map((item) => item.value[1]));
  const yAxis = omb.logAxis(values, relative ? 'block / median of its index' : 'ns', colors, {nameGap: 44});
  if (relative) yAxis.axisLabel.formatter = (value) => omb.shortNumber(value) + 'x';
  const every = Math.max(1, Math.ceil(rounds / (width / 34)));
  const ticks = Array.from({length: rounds}, (_, at) => at + 1).filter((one) => (one - 1) % every === 0);
  const xAxis = Object.assign({type: 'value', min: .5, max: rounds + .5, name: 'round'},
    omb.axisLook(colors, ticks, String), {nameGap: 28});
  xAxis.splitLine.show = false;
  return Object.assign(omb.baseOption(colors, 'Value of every block by round.'),
    {grid: {left: 64, right: 18, top: 12, bottom: 48}, xAxis, yAxis, series});
}

omb.figure({
  id: 'blocks', scope: 'row', order: 40, title: 'Blocks by round',
  caption: 'Every value that a median above rests on, in the order of the rounds. Indexes that move together were ' +
    'moved by the machine; a slope is a drift.',
  applies: (context) => kMetrics.some(([metric]) => withBlocks(context.row.cells, metric).length > 0),
  indexes: (context) => context.row.cells.map((cell) => cell.i),
  controls: ({row}) => [
    {name: 'scale', label: 'scale', values: [['relative', 'relative to the median'], ['absolute', 'ns']]},
    {name: 'metric', label: 'value', values: kMetrics.filter(([metric]) => withBlocks(row.cells, metric).length > 0)}],
  option,
  table(context) {
    const metric = context.choice('metric'), shown = withBlocks(context.cells, metric);
    const rounds = Math.max(0, ...shown.map((cell) => blocksOf(cell, metric).length));
    return {
      columns: ['index (ns)', ...Array.from({length: rounds}, (_, at) => String(at + 1))],
      lines: shown.map((cell) => [omb.data.indexes[cell.i].name,
        ...blocksOf(cell, metric).map((value) => atMost(cell, metric) + omb.threeDigits(value))]),
    };
  },
});
