#!/usr/bin/env bash
# The 99th percentile by tstl's nth_element is the first one: it counts from the largest value down.
#
# Guess: nth_element(first, nth, last) of a port of C++'s library puts at nth what would be there if all were sorted,
# nothing larger before it and nothing smaller behind it, in linear time.
# What happens: it looks for the value that n others are greater than, and exchanges it with the one at nth: position
# 990 of 0 to 999 holds 9. Only the median of an odd number is right. Everything else stays where it was, so that
# neither side is partitioned; if equal values skip the count n, nothing is moved at all. And each candidate is compared
# with the others in turn: 10,000 values take tens of millions of comparisons. sort, partial_sort and lower_bound of the
# library are right.
# Why it matters: it is the textbook way to a percentile of samples without sorting them. Tests by the median pass,
# and a tail that is shorter than the median is told for the slowest operations.
# Package: npm tstl 3.0.0.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" tstl@3.0.0
echo 'tstl 3.0.0'
cat >"$work/try.cjs" <<'JS'
const std = require('tstl');

let comparisons = 0;
const less = (a, b) => {
  comparisons += 1;
  return a < b;
};

// Of the numbers below count, scattered, what nth_element puts at a position, and whether it partitions there.
function select(count, at) {
  const values = new std.Vector(Array.from({ length: count }, (_, i) => (i * 7919) % count));
  std.nth_element(values.begin(), values.begin().advance(at), values.end(), less);
  const found = values.at(at);
  const partitioned = [...values].every((value, i) => (i < at ? value <= found : value >= found));
  console.log(`position ${at} of 0 to ${count - 1}: ${found}, partitioned: ${partitioned}`);
  return { found, partitioned };
}
const median = select(1001, 500);
const p99 = select(1000, 990);
comparisons = 0;
select(10000, 5000);
console.log('comparisons for 10,000 values:', comparisons);

const ties = new std.Vector([3, 1, 1, 1, 2]);
std.nth_element(ties.begin(), ties.begin().advance(3), ties.end());
console.log('position 3 of 3, 1, 1, 1, 2:', ties.at(3));
if (median.found !== 500 || p99.found !== 9 || p99.partitioned || comparisons < 1e7 || ties.at(3) !== 1) {
  console.error('changed');
  process.exit(1);
}
JS
node "$work/try.cjs"
