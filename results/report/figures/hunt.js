// What a hunt found, one map per axis: a cell per place of the grid, and under each row the intervals in which the
// winner changes and the places that were tried to narrow them.

const kRow = 66, kCell = 40, kWidest = 150, kLegend = 46, kHead = 26;
const kNarrow = 640, kLine = 24;  // px; below, every place has a line of its own, so that no name is cut

const panelOf = (axis) => omb.data.hunt.axes.find((one) => one.id === axis);

/** Where a row's cells and the strip below them lie: pixels of its middle. */
const stripY = (box) => box.y + box.height + 10;

function boxOf(api, width) {
  const [centre, top] = api.coord([api.value(0), api.value(1)]);
  return {x: centre - width / 2 + 1, y: top - kRow / 2 + 1, width: width - 2, height: kCell};
}

function probeMark(probe, x, y, colors, limit) {
  const fill = probe.decided ? omb.mapColor(probe.log2, limit, colors) : colors.page;
  return {type: 'circle', shape: {cx: x, cy: y, r: 3.5}, style: {fill, stroke: colors.text, lineWidth: .8}};
}

function changeMarks(change, at, y, colors) {
  const line = (x1, y1, x2, y2) => ({type: 'line', shape: {x1, y1, x2, y2},
    style: {stroke: colors.text, lineWidth: change.target ? 1.2 : 2.5}});
  const [from, to] = [at(change.from), at(change.to)], place = y + (change.target ? 8 : 0);
  const marks = [line(from, place, to, place), line(from, place - 4, from, place + 4),
    line(to, place - 4, to, place + 4)];
  if (!change.jump) marks.push(line(at(change.estimate), place - 6, at(change.estimate), place + 6));
  return marks;
}

/** The strip below row `y`: its changes and the places between the columns. */
function strip(row, y, width, limit, colors) {
  return {
    type: 'custom', clip: false, z: 4,
    data: row.probes.concat(row.changes).map((one) => ({value: [one.x === undefined ? one.estimate : one.x, y],
      lines: one.lines})),
    renderItem(hit, api) {
      const at = (x) => api.coord([x, y])[0], below = stripY(boxOf(api, width));
      const probe = row.probes[hit.dataIndex];
      if (probe) return probeMark(probe, at(probe.x), below, colors, limit);
      return {type: 'group', children: changeMarks(row.changes[hit.dataIndex - row.probes.length], at, below, colors)};
    },
  };
}

const shownOf = (one, words) => Object.assign({value: one.decided ? one.log2 : null, framed: one.target,
  hatched: !one.decided && one.log2 !== undefined}, words);

const axisOf = (count, labels, colors, extra) => Object.assign({
  type: 'value', min: -.5, max: count - .5, axisLine: {show: false}, axisTick: {show: false},
  splitLine: {show: false}, axisLabel: Object.assign({color: colors.text, fontSize: 11,
    customValues: labels.map((_, at) => at), formatter: (at) => labels[at], showMinLabel: true, showMaxLabel: true},
  extra.label)}, extra.axis);

/** The lines of a narrow map: a row's name, then its places. */
const linesOf = (axis) => panelOf(axis).rows.flatMap((row) => [{label: row.label}, ...row.cells.map((one) =>
  ({label: panelOf(axis).columns[one.x], one}))]);

function narrowOption(context, axis) {
  const {colors, width} = context, lines = linesOf(axis), left = 78;
  const cells = lines.map((line, y) => ({...line, value: [0, y], lines: line.one ? line.one.lines : undefined}));
  return Object.assign(omb.baseOption(colors, 'Who is ahead along ' + panelOf(axis).title + '.'), {
    grid: {left, right: 6, top: 4, height: lines.length * kLine},
    xAxis: axisOf(1, [], colors, {label: {show: false}}),
    yAxis: axisOf(lines.length, lines.map((line) => (line.one ? line.label : '')), colors, {axis: {inverse: true}}),
    series: [{
      type: 'custom', clip: false, data: cells,
      renderItem(hit, api) {
        const {one, label} = cells[hit.dataIndex], box = omb.mapBox(api);
        if (one) return omb.mapCell(shownOf(one, {name: one.text + ' ' + one.winner, words: ''}), box, 2, colors);
        return {type: 'text', silent: true, style: {x: 4, y: box.y + box.height / 2, text: label, fill: colors.text,
          fontSize: 11.5, fontWeight: 'bold', fontFamily: colors.font, verticalAlign: 'middle', width: width - 8,
          overflow: 'truncate'}};
      },
    }],
    graphic: omb.mapScale(2, context, 6),
  });
}

function option(context, axis) {
  const {colors, width} = context, {columns, rows} = panelOf(axis), limit = 2;
  if (width < kNarrow) return narrowOption(context, axis);
  const left = Math.min(Math.max(...rows.map((row) => row.label.length)) * 6.4 + 16, width * .4);
  const cell = Math.min(kWidest, (width - left - 6) / columns.length);
  const cells = rows.flatMap((row, y) => row.cells.map((one) => ({one, value: [one.x, y], lines: one.lines})));
  return Object.assign(omb.baseOption(colors, 'Who is ahead along ' + panelOf(axis).title + '.'), {
    grid: {left, width: cell * columns.length, top: kHead, height: rows.length * kRow},
    xAxis: axisOf(columns.length, columns, colors, {axis: {position: 'top'}, label: {}}),
    yAxis: axisOf(rows.length, rows.map((row) => row.label), colors, {axis: {inverse: true},
      label: {width: left - 12, overflow: 'break'}}),
    series: [{
      type: 'custom', clip: false, data: cells,
      renderItem(hit, api) {
        const {one} = cells[hit.dataIndex];
        return omb.mapCell(shownOf(one, {name: one.text, words: one.winner}), boxOf(api, cell), limit, colors);
      },
    }, ...rows.map((row, y) => strip(row, y, cell, limit, colors))],
    graphic: omb.mapScale(limit, context, left),
  });
}

['read-share', 'skew', 'scan', 'size'].forEach((axis, at) => omb.figure({
  id: 'hunt-' + axis, scope: 'run', order: at, wide: true, title: () => 'Along ' + panelOf(axis).title,
  caption: 'log2(learned / classical) of the two champions, and who is ahead: below 0 learned is faster, -1: 2x as ' +
    'fast. Hatched: inconclusive (~), a tie (=), or a first impression of few rounds (in brackets). Framed (*): ' +
    'learned reaches the target. Below a row, on wide pages: the intervals in which the winner changes (thick), or ' +
    'in which the target is reached (thin), and the places that were tried in between.',
  applies: () => Boolean(omb.data.hunt && panelOf(axis)),
  height: (context, width) => (width < kNarrow ? linesOf(axis).length * kLine : panelOf(axis).rows.length * kRow +
    kHead) + kLegend,
  option: (context) => option(context, axis),
  table: () => ({
    columns: ['place', ...panelOf(axis).columns],
    lines: panelOf(axis).rows.map((row) => [row.label, ...panelOf(axis).columns.map((_, x) => {
      const cell = row.cells.find((one) => one.x === x);
      return cell ? cell.text + ' ' + cell.winner : '';
    })]),
  }),
}));
