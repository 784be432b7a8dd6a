// How indexes look, the same in every figure: colour (Okabe and Ito's, safe for colour-blind readers) and marker tell
// them apart, the dash tells the family. Colours are variables of page.css, so that light, dark and paper each have
// theirs.

const kMarkers = ['circle', 'rect', 'triangle', 'diamond',
  'path://M0,0 L10,0 L5,9 Z', 'path://M3,0 H7 V3 H10 V7 H7 V10 H3 V7 H0 V3 H3 Z',
  'path://M5,0 L6.4,3.4 L10,3.6 L7.2,6 L8.1,9.6 L5,7.6 L1.9,9.6 L2.8,6 L0,3.6 L3.6,3.4 Z'];
const kMarkerPaths = ['M5,0 A5,5 0 1 1 4.99,0 Z', 'M0,0 H10 V10 H0 Z', 'M5,0 L10,9 H0 Z', 'M5,0 L10,5 L5,10 L0,5 Z']
  .concat(kMarkers.slice(4).map((path) => path.slice('path://'.length)));
const kDashes = {learned: [], tree: [8, 4], array: [8, 4], hash: [2, 3], engine: [10, 3, 2, 3], reference: [1, 4]};
const kColours = 7;
const kVariables = ['text', 'faint', 'line', 'page', 'panel', 'wins', 'loses', 'tie', 'undecided']
  .concat(Array.from({length: kColours}, (_, at) => 'c' + at));

/** Colours of the page by the names of page.css, and its font. `paper`: the light ones, whatever the page shows. */
omb.colors = function (paper) {
  const root = document.documentElement, shown = root.dataset.theme;
  if (paper) root.dataset.theme = 'light';
  const style = getComputedStyle(root);
  // ECharts writes fonts into attributes as they are: no double quotes.
  const colors = {font: getComputedStyle(document.body).fontFamily.replaceAll('"', "'")};
  for (const name of kVariables) colors[name] = style.getPropertyValue('--' + name).trim();
  if (paper && shown === undefined) delete root.dataset.theme;
  else if (paper) root.dataset.theme = shown;
  return colors;
};

/** {color, marker, dash} of an index, given by its position in omb.data.indexes. */
omb.look = function (position, colors) {
  const index = omb.data.indexes[position];
  return {
    color: index.family === 'reference' ? colors.faint : colors['c' + position % kColours],
    marker: kMarkers[(position + Math.floor(position / kColours)) % kMarkers.length],
    dash: kDashes[index.family] || [],
  };
};

/** Line and marker of an index as SVG nodes, 34 x 12. */
omb.swatchShapes = function (position, colors) {
  const {color, marker, dash} = omb.look(position, colors);
  const line = {x1: 0, x2: 34, y1: 6, y2: 6, stroke: color, 'stroke-width': 2, 'stroke-dasharray': dash.join(' ')};
  return [omb.svg('line', line),
    omb.svg('path', {d: kMarkerPaths[kMarkers.indexOf(marker)], fill: color, transform: 'translate(12 1)'})];
};

omb.swatch = (position) =>
  omb.svg('svg', {width: 34, height: 12, 'aria-hidden': 'true'}, ...omb.swatchShapes(position, omb.colors()));
