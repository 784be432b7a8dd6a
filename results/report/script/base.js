// The page's data, and how numbers and elements are made. Every file of script/ and figures/ runs in a function of its
// own with `omb` in reach (results/report/report.cc wraps them); what others may use hangs on `omb`. Names from a run
// reach the document as text nodes only.

omb.data = JSON.parse(document.getElementById('chart-data').textContent);

/** An element with attributes and children; strings become text. */
omb.element = function (name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) node.setAttribute(key, value);
  node.append(...children);
  return node;
};

/** The same for SVG. */
omb.svg = function (name, attributes, ...children) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes || {})) node.setAttribute(key, value);
  node.append(...children);
  return node;
};

/** Three or more significant digits: 0.620, 3.41, 47.9, 140, 41,200. */
omb.significant = function (value) {
  const size = Math.abs(value);
  if (size >= 99.95) return Math.round(value).toLocaleString('en-US');
  if (size >= 9.995) return value.toFixed(1);
  if (size >= 0.9995 || size === 0) return value.toFixed(2);
  return value.toFixed(Math.min(2 - Math.floor(Math.log10(size)), 9));
};

/** " [lo, hi]" of an estimate [median, lo, hi]; '' without interval. */
omb.interval = function (estimate) {
  if (estimate.length < 3) return '';
  return ' [' + omb.significant(estimate[1]) + ', ' + omb.significant(estimate[2]) + ']';
};

/** An estimate as text: "47.9 ns [47.0, 49.3]". */
omb.exact = function (estimate, unit) {
  return omb.significant(estimate[0]) + (unit === '\u00d7' || !unit ? unit || '' : ' ' + unit) + omb.interval(estimate);
};

/** The mark of an upper bound, a percentile too close to the timer's cost. `what`: anything with `bound`, or none. */
omb.atMost = (what) => (what && what.bound ? '\u2264 ' : '');

const kDurations = [[1e9, 's'], [1e6, 'ms'], [1e3, '\u00b5s'], [1, 'ns']];
const kSizes = [[2 ** 40, 'TiB'], [2 ** 30, 'GiB'], [2 ** 20, 'MiB'], [2 ** 10, 'KiB'], [1, 'B']];

function scaled(units, value) {
  const [size, unit] = units.find(([least]) => Math.abs(value) >= least) || units[units.length - 1];
  return omb.significant(value / size) + ' ' + unit;
}

/** 47.9 ns, 4.21 ms, 1.50 s. */
omb.duration = (ns) => scaled(kDurations, ns);
/** 8.40 MiB. */
omb.bytes = (count) => scaled(kSizes, count);

/** Short enough for an axis: 50 k, 2 M. */
omb.axisNumber = function (value) {
  if (value >= 1e9) return value / 1e9 + ' G';
  if (value % 100 !== 0 && Number.isInteger(value)) return value.toLocaleString('en-US');
  if (value >= 1e6) return value / 1e6 + ' M';
  if (value >= 1e4) return value / 1e3 + ' k';
  return value.toLocaleString('en-US');
};

omb.counted = (count, noun) => count.toLocaleString('en-US') + ' ' + noun + (count === 1 ? '' : 's');
/** Every value once, in the order of its first appearance. */
omb.unique = (values) => Array.from(new Set(values));
/** The dataset of a row. Its keys may hold others besides (inserts from elsewhere): then its only size counts. */
omb.datasetOf = function (row) {
  const named = omb.data.datasets.filter((one) => one.name === row.dataset);
  return named.length === 1 ? named[0] : named.find((one) => one.n === row.keys);
};
/** Keys by which rows are put side by side: those of the dataset, where a row's are about as many. */
omb.keysOf = function (row) {
  const {n} = omb.datasetOf(row) || {};
  return n && Math.abs(Math.log2(n / row.keys)) < 1 ? n : row.keys;
};
omb.rowTitle = (row) => row.dataset + ' \u00b7 ' + row.workload;
omb.rowScale = (row) => omb.counted(row.keys, 'key') + ', ' + omb.counted(row.threads, 'thread') +
  (row.cold ? ', cold caches' : '');
