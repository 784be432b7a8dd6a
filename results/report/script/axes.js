// Parts that options of several figures are made of: axes, tooltips, interval bars, names beside points.

/** Round numbers (1, 2, 5) x 10^k from lo to hi; powers of ten only when that gives too many. */
function logTicks(lo, hi) {
  const fine = [], coarse = [];
  for (let power = Math.floor(Math.log10(lo)); power <= Math.ceil(Math.log10(hi)); ++power) {
    for (const step of [1, 2, 5]) {
      const value = step * Math.pow(10, power);
      if (value < lo / 1.0001 || value > hi * 1.0001) continue;
      fine.push(value);
      if (step === 1) coarse.push(value);
    }
  }
  return fine.length > 9 && coarse.length > 2 ? coarse : fine;
}

/** Lines, ticks and labels of any axis in the page's colours. `ticks`: values to label, or undefined. */
omb.axisLook = function (colors, ticks, formatter) {
  return {
    nameLocation: 'middle', nameTextStyle: {color: colors.faint},
    axisLine: {show: true, lineStyle: {color: colors.faint}},
    axisTick: {show: true, customValues: ticks},
    axisLabel: {color: colors.faint, customValues: ticks, formatter: formatter || omb.shortCount, hideOverlap: true},
    minorTick: {show: false}, splitLine: {lineStyle: {color: colors.line, opacity: .7}},
  };
};

/** A log axis that ends at round numbers around the values. */
omb.logAxis = function (values, name, colors, extra) {
  const kRound = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];
  const power = (value) => Math.pow(10, Math.floor(Math.log10(value)));
  const low = Math.min(...values) / 1.08, high = Math.max(...values) * 1.08;
  const min = kRound.filter((step) => step <= low / power(low) * 1.0001).pop() * power(low);
  const max = kRound.find((step) => step >= high / power(high) / 1.0001) * power(high);
  let ticks = logTicks(min, max);
  if (ticks.length < 3) {
    ticks = kRound.map((step) => step * power(min)).concat(kRound.map((step) => step * power(max)))
      .filter((value, at, all) => value >= min && value <= max && all.indexOf(value) === at);
  }
  return Object.assign({type: 'log', min, max, name}, omb.axisLook(colors, ticks), extra);
};

/** What every option starts from. Items with `lines` (texts, the first a heading) have them as tooltip. */
omb.baseOption = function (colors, description) {
  return {
    animation: false, textStyle: {fontFamily: colors.font, color: colors.text}, backgroundColor: 'transparent',
    aria: {enabled: true, label: {description}},
    tooltip: {
      trigger: 'item', confine: true, backgroundColor: colors.panel, borderColor: colors.line,
      extraCssText: 'max-width:20rem;white-space:normal',
      // A node, not markup: names stay text, and no inline style is needed.
      formatter: (hit) => {
        const lines = hit.data && hit.data.lines;
        if (!lines) return '';
        const box = omb.element('div', {class: 'tip'}, omb.element('b', {}, lines[0]));
        for (const line of lines.slice(1)) box.append(omb.element('span', {}, line));
        return box;
      },
    },
  };
};

/** Interval bars: data [x, lo, hi], or with `horizontal` [y, lo, hi]. */
omb.whiskers = function (name, points, color, horizontal) {
  return {
    name, type: 'custom', silent: true, clip: true, z: 3, data: points,
    encode: horizontal ? {y: 0, x: [1, 2]} : {x: 0, y: [1, 2]},
    renderItem: (_, api) => {
      const place = (value) => (horizontal ? api.coord([value, api.value(0)]) : api.coord([api.value(0), value]));
      const low = place(api.value(1)), high = place(api.value(2));
      if (Math.abs(low[0] - high[0]) + Math.abs(low[1] - high[1]) < 3) return null;
      const line = (x1, y1, x2, y2) => ({type: 'line', shape: {x1, y1, x2, y2},
        style: {stroke: color, lineWidth: 1.5}});
      const [dx, dy] = horizontal ? [0, 3] : [3, 0];
      return {type: 'group', children: [line(low[0], low[1], high[0], high[1]),
        line(low[0] - dx, low[1] - dy, low[0] + dx, low[1] + dy),
        line(high[0] - dx, high[1] - dy, high[0] + dx, high[1] + dy)]};
    },
  };
};

/** Pixel of a value on a log axis, as ECharts will place it inside the chart's grid. */
omb.logPixel = (axis, value, from, to) => from +
  (to - from) * Math.log(value / axis.min) / Math.log(axis.max / axis.min);

