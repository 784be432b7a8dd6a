// What figures of verdicts share: the choices of opponent and metric, how a verdict is put into words, and the forest
// plot, ratios with intervals against the band of differences too small to matter.

const kClassNames = {ordered: 'the best ordered baseline', hash: 'the best hash map'};
const kMetricNames = {headline: 'throughput', throughput: 'throughput', dependent: 'dependent lookups', p50: 'p50',
  p99: 'p99',
                      bytes: 'total bytes', build: 'build time'};
const kSymbols = {wins: '\u25b2', loses: '\u25bc', tie: '=', inconclusive: '?', unresolved: '\u00d8'};

const nameOf = (position) => (position === undefined ? '\u2013' : omb.data.indexes[position].name);
const isEngine = (verdict) => verdict.class === 'embedded' || verdict.class === 'server';
const opponentOf = (verdict) => (isEngine(verdict) ? verdict.class + ':' + nameOf(verdict.baseline) : verdict.class);
const headlineOf = (row) => (row.verdicts.find((one) => one.headline) || {}).metric;

/** Controls "opponent" and "metric" over the verdicts of all rows. The first is the headline. */
omb.verdictControls = function (data) {
  const all = data.rows.flatMap((row) => row.verdicts).filter((one) => !isEngine(one) || one.baseline !== undefined);
  const classes = omb.unique(all.map(opponentOf));
  const order = ['ordered', 'hash', 'embedded', 'server'];
  classes.sort((a, b) => order.indexOf(a.split(':')[0]) - order.indexOf(b.split(':')[0]));
  const cold = data.rows.some((row) => row.cold);
  const warm = omb.unique(data.rows.filter((row) => !row.cold).map(headlineOf).filter(Boolean))
    .map((one) => kMetricNames[one]).join(' or ');
  const headline = cold ? (warm ? warm + ' (cold rows: p50)' : 'p50, cold') : warm || 'throughput';
  const metrics = Object.keys(kMetricNames).filter((one) => all.some((verdict) => verdict.metric === one) &&
    one !== 'throughput');
  return [
    {name: 'opponent', label: 'learned against', values: classes.map((one) =>
      [one, kClassNames[one] || one.slice(one.indexOf(':') + 1)])},
    {name: 'metric', label: 'by', values: [['headline', headline], ...metrics.map((one) => [one, kMetricNames[one]])]},
  ];
};

/** The verdict of a row for a chosen opponent and metric; undefined when it has none. */
omb.verdictOf = function (row, opponent, metric) {
  const wanted = metric === 'headline' ? headlineOf(row) : metric;
  return row.verdicts.find((one) => opponentOf(one) === opponent && one.metric === wanted);
};

/** True for a win or loss that may be an accident of comparing often. */
omb.isWeak = (verdict) => verdict.survives === false;

/** "~ ▲ wins 0.80× [0.77, 0.84]", or the word alone. */
omb.verdictText = function (verdict) {
  const word = (omb.isWeak(verdict) ? '~ ' : '') + kSymbols[verdict.verdict] + ' ' + verdict.verdict;
  return verdict.ratio ? word + ' ' + omb.ratio(verdict.ratio) : word;
};

/** "pgm-64 / simd-tree". */
omb.verdictPair = (verdict) => nameOf(verdict.learned) + ' / ' + nameOf(verdict.baseline);

/** Tooltip of a verdict; heading first. */
omb.verdictLines = function (row, verdict) {
  const lines = [omb.rowTitle(row), omb.rowScale(row), omb.verdictPair(verdict) + ', ' + kMetricNames[verdict.metric],
    omb.verdictText(verdict)];
  if (verdict.rounds) lines.push(omb.counted(verdict.rounds, 'paired round') + ', band \u00b1' +
    Math.round(verdict.delta * 100) + ' %');
  if (omb.isWeak(verdict)) lines.push('does not survive the correction for many rows; not counted');
  if (verdict.rivals) lines.push(verdict.rivals);
  if (verdict.reason) lines.push(verdict.reason);
  return lines;
};

