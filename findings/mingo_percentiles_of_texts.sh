#!/usr/bin/env bash
# The 99th percentile of 1 to 10,000 by mingo is 991, and the median of 1 to 20 is 18.
#
# Guess: $percentile and $median of a library that answers MongoDB's queries in JavaScript are the values at these ranks
# of the numbers, as MongoDB has them.
# What happens: the numbers are sorted as texts, 1, 10, 100, 1000, 10000, 1001 and so on, and the ranks are taken in
# that order: the 90th percentile of 1 to 20 is 10, their median 18. Up to nine, and for numbers with equally many
# digits before the point and no sign, it is right. $min, $max and $avg of the same group are right.
# Why it matters: it aggregates measurements in scripts and in tests of what runs on MongoDB later. Latencies in
# microseconds have two to six digits, so that tails are plausible and wrong, and two indexes change places.
# Package: npm mingo 7.2.7.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" mingo@7.2.7
echo 'mingo 7.2.7'
cat >"$work/try.mjs" <<'JS'
import { Aggregator } from 'mingo';

// Median, 90th and 99th percentile, and the largest, of the numbers from first to last.
function ask(first, last) {
  const rows = [];
  for (let k = first; k <= last; k += 1) rows.push({ k });
  const percentiles = { $percentile: { input: '$k', p: [0.9, 0.99], method: 'approximate' } };
  const median = { $median: { input: '$k', method: 'approximate' } };
  const group = { _id: null, median, percentiles, largest: { $max: '$k' }, mean: { $avg: '$k' } };
  const [told] = new Aggregator([{ $group: group }]).run(rows);
  console.log(`${first} to ${last}: mean ${told.mean}, median ${told.median}, 90th percentile ${told.percentiles[0]},`,
    `99th ${told.percentiles[1]}, largest ${told.largest}`);
  return [told.median, ...told.percentiles].join();
}
const right = ask(1000, 9999);
const told = [ask(1, 9), ask(1, 20), ask(1, 1000), ask(1, 10000)].join(' ');
if (!/^5499,9(099|100),9909$/.test(right) || told !== '5,9,9 18,10,10 548,91,108 5498,912,991') {
  console.error(`changed: ${right} ${told}`);
  process.exit(1);
}
JS
node "$work/try.mjs"
