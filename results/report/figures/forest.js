// Forest plot of the verdicts: the ratio of every row with its interval, against the band of differences that are too
// small to matter.

function entriesOf(context) {
  const out = [];
  omb.data.rows.forEach((row, number) => {
    const verdict = omb.verdictOf(row, context.choice('opponent'), context.choice('metric'));
    if (!verdict || !verdict.ratio) return;
    out.push({
      label: omb.rowTitle(row) + ' \u00b7 ' + omb.shortCount(omb.keysOf(row)) +
        (row.threads > 1 ? ' \u00b7 ' + row.threads + ' threads' : ''),
      note: omb.ratio(verdict.ratio) + (omb.isWeak(verdict) ? ' ~' : '') + '  ' + omb.verdictPair(verdict),
      ratio: verdict.ratio, word: verdict.verdict, weak: omb.isWeak(verdict), delta: verdict.delta,
      lines: omb.verdictLines(row, verdict), anchor: 'row-' + (number + 1),
    });
  });
  return out;
}

omb.figure({
  id: 'forest', scope: 'run', order: 20, wide: true, title: 'Ratios of all rows',
  caption: 'Time (or size) of the best learned index divided by that of the best opponent, with its interval; left ' +
    'of 1 the learned index is better. Grey band: too small to matter. Triangles: wins (up, left of the band) and ' +
    'loses (down, right of it); square: tie; hollow circle: inconclusive; hollow triangle: does not survive the ' +
    'correction for many rows (~). Rows that could not be judged are left out.',
  applies: (context) => context.data.rows.some((row) => row.verdicts.some((verdict) => verdict.ratio)),
  controls: (context) => omb.verdictControls(context.data),
  height: (context, width) => omb.forestHeight(entriesOf(context), width, context.printed),
  option(context) {
    const entries = entriesOf(context);
    return entries.length === 0 ? null : omb.forestOption(entries, context, 'learned / opponent');
  },
  table: (context) => ({
    columns: ['row', 'ratio', 'verdict', 'learned / opponent'],
    lines: entriesOf(context).map((entry) => [entry.lines[0] + ', ' + entry.lines[1], omb.ratio(entry.ratio),
      (entry.weak ? '~ ' : '') + entry.word, entry.lines[2]]),
  }),
});
