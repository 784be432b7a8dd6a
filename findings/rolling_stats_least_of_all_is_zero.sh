#!/usr/bin/env bash
# The least of all values, as npm's rolling-stats tells it, is 0 for latencies of 5 and more.
#
# Guess: next to min and max of the window stand allmin and allmax of all that was ever added: 5 and 50 for 5, 7, 9, 6,
# 8 and 50.
# What happens: both begin with 0 in place of nothing, so that allmin is 0 unless a value lies below, and allmax is 0
# for values that are all negative; the same holds for minrate. Only "nothing yet" is replaced by the first value, and
# the constructor leaves no such state. The window's own min and max, all counts, sums and means are right.
# Why it matters: the least latency is what one compares machines and versions by, being the least disturbed. A 0 looks
# like a timer that is too coarse or a call that was optimized away, and all versions have the same; differences of two
# variants, which may be negative, have no greatest.
# Package: npm rolling-stats 0.2.1.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" rolling-stats@0.2.1
cat >"$work/try.cjs" <<'JS'
const { readFileSync } = require('node:fs');
const RollingStats = require('rolling-stats');

console.log('rolling-stats', JSON.parse(readFileSync(`${__dirname}/node_modules/rolling-stats/package.json`)).version);
const ask = (name, values) => {
  const stats = RollingStats(4, 60000);
  for (const value of values) stats.point(value);
  const { min, max, allmin, allmax, allcount, allsum } = stats.calculate();
  const told = [min, max, allmin, allmax, allcount, allsum].join(' ');
  console.log(`${name}, min and max of the last four, of all, count, sum: ${told}`);
  return told;
};
const latencies = ask('5 7 9 6 8 50', [5, 7, 9, 6, 8, 50]);
const differences = ask('-5 -7 -9 -6', [-5, -7, -9, -6]);
const both = ask('3 -7 9', [3, -7, 9]);
if (latencies !== '6 50 0 50 6 85' || differences !== '-9 -5 -9 0 4 -27' || both !== '-7 9 -7 9 3 5') {
  console.error('changed');
  process.exit(1);
}
JS
node "$work/try.cjs"
