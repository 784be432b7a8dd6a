#!/usr/bin/env bash
# Two binary searches of npm: bisection.left puts 5 before 1, 3, 5, and binarysearch.closest takes 7 for nearest to 18.
#
# Guess: bisection's left and right are those of Python, the places before and behind equal keys; closest of
# binarysearch is the key at the least distance, here 19 of 5, 7, 19.
# What happens: left has its comparison the wrong way round, and of the keys from 0 to 20 in 2,000 random sorted arrays
# it gets no place right; it is 0 or the length mostly. right is right. closest is the last key that is not above,
# unless all are above: of the keys that are not in the array it is a nearest one for four of five, where gaps are
# small. Its description and examples speak of equal keys, and not of that.
# Why it matters: they are what a comparison of lookups in sorted arrays takes for its baseline in JavaScript, and to
# check a learned index by. A wrong place is still a place in the array, found in the right time.
# Package: npm bisection 0.0.3, binarysearch 1.0.1.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" bisection@0.0.3 \
  binarysearch@1.0.1
cat >"$work/try.cjs" <<'JS'
const bisection = require('bisection');
const binarysearch = require('binarysearch');

for (const name of ['bisection', 'binarysearch']) console.log(name, require(`${name}/package.json`).version);
const left = [1, 3, 5].map((key) => bisection.left([1, 3, 5], key));
const nearest = [6, 8, 18].map((key) => [5, 7, 19][binarysearch.closest([5, 7, 19], key)]);
console.log('bisection.left of 1, 3, 5 in 1, 3, 5:', left, '; binarysearch.closest to 6, 8, 18 in 5, 7, 19:', nearest);

let state = 7919;
const draw = (below) => {
  state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
  return (state >>> 8) % below;
};
const asked = { left: 0, right: 0, closest: 0 };
const correct = { left: 0, right: 0, closest: 0 };
const count = (name, is) => {
  asked[name] += 1;
  correct[name] += is;
};
for (let i = 0; i < 2000; i += 1) {
  const keys = Array.from({ length: 20 }, () => draw(21)).sort((a, b) => a - b);
  for (let key = 0; key <= 20; key += 1) {
    count('left', bisection.left(keys, key) === keys.filter((other) => other < key).length);
    count('right', bisection.right(keys, key) === keys.filter((other) => other <= key).length);
    const distances = keys.map((other) => Math.abs(other - key));
    if (!keys.includes(key)) count('closest', distances[binarysearch.closest(keys, key)] === Math.min(...distances));
  }
}
for (const name of Object.keys(asked)) console.log(`${name}: ${correct[name]} of ${asked[name]} are right`);
const wrong = correct.left === 0 && correct.closest < 0.9 * asked.closest;
if (!wrong || correct.right !== asked.right || nearest[2] !== 7) {
  console.error('changed');
  process.exit(1);
}
JS
node "$work/try.cjs"
