#!/usr/bin/env bash
# geofire-common's ranges for 5,000 km around London have no place east of Greenwich; Berlin's have none west of it.
#
# Guess: geohashQueryBounds(center, radius) returns ranges of geohashes that hold every place of the circle, as its
# comment says, and too many rather than too few, as one filters by the distance afterwards.
# What happens: if the box around the circle reaches a pole it is 360 degrees of longitude to either side of the center,
# which after wrapping is the center itself, and the ranges are one half of the earth: that of the center. The other
# half is missing, however near. It is so from about 4,260 km around London on, from 3,330 km around Oslo, and for
# small circles near a pole. Of circles elsewhere one in a hundred loses places at 2,000 km, and none did at 300.
# Why it matters: ranges over geohashes are the spatial query of a store that has ordered keys only, and this is the
# library of Firebase for it. The answer is plausible, and short of half of the rows.
# Package: npm geofire-common 6.0.0.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" geofire-common@6.0.0
echo 'geofire-common 6.0.0'
cat >"$work/try.cjs" <<'JS'
const { distanceBetween, geohashForLocation, geohashQueryBounds } = require('geofire-common');

const places = {
  London: [51.51, -0.13], Dublin: [53.35, -6.26], Reykjavik: [64.15, -21.94], Madrid: [40.42, -3.7],
  Oslo: [59.91, 10.75], Berlin: [52.52, 13.4], Moscow: [55.76, 37.62], Cairo: [30.04, 31.24],
};
// The places within a circle, and those of them that no range holds.
function ask(name, kilometres) {
  const bounds = geohashQueryBounds(places[name], kilometres * 1000);
  const held = (hash) => bounds.some(([start, end]) => hash >= start && hash <= end);
  const within = Object.keys(places).filter((other) => distanceBetween(places[other], places[name]) <= kilometres);
  const missing = within.filter((other) => !held(geohashForLocation(places[other])));
  console.log(`${kilometres} km around ${name}: ${bounds.length} ranges, ${within.length} places within;`,
    `missing: ${missing.join(', ') || 'none'}`);
  return missing.join();
}
const near = ask('London', 3000);
const far = [ask('London', 5000), ask('Berlin', 5000), ask('Oslo', 3500)];

// Places evenly spread over circles around evenly spread centers.
let state = 7919;
function random() {
  state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
  return state / 0x80000000;
}
function lost(kilometres) {
  let places = 0;
  let missing = 0;
  while (places < 20000) {
    const center = [Math.asin(2 * random() - 1) * 180 / Math.PI, 360 * random() - 180];
    const place = [Math.asin(2 * random() - 1) * 180 / Math.PI, 360 * random() - 180];
    if (distanceBetween(center, place) > kilometres) continue;
    const hash = geohashForLocation(place);
    places += 1;
    missing += !geohashQueryBounds(center, kilometres * 1000).some(([start, end]) => hash >= start && hash <= end);
  }
  console.log(`circles of ${kilometres} km: ${missing} of ${places} places are in no range`);
  return missing;
}
const shares = [1000, 3000, 6000].map(lost);
if (near || far[0] !== 'Oslo,Berlin,Moscow,Cairo' || far[1] !== 'London,Dublin,Reykjavik,Madrid' || !far[2] ||
    shares[0] === 0 || shares[2] < 2000) {
  console.error('changed');
  process.exit(1);
}
JS
node "$work/try.cjs"
