// A row of several runs: each index's time in a run over its time in the first one.

const kDelta = .05;  // smallest difference worth acting on, as in verdicts by throughput

const entriesOf = (row) => row.ratios.map((one) => ({
  label: one.index + '  ' + one.run, note: one.text, ratio: one.ratio, weak: false, delta: kDelta,
  word: !one.differs ? 'inconclusive' : one.ratio[0] < 1 ? 'wins' : 'loses',
  lines: [one.index + ', ' + one.run + ' / A', one.text],
}));

omb.figure({
  id: 'ratios', scope: 'row', order: 10, wide: true, title: ({row}) => row.metric + ', each run over A',
  caption: 'Ratios to run A with 95 % intervals; left of 1 is less than A. Grey band: differences under 5 %. Hollow: ' +
    'the interval holds 1.',
  applies: ({row}) => Boolean(row.ratios && row.ratios.length > 0),
  height: ({row, printed}, width) => omb.forestHeight(entriesOf(row), width, printed),
  option: (context) => omb.forestOption(entriesOf(context.row), context, 'ratio to A'),
  table: ({row}) => ({
    columns: ['index', 'run', 'ratio to A'],
    lines: row.ratios.map((one) => [one.index, one.run, one.text]),
  }),
});