const kForestMarks = {wins: ['triangle', 0], loses: ['triangle', 180], tie: ['rect', 0], inconclusive: ['circle', 0]};
const kWideForest = 700;  // px; below, names stand above their marks

const kAround = 62;      // px above and below the lines of a forest
const kSheet = 650;      // px of a sheet of A4, landscape

/** `printed`: lines move together so that up to some 45 stay on one sheet. */
omb.forestHeight = function (entries, width, printed) {
  const line = width >= kWideForest ? 21 : 34;
  return entries.length * (printed ? Math.min(line, Math.max(13, (kSheet - kAround) / entries.length)) : line) +
    kAround;
};

/**
 * Entries {label, note, ratio: [median, lo, hi], word, weak, delta, lines, anchor} from top to bottom, on a log axis of
 * ratios. Marks tell the verdict by shape and colour; hollow ones do not count.
 */
omb.forestOption = function (entries, context, axisName) {
  const {colors, width} = context, wide = width >= kWideForest;
  const ends = entries.flatMap((entry) => entry.ratio.concat([1 / (1 + entry.delta), 1 + entry.delta]));
  const tone = {wins: colors.wins, loses: colors.loses, tie: colors.tie, inconclusive: colors.undecided};
  const xAxis = omb.logAxis(ends, axisName, colors, {nameGap: 28});
  xAxis.axisLabel.formatter = (value) => omb.shortNumber(value) + 'x';
  xAxis.axisLine.onZero = false;
  const longest = (name) => Math.max(...entries.map((entry) => entry[name].length));
  const left = wide ? Math.min(longest('label') * 6.3 + 14, width * .42) : 10;
  const right = wide ? Math.min(longest('note') * 6.1 + 12, width * .34) : 14;
  const text = (y, words, x, align, faint) => ({type: 'text', x, y, silent: true,
    style: {text: words, textAlign: align, align,
    verticalAlign: 'middle', fill: faint ? colors.faint : colors.text, fontSize: 11, fontFamily: colors.font,
    width: align === 'right' ? left - 8 : undefined, overflow: 'truncate'}});
  const words = {
    type: 'custom', silent: true, clip: false, tooltip: {show: false},
      data: entries.map((entry, at) => [entry.ratio[0], at]),
    renderItem: (hit, api) => {
      const y = api.coord([1, api.value(1)])[1], entry = entries[hit.dataIndex];
      if (!wide) return {type: 'group', children: [Object.assign(text(y - 15, entry.label, 10, 'left'), {})]};
      return {type: 'group', children: [text(y, entry.label, left - 6, 'right'),
        text(y, entry.note, width - right + 8, 'left', true)]};
    },
  };
  const marks = entries.map((entry, at) => {
    const [symbol, symbolRotate] = kForestMarks[entry.word], color = tone[entry.word];
    const hollow = entry.weak || entry.word === 'inconclusive';
    return {value: [entry.ratio[0], at], lines: entry.lines, anchor: entry.anchor, symbol, symbolRotate,
            itemStyle: {color: hollow ? colors.page : color, borderColor: color, borderWidth: 2, opacity: 1}};
  });
  const band = Math.min(...entries.map((entry) => entry.delta));
  return Object.assign(omb.baseOption(colors, 'Ratios with intervals.'), {
    grid: {left, right, top: 12, bottom: 48}, xAxis,
    yAxis: {type: 'value', min: -.6, max: entries.length - .4, inverse: true, show: false},
    series: [
      Object.assign(omb.whiskers('interval', entries.map((entry, at) => [at, entry.ratio[1], entry.ratio[2]]),
        colors.text, true), {z: 2}),
      {type: 'scatter', symbolSize: 10, z: 4, emphasis: {scale: 1.4}, data: marks,
       markArea: {silent: true, itemStyle: {color: colors.faint, opacity: .15},
         data: [[{xAxis: 1 / (1 + band)}, {xAxis: 1 + band}]]},
       markLine: {silent: true, symbol: 'none', label: {show: false},
         lineStyle: {color: colors.faint, type: 'solid', width: 1},
                  data: [{xAxis: 1}]}},
      words,
    ],
  });
};
