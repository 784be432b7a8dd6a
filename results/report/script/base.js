// The page's data, and how elements are made. Every file of script/ and figures/ runs in a function of its
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