/** Names {name, at: [x, y], bold} drawn as {x, y, align} in `places`; a line leads to a name that had to move. */
omb.nameSeries = function (points, places, colors) {
  return {
    type: 'custom', silent: true, clip: false, z: 5, tooltip: {show: false}, data: points.map((point) => point.at),
    renderItem: (hit, api) => {
      const place = places[hit.dataIndex];
      if (!place) return null;
      const [x, y] = api.coord([api.value(0), api.value(1)]);
      const children = [{type: 'text', x: place.x, y: place.y, style: {
        text: points[hit.dataIndex].name, fill: colors.text, fontSize: 11, fontFamily: colors.font,
        fontWeight: points[hit.dataIndex].bold ? 'bold' : 'normal', align: place.align, verticalAlign: 'middle'}}];
      if (place.moved) {
        const end = place.to === undefined ? [place.x - 3, place.y] : [place.to, place.y - 7 * Math.sign(place.y - y)];
        children.push({type: 'line', shape: {x1: x, y1: y, x2: end[0], y2: end[1]},
                       style: {stroke: colors.faint, lineWidth: .7}});
      }
      return {type: 'group', children};
    },
  };
};

/** Spreads names at the right ends of curves vertically, at least a line apart and in the order of the curves. */
omb.placeAtEnds = function (points, xAxis, yAxis, grid, width, height) {
  const kLine = 13, right = width - grid.right, bottom = height - grid.bottom;
  const wanted = points.map((point, at) => ({at, y: omb.logPixel(yAxis, point.at[1], bottom, grid.top)}))
    .sort((a, b) => a.y - b.y);
  let floor = -Infinity;
  for (const one of wanted) { one.placed = Math.max(one.y, floor + kLine); floor = one.placed; }
  let ceiling = bottom;
  for (const one of wanted.slice().reverse()) {
    one.placed = Math.min(one.placed, ceiling);
    ceiling = one.placed - kLine;
  }
  const places = [];
  for (const one of wanted) {
    const end = omb.logPixel(xAxis, points[one.at].at[0], grid.left, right);
    places[one.at] = {x: Math.max(right + 16, end + 8), y: one.placed, align: 'left', moved: true};
  }
  return places;
};

/** Around a point: close to it, then farther away with a line that leads there. */
function spotsAround(gap, size) {
  const near = [[gap, 0], [-gap - size, 0], [-size / 2, -15], [-size / 2, 15], [9, -12], [9, 12], [-9 - size, -12],
    [-9 - size, 12]];
  const far = [24, -24, 38, -38, 54, 70].flatMap((dy) => [[12, dy], [-12 - size, dy], [-size / 2, dy]]);
  return near.map((spot) => [...spot, false]).concat(far.map((spot) => [...spot, true]));
}

/**
 * A free place beside every point, or none: the legend and the tooltip name it as well. `lines`: [x1, y1, x2, y2] in
 * values, upright or level, that a name crosses only where there is no other place for it.
 */
omb.placeBeside = function (points, xAxis, yAxis, grid, width, height, lines) {
  const right = width - grid.right, bottom = height - grid.bottom;
  const spots = points.map((point) => [omb.logPixel(xAxis, point.at[0], grid.left, right),
    omb.logPixel(yAxis, point.at[1], bottom, grid.top)]);
  const taken = spots.map(([x, y]) => [x - 7, y - 7, x + 7, y + 7]);
  const drawn = (lines || []).map(([x1, y1, x2, y2]) => {
    const xs = [x1, x2].map((x) => omb.logPixel(xAxis, x, grid.left, right));
    const ys = [y1, y2].map((y) => omb.logPixel(yAxis, y, bottom, grid.top));
    return [Math.min(...xs) - 2, Math.min(...ys) - 2, Math.max(...xs) + 2, Math.max(...ys) + 2];
  });
  const free = (box, others) => box[0] >= grid.left - 4 && box[2] <= width && box[1] >= 0 && box[3] <= bottom + 4 &&
    others.every((other) => box[2] <= other[0] || other[2] <= box[0] || box[3] <= other[1] || other[3] <= box[1]);
  return points.map((point, at) => {
    const [x, y] = spots[at], size = point.name.length * (point.bold ? 7.4 : 6.6) + 2;
    const gap = point.bold ? 13 : 10;
    for (const others of [taken.concat(drawn), taken]) {
      const spot = spotsAround(gap, size).find(([dx, dy]) =>
        free([x + dx, y + dy - 6, x + dx + size, y + dy + 6], others));
      if (!spot) continue;
      const [dx, dy, moved] = spot, box = [x + dx, y + dy - 6, x + dx + size, y + dy + 6];
      taken.push(box);
      return {x: box[0], y: y + dy, align: 'left', moved, to: Math.min(Math.max(x, box[0] - 3), box[2] + 1)};
    }
    return null;
  });
};
