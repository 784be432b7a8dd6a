#!/usr/bin/env bash
# Uniform numbers from 0 to 2^32 - 1 by npm's zipfian-integer are 0 in every second draw, and none is above 2^31.
#
# Guess: zipfian(min, max, skew) draws integers of the range by Zipf's law, and evenly with a skew of 0, as its README
# says; its arguments are checked to be integers, and doubles hold those up to 2^53.
# What happens: a draw is rounded by | 0, which keeps 32 bits: what lies beyond 2^31 turns negative or small. The
# negative half is moved to min and accepted there without rejection, the other half comes out modulo 2^32. So half of
# the draws are min for every range that is much larger, and the rest lies below min + 2^31. With a skew of 0.99 over
# 2^40 values min is told five times as often as it should be. Up to 2^31 values all is well.
# Why it matters: it is the generator of YCSB's kind of keys for benchmarks in JavaScript. Half of the operations on one
# key, and on a key that exists, are served by a cache; a benchmark of a sparse 64-bit key space measures that.
# Package: npm zipfian-integer 1.0.1.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" zipfian-integer@1.0.1
echo 'zipfian-integer 1.0.1'
cat >"$work/try.cjs" <<'JS'
const zipfian = require('zipfian-integer');

const draws = 100000;
let state = 7919n;
// Doubles in [0, 1), of 53 bits of a linear congruential generator.
const random = () => {
  state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
  return Number(state >> 11n) / 2 ** 53;
};
// How many draws are the smallest number, and the largest draw.
function ask(min, max, skew) {
  const sample = zipfian(min, max, skew, random);
  let smallest = 0;
  let largest = min;
  for (let i = 0; i < draws; i += 1) {
    const drawn = sample();
    smallest += drawn === min;
    largest = Math.max(largest, drawn);
  }
  console.log(`from ${min} to ${max}, skew ${skew}: ${smallest} of ${draws} are the smallest, ${largest} the largest`);
  return { smallest, largest };
}
const small = ask(0, 2 ** 31 - 2, 0);
const large = ask(0, 2 ** 32 - 1, 0);
const wide = ask(-1e12, 1e12, 0);
let weights = 0;
for (let k = 1; k <= 1e6; k += 1) weights += k ** -0.99;
weights += (2 ** (40 * 0.01) - 1e6 ** 0.01) / 0.01;
const skewed = ask(0, 2 ** 40 - 1, 0.99);
console.log(`by Zipf's law ${Math.round(draws / weights)} of the last`);
const halved = large.smallest > 0.4 * draws && wide.smallest > 0.4 * draws && skewed.smallest > 3 * draws / weights;
if (small.smallest > 5 || !halved || large.largest > 2 ** 31 || wide.largest > -1e12 + 2 ** 31) {
  console.error('changed');
  process.exit(1);
}
JS
node "$work/try.cjs"
