#!/usr/bin/env bash
# The cell of npm's geohashing that touches the 180th meridian has no neighbours: asking for them throws.
#
# Guess: longitudes go round: the cell east of the last one is the first, as in other geohash libraries, and only at
# the poles there may be none.
# What happens: the neighbour is the code of a point that lies one cell to the east, beyond 180 degrees, and encoding
# that is refused: RangeError. getNeighborsBase32 and getNeighborsInt ask for all eight, so that none of them is
# given, not even that to the north. Cells at the poles throw, too; everywhere else it is right.
# Why it matters: "the cell and its eight neighbours" is how places near a point are looked up among 52-bit keys.
# Fiji, Chukotka and the Aleutians lie there: a load over the world's places ends in the middle, and one over Europe
# never.
# Package: npm geohashing 2.0.1 and, for comparison, latlon-geohash 2.0.0.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" \
  geohashing@2.0.1 latlon-geohash@2.0.0
cat >"$work/try.mjs" <<'JS'
import { readFileSync } from 'node:fs';
import { encodeBase32, encodeInt, getNeighborBase32, getNeighborsBase32, getNeighborsInt } from 'geohashing';
import Geohash from 'latlon-geohash';

const folder = new URL('./node_modules/', import.meta.url);
for (const name of ['geohashing', 'latlon-geohash']) {
  console.log(name, JSON.parse(readFileSync(new URL(`${name}/package.json`, folder))).version);
}
const attempt = (ask) => {
  try {
    return ask();
  } catch (error) {
    return error.constructor.name;
  }
};
const ask = (place, lat, lng) => {
  const hash = encodeBase32(lat, lng, 5);
  const neighbors = attempt(() => Object.values(getNeighborsBase32(hash)).sort().join(' '));
  const integers = attempt(() => Object.values(getNeighborsInt(encodeInt(lat, lng, 52), 52)).length);
  const north = attempt(() => getNeighborBase32(hash, 'north'));
  const other = Object.values(Geohash.neighbours(hash)).sort().join(' ');
  console.log(`${place}, ${hash}: all ${neighbors}, of 52 bits ${integers}, north ${north}`);
  console.log(`  by latlon-geohash ${other}`);
  return [neighbors === other, neighbors === 'RangeError', integers === 'RangeError'];
};
const inside = ask('Berlin', 52.52, 13.4);
const edge = ask('Taveuni', -16.8, 179.999999999);
if (!inside[0] || edge[0] || !edge[1] || !edge[2]) {
  console.error('changed');
  process.exit(1);
}
JS
node "$work/try.mjs"
