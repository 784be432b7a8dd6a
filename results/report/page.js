// Behaviour of the report: row selector, sortable tables, charts. Everything it needs lies in the page; names reach the
// document as text nodes only.
//
// Chart data: grid = values of 1/(1-q); indexes = [{name, family, tier}]; rows[r].cells[] = {i: position in indexes,
// ns: [median, lo, hi], size: bytes per key (engines: on disk), front: on the Pareto front,
// latency: {curve: ns at the grid, marks: [{p, x, v: [median, lo, hi], bound: only an upper bound}]}}.
(function () {
  'use strict';

  const data = JSON.parse(document.getElementById('chart-data').textContent);
  const rows = Array.from(document.querySelectorAll('section.row'));
  const drawn = new Map();  // row number -> {charts, hidden: set of index positions}
  let forPrint = false;

  // ---- small things

  function element(name, attributes, ...children) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) node.setAttribute(key, value);
    node.append(...children);
    return node;
  }

  function significant(value) {
    const size = Math.abs(value);
    if (size >= 99.95) return Math.round(value).toLocaleString('en-US');
    if (size >= 9.995) return value.toFixed(1);
    if (size >= 0.9995 || size === 0) return value.toFixed(2);
    return value.toFixed(Math.min(2 - Math.floor(Math.log10(size)), 9));
  }

  function exact(estimate, unit) {
    const ends = estimate.length > 1 ? ' [' + significant(estimate[1]) + ', ' + significant(estimate[2]) + ']' : '';
    return significant(estimate[0]) + ' ' + unit + ends;
  }

  function axisNumber(value) {
    if (value >= 1e9) return value / 1e9 + ' G';
    if (value >= 1e6) return value / 1e6 + ' M';
    if (value >= 1e4) return value / 1e3 + ' k';
    return value.toLocaleString('en-US');
  }

  // ---- looks: colour and marker tell indexes apart, the dash tells the family

  const kMarkers = ['circle', 'rect', 'triangle', 'diamond',
    'path://M0,0 L10,0 L5,9 Z', 'path://M3,0 H7 V3 H10 V7 H7 V10 H3 V7 H0 V3 H3 Z',
    'path://M5,0 L6.4,3.4 L10,3.6 L7.2,6 L8.1,9.6 L5,7.6 L1.9,9.6 L2.8,6 L0,3.6 L3.6,3.4 Z'];
  const kMarkerPaths = ['M5,0 A5,5 0 1 1 4.99,0 Z', 'M0,0 H10 V10 H0 Z', 'M5,0 L10,9 H0 Z', 'M5,0 L10,5 L5,10 L0,5 Z']
    .concat(kMarkers.slice(4).map((path) => path.slice('path://'.length)));
  const kDashes = {learned: [], tree: [8, 4], array: [8, 4], hash: [2, 3], engine: [10, 3, 2, 3], reference: [1, 4]};

  function look(position) {
    const style = getComputedStyle(document.documentElement);
    const variable = (name) => style.getPropertyValue(name).trim();
    const index = data.indexes[position];
    return {
      color: index.family === 'reference' ? variable('--faint') : variable('--c' + position % 7),
      marker: (position + Math.floor(position / 7)) % kMarkers.length,
      dash: kDashes[index.family] || [],
    };
  }

  function swatch(position) {
    const kSvg = 'http://www.w3.org/2000/svg';
    const {color, marker, dash} = look(position);
    const make = (name, attributes) => {
      const node = document.createElementNS(kSvg, name);
      for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
      return node;
    };
    const svg = make('svg', {width: 34, height: 12, 'aria-hidden': 'true'});
    svg.append(make('line', {x1: 0, x2: 34, y1: 6, y2: 6, stroke: color, 'stroke-width': 2, 'stroke-dasharray': dash.join(' ')}),
      make('path', {d: kMarkerPaths[marker], fill: color, transform: 'translate(12 1)'}));
    return svg;
  }

  function theme() {
    const style = getComputedStyle(document.documentElement);
    const variable = (name) => style.getPropertyValue(name).trim();
    return {text: variable('--text'), faint: variable('--faint'), line: variable('--line'), page: variable('--page'),
            panel: variable('--panel'), font: getComputedStyle(document.body).fontFamily};
  }

  // ---- charts

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

  /** A log axis that ends at round numbers around the values. */
  function logAxis(values, name, colors, extra) {
    const kRound = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];
    const power = (value) => Math.pow(10, Math.floor(Math.log10(value)));
    const low = Math.min(...values) / 1.08, high = Math.max(...values) * 1.08;
    const min = kRound.filter((step) => step <= low / power(low)).pop() * power(low);
    const max = kRound.find((step) => step >= high / power(high)) * power(high);
    let ticks = logTicks(min, max);
    if (ticks.length < 3) ticks = kRound.map((step) => step * power(min)).concat(kRound.map((step) => step * power(max)))
      .filter((value, at, all) => value >= min && value <= max && all.indexOf(value) === at);
    return Object.assign({
      type: 'log', min, max, name, nameLocation: 'middle', nameTextStyle: {color: colors.faint},
      axisLine: {show: true, lineStyle: {color: colors.faint}},
      axisTick: {show: true, customValues: ticks},
      axisLabel: {color: colors.faint, customValues: ticks, formatter: axisNumber, hideOverlap: true},
      minorTick: {show: false}, splitLine: {lineStyle: {color: colors.line, opacity: .7}},
    }, extra);
  }

  function tooltip(colors) {
    return {
      trigger: 'item', confine: true, backgroundColor: colors.panel, borderColor: colors.line,
      extraCssText: 'max-width:20rem;white-space:normal',
      // A node, not markup: names stay text, and no inline style is needed.
      formatter: (hit) => {
        const lines = hit.data && hit.data.lines;
        if (!lines) return '';
        const box = element('div', {class: 'tip'}, element('b', {}, lines[0]));
        for (const line of lines.slice(1)) box.append(element('span', {}, line));
        return box;
      },
    };
  }

  /** Vertical interval bars: data [x, lo, hi]. */
  function whiskers(name, points, color) {
    return {
      name, type: 'custom', silent: true, clip: true, z: 3, data: points, encode: {x: 0, y: [1, 2]},
      renderItem: (_, api) => {
        const low = api.coord([api.value(0), api.value(1)]), high = api.coord([api.value(0), api.value(2)]);
        if (Math.abs(low[1] - high[1]) < 3) return null;
        const line = (x1, y1, x2, y2) => ({type: 'line', shape: {x1, y1, x2, y2}, style: {stroke: color, lineWidth: 1.5}});
        return {type: 'group', children: [line(low[0], low[1], high[0], high[1]),
          line(low[0] - 3, low[1], low[0] + 3, low[1]), line(high[0] - 3, high[1], high[0] + 3, high[1])]};
      },
    };
  }

  function base(colors, description) {
    return {
      animation: false, textStyle: {fontFamily: colors.font, color: colors.text}, backgroundColor: 'transparent',
      aria: {enabled: true, label: {description}}, tooltip: tooltip(colors),
    };
  }

  const kWide = 440;  // px; narrower charts have no room for names beside the curves
  const kGrid = {left: 64, top: 12, bottom: 48};

  /** Pixel of a value on a log axis, as ECharts will place it inside the chart's grid. */
  function pixel(axis, value, from, to) {
    return from + (to - from) * Math.log(value / axis.min) / Math.log(axis.max / axis.min);
  }

  /** Names beside points, drawn as {x, y, align} in `places`; a line leads from a point to a name that had to move. */
  function nameSeries(points, places, colors) {
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
          children.push({type: 'line', shape: {x1: x, y1: y, x2: place.x - 3, y2: place.y}, style: {stroke: colors.faint, lineWidth: .7}});
        }
        return {type: 'group', children};
      },
    };
  }

  /** Spreads names at the right ends of curves vertically, at least a line apart and in the order of the curves. */
  function placeAtEnds(points, xAxis, yAxis, width, height) {
    const kLine = 13, right = width - kGrid.right, bottom = height - kGrid.bottom;
    const wanted = points.map((point, at) => ({at, y: pixel(yAxis, point.at[1], bottom, kGrid.top)})).sort((a, b) => a.y - b.y);
    let floor = -Infinity;
    for (const one of wanted) { one.placed = Math.max(one.y, floor + kLine); floor = one.placed; }
    let ceiling = bottom;
    for (const one of wanted.slice().reverse()) { one.placed = Math.min(one.placed, ceiling); ceiling = one.placed - kLine; }
    const places = [];
    for (const one of wanted) {
      const end = pixel(xAxis, points[one.at].at[0], kGrid.left, right);
      places[one.at] = {x: Math.max(right + 16, end + 8), y: one.placed, align: 'left', moved: true};
    }
    return places;
  }

  /** A free place beside every point, or none: the legend and the tooltip name it as well. */
  function placeBeside(points, xAxis, yAxis, width, height) {
    const right = width - kGrid.right, bottom = height - kGrid.bottom;
    const spots = points.map((point) => [pixel(xAxis, point.at[0], kGrid.left, right), pixel(yAxis, point.at[1], bottom, kGrid.top)]);
    const taken = spots.map(([x, y]) => [x - 7, y - 7, x + 7, y + 7]);
    const free = (box) => box[0] >= kGrid.left - 4 && box[2] <= width && box[1] >= 0 && box[3] <= bottom + 4 &&
      taken.every((other) => box[2] <= other[0] || other[2] <= box[0] || box[3] <= other[1] || other[3] <= box[1]);
    return points.map((point, at) => {
      const [x, y] = spots[at], size = point.name.length * (point.bold ? 7.4 : 6.6) + 2;
      const gap = point.bold ? 13 : 10;
      for (const [dx, dy] of [[gap, 0], [-gap - size, 0], [-size / 2, -15], [-size / 2, 15], [9, -12], [9, 12], [-9 - size, -12], [-9 - size, 12]]) {
        const box = [x + dx, y + dy - 6, x + dx + size, y + dy + 6];
        if (!free(box)) continue;
        taken.push(box);
        return {x: box[0], y: y + dy, align: 'left', moved: false};
      }
      return null;
    });
  }

  const kPercentileTicks = [[1, 'min'], [2, 'p50'], [10, 'p90'], [100, 'p99'], [1e3, 'p99.9'], [1e4, 'p99.99']];

  function markLines(cell, mark) {
    const value = (mark.bound ? '\u2264 ' : '') + exact(mark.v, 'ns');
    const lines = [data.indexes[cell.i].name + ', ' + mark.p, value];
    if (mark.bound) lines.push('below ten times the timer cost: an upper bound');
    return lines;
  }

  function latencyOption(cells, colors, width, height) {
    const shown = cells.filter((cell) => cell.latency && cell.latency.curve.length > 0);
    if (shown.length === 0) return null;
    const values = shown.flatMap((cell) => cell.latency.curve.concat(cell.latency.marks.flatMap((mark) => mark.v)))
      .filter((value) => value > 0);
    const last = Math.max(...shown.map((cell) => data.grid[cell.latency.curve.length - 1]));
    const ticks = kPercentileTicks.filter(([x]) => x <= last * 1.001 && (x > 1 || width > kWide + 100));
    const series = [], ends = [];
    for (const cell of shown) {
      const {color, marker, dash} = look(cell.i);
      const name = data.indexes[cell.i].name;
      const points = cell.latency.curve.map((ns, at) => [data.grid[at], ns]).filter((point) => point[1] > 0);
      series.push({
        name, type: 'line', showSymbol: false, data: points, silent: true, z: 2, emphasis: {lineStyle: {width: 4}},
        lineStyle: {color, width: 1.6, type: dash.length ? dash : 'solid'},
        itemStyle: {color},
      });
      ends.push({name, at: points[points.length - 1]});
      series.push({
        name, type: 'scatter', symbol: kMarkers[marker], symbolSize: 8, z: 4, itemStyle: {color, opacity: 1}, emphasis: {scale: 1.8},
        data: cell.latency.marks.map((mark) => ({value: [mark.x, mark.v[0]], lines: markLines(cell, mark)})),
      });
      series.push(whiskers(name, cell.latency.marks.filter((mark) => mark.v.length > 1)
        .map((mark) => [mark.x, mark.v[1], mark.v[2]]), color));
    }
    const floor = data.timer_floor_ns;
    const yAxis = logAxis(values, 'ns per operation', colors, {nameGap: 44});
    if (floor && floor > yAxis.min) {
      series[0].markArea = {
        silent: true, itemStyle: {color: colors.faint, opacity: .13},
        label: {position: 'insideBottomRight', color: colors.faint, fontSize: 11,
                formatter: 'below 10 \u00d7 timer cost: upper bounds'},
        data: [[{yAxis: yAxis.min}, {yAxis: Math.min(floor, yAxis.max)}]],
      };
    }
    const xAxis = {
      type: 'log', min: 1, max: last, name: 'percentile, spaced by 1/(1\u2212q)', nameLocation: 'middle', nameGap: 28,
      nameTextStyle: {color: colors.faint}, axisLine: {lineStyle: {color: colors.faint}},
      axisTick: {show: true, customValues: ticks.map(([x]) => x)},
      axisLabel: {color: colors.faint, customValues: ticks.map(([x]) => x),
                  formatter: (x) => (ticks.find(([at]) => Math.abs(at / x - 1) < .01) || ['', ''])[1]},
      splitLine: {lineStyle: {color: colors.line, opacity: .7}},
    };
    kGrid.right = width > kWide ? 118 : 18;
    if (width > kWide) series.push(nameSeries(ends, placeAtEnds(ends, xAxis, yAxis, width, height), colors));
    return Object.assign(base(colors, 'Latency percentile curves; the same numbers stand in the table below.'),
      {grid: Object.assign({}, kGrid), xAxis, yAxis, series});
  }

  function sizeLines(cell) {
    const index = data.indexes[cell.i];
    const lines = [index.name + ' (' + index.family + ')', exact(cell.ns, 'ns/op'),
      significant(cell.size) + (index.tier === 'in-process' ? ' bytes per key' : ' bytes per key on disk')];
    if (cell.front) lines.push('on the Pareto front');
    return lines;
  }

  function sizeOption(cells, colors, width, height) {
    const shown = cells.filter((cell) => cell.size && cell.ns && data.indexes[cell.i].family !== 'reference');
    if (shown.length === 0) return null;
    const series = [], names = [];
    for (const cell of shown) {
      const {color, marker} = look(cell.i);
      const name = data.indexes[cell.i].name;
      const inProcess = data.indexes[cell.i].tier === 'in-process';
      series.push({
        name, type: 'scatter', symbol: kMarkers[marker], symbolSize: cell.front ? 15 : 11, z: 4,
        itemStyle: inProcess ? {color, opacity: 1} : {color: colors.page, borderColor: color, borderWidth: 2, opacity: 1},
        data: [{value: [cell.size, cell.ns[0]], lines: sizeLines(cell)}], emphasis: {scale: 1.6},
      });
      names.push({name, at: [cell.size, cell.ns[0]], bold: cell.front});
      if (cell.ns.length > 1) series.push(whiskers(name, [[cell.size, cell.ns[1], cell.ns[2]]], color));
    }
    const front = shown.filter((cell) => cell.front).sort((a, b) => a.size - b.size || b.ns[0] - a.ns[0]);
    series.push({
      name: 'Pareto front', type: 'line', step: 'end', silent: true, showSymbol: false, z: 1,
      data: front.map((cell) => [cell.size, cell.ns[0]]), lineStyle: {color: colors.faint, width: 1.5, type: [4, 3]},
    });
    const oracle = cells.find((cell) => data.indexes[cell.i].name === 'oracle-gather' && cell.ns);
    const times = shown.flatMap((cell) => cell.ns);
    if (oracle) {
      times.push(oracle.ns[0]);
      series[series.length - 1].markLine = {
        silent: true, symbol: 'none', lineStyle: {color: colors.faint, type: [1, 4]}, data: [{yAxis: oracle.ns[0]}],
        label: {position: 'insideStartTop', color: colors.faint, fontSize: 11,
                formatter: 'oracle-gather ' + significant(oracle.ns[0]) + ' ns'},
      };
    }
    const xAxis = logAxis(shown.map((cell) => cell.size), 'bytes per key, entries included', colors, {nameGap: 28});
    const yAxis = logAxis(times, 'ns per operation (throughput)', colors, {nameGap: 44});
    kGrid.right = 18;
    series.push(nameSeries(names, placeBeside(names, xAxis, yAxis, width, height), colors));
    return Object.assign(base(colors, 'Size against time per operation; the same numbers stand in the table below.'),
      {grid: Object.assign({}, kGrid), xAxis, yAxis, series});
  }

  const kCharts = [
    {title: 'Latency percentiles', option: latencyOption,
     caption: 'Service time of single operations, timer cost included. Marks: medians over rounds with intervals; curves: ' +
       'all rounds together. Solid: learned; dashed: trees and arrays; dotted: hash maps; dash-dot: engines.'},
    {title: 'Size against time', option: sizeOption,
     caption: 'Left and down is better. Large marks and bold names on the dashed line: no in-process index is both smaller ' +
       'and faster. Hollow: engines, bytes on disk, outside the front.'},
  ];

  function draw(number) {
    const state = drawn.get(number);
    const colors = theme();
    const cells = data.rows[number].cells.filter((cell) => !state.hidden.has(cell.i));
    for (const entry of state.charts) {
      const option = cells.length ? entry.option(cells, colors, entry.box.clientWidth, entry.box.clientHeight) : null;
      entry.chart.clear();
      entry.empty.hidden = option !== null;
      if (option) entry.chart.setOption(option);
    }
  }

  function describe(cell) {
    const parts = [data.indexes[cell.i].name];
    if (cell.ns) parts.push(exact(cell.ns, 'ns/op'));
    if (cell.size) parts.push(significant(cell.size) + ' bytes per key');
    for (const mark of (cell.latency || {marks: []}).marks) {
      parts.push(mark.p + ' ' + (mark.bound ? '\u2264 ' : '') + exact(mark.v, 'ns'));
    }
    return parts.join(' \u00b7 ');
  }

  function buildLegend(number, state) {
    const list = element('ul', {});
    const status = element('output', {'aria-live': 'polite'}, 'Select a name to hide or show it; focus it to read its numbers.');
    for (const cell of data.rows[number].cells) {
      const button = element('button', {type: 'button', 'aria-pressed': 'true'}, swatch(cell.i), data.indexes[cell.i].name);
      button.addEventListener('click', () => {
        const hide = !state.hidden.has(cell.i);
        if (hide) state.hidden.add(cell.i); else state.hidden.delete(cell.i);
        button.setAttribute('aria-pressed', String(!hide));
        draw(number);
      });
      const highlight = (type) => state.charts.forEach((entry) => entry.chart.dispatchAction(
        {type, seriesName: data.indexes[cell.i].name}));
      for (const event of ['focus', 'mouseenter']) {
        button.addEventListener(event, () => { status.textContent = describe(cell); highlight('highlight'); });
      }
      for (const event of ['blur', 'mouseleave']) button.addEventListener(event, () => highlight('downplay'));
      list.append(element('li', {}, button));
    }
    return element('div', {class: 'legend'}, list, status);
  }

  function ensureCharts(number) {
    if (drawn.has(number) || data.rows[number].cells.length === 0) return;
    const place = rows[number].querySelector('.charts');
    place.hidden = false;
    const state = {charts: [], hidden: new Set()};
    // Bounds far outside the contenders' range would squeeze everything else; they can be switched on.
    for (const cell of data.rows[number].cells) {
      if (data.indexes[cell.i].name === 'full-scan') state.hidden.add(cell.i);
    }
    for (const kind of kCharts) {
      const box = element('div', {class: 'chart', role: 'img', 'aria-label': kind.title});
      const empty = element('p', {}, 'Nothing to draw: no shown cell has these numbers.');
      place.append(element('figure', {}, element('h4', {}, kind.title), box, empty, element('figcaption', {}, kind.caption)));
      state.charts.push({box, empty, option: kind.option, chart: echarts.init(box, null, {renderer: 'svg'})});
    }
    const legend = buildLegend(number, state);
    place.append(legend);
    data.rows[number].cells.forEach((cell, at) => {
      if (state.hidden.has(cell.i)) legend.querySelectorAll('button')[at].setAttribute('aria-pressed', 'false');
    });
    drawn.set(number, state);
    draw(number);
    new ResizeObserver(() => {
      if (forPrint || !place.clientWidth) return;
      state.charts.forEach((entry) => entry.chart.resize());
      draw(number);
    }).observe(place);
  }

  function redrawAll() {
    for (const [number, state] of drawn) {
      state.charts.forEach((entry) => entry.chart.resize());
      draw(number);
      rows[number].querySelectorAll('.legend button').forEach((button, at) => {
        button.firstChild.replaceWith(swatch(data.rows[number].cells[at].i));
      });
    }
  }

  // ---- row selector; the address holds the state: #row-3 or #rows-all

  const select = document.getElementById('row-select');

  function show(choice) {
    select.value = choice;
    rows.forEach((row, number) => {
      row.hidden = choice !== 'rows-all' && row.id !== choice;
      if (row.hidden) return;
      if (choice !== 'rows-all') ensureCharts(number); else watcher.observe(row);
    });
    document.getElementById('row-previous').disabled = select.selectedIndex <= 0;
    document.getElementById('row-next').disabled = select.selectedIndex >= select.options.length - 1;
  }

  const watcher = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (entry.isIntersecting) ensureCharts(rows.indexOf(entry.target));
    }
  }, {rootMargin: '400px'});

  function choiceOfAddress() {
    const wanted = location.hash.slice(1);
    return Array.from(select.options).some((option) => option.value === wanted) ? wanted : null;
  }

  function step(by) {
    const option = select.options[select.selectedIndex + by];
    if (option) location.hash = option.value;
  }

  function setUpSelector() {
    if (rows.length === 0) return;
    rows.forEach((row, number) => {
      const title = row.querySelector('h3').textContent, scale = row.querySelector('.scale').textContent;
      select.append(element('option', {value: row.id}, (number + 1) + '. ' + title + ' (' + scale.split(', ').slice(0, 2).join(', ') + ')'));
    });
    if (rows.length > 1) select.append(element('option', {value: 'rows-all'}, 'all rows'));
    document.getElementById('row-selector').hidden = false;
    select.addEventListener('change', () => { location.hash = select.value; });
    document.getElementById('row-previous').addEventListener('click', () => step(-1));
    document.getElementById('row-next').addEventListener('click', () => step(1));
    window.addEventListener('hashchange', () => {
      const choice = choiceOfAddress();
      if (!choice) return;
      show(choice);
      const target = document.getElementById(choice);
      if (target) target.scrollIntoView();
    });
    const choice = choiceOfAddress();
    show(choice || rows[0].id);
    const target = choice && document.getElementById(choice);
    if (target) target.scrollIntoView();
  }

  // ---- sortable tables

  function sortValue(row, column) {
    const cell = row.cells[column];
    if (!cell || cell.colSpan > 1) return null;
    if (column === 0) return cell.textContent;
    return cell.dataset.v === undefined ? null : Number(cell.dataset.v);
  }

  function sortBy(table, column) {
    const head = table.tHead.rows[0].cells[column];
    const direction = head.getAttribute('aria-sort') === 'ascending' ? -1 : 1;
    for (const cell of table.tHead.rows[0].cells) cell.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', direction === 1 ? 'ascending' : 'descending');
    const body = table.tBodies[0];
    const order = Array.from(body.rows).sort((a, b) => {
      const x = sortValue(a, column), y = sortValue(b, column);
      if (x === null || y === null) return (x === null) - (y === null);  // without a number: last either way
      return direction * (typeof x === 'string' ? x.localeCompare(y) : x - y);
    });
    body.append(...order);
  }

  function setUpSorting() {
    for (const table of document.querySelectorAll('table.sortable')) {
      Array.from(table.tHead.rows[0].cells).forEach((cell, column) => {
        const button = element('button', {type: 'button', title: 'sort'}, cell.textContent);
        button.addEventListener('click', () => sortBy(table, column));
        cell.replaceChildren(button);
      });
    }
  }

  // ---- light, dark, paper

  function setUpMedia() {
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redrawAll);
    matchMedia('print').addEventListener('change', (event) => { forPrint = event.matches; redrawAll(); });
    addEventListener('beforeprint', () => {
      rows.forEach((row, number) => { if (!row.hidden) ensureCharts(number); });
    });
  }

  setUpSorting();
  setUpMedia();
  setUpSelector();
})();
