#!/usr/bin/env bash
# npm's tlhunter-sorted-set counts no key between two scores where there is exactly one.
#
# Guess: count(min, max) is the length of rangeByScore(min, max), found faster by the spans of the skip list.
# What happens: of what lies between the bounds the first is left out and added again if anything else was counted. Two
# keys are 2, one is 0: count(x, x) of a score that one key has is 0, for every key but in a set of that key alone. Of
# 1,000 keys with different scores each has the count 0 by itself, and one neighbour more makes it 2. rangeByScore,
# rank and card are right. The documentation's example counts three.
# Why it matters: it is a skip list with ranks after the model of Redis, written to be held against its ZCOUNT, and one
# that millions of installations carry. "Is there a key in this range?" is the range query that is asked most, and a
# check of counts over wide ranges agrees.
# Package: npm tlhunter-sorted-set 0.1.0.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" tlhunter-sorted-set@0.1.0
cat >"$work/try.cjs" <<'JS'
const SortedSet = require('tlhunter-sorted-set');

console.log('tlhunter-sorted-set', require('tlhunter-sorted-set/package.json').version);
const size = 1000;
const set = new SortedSet();
for (let i = 0; i < size; i += 1) set.add(`key${i}`, (i * 7919) % size);

// How many of the ranges of so many neighbouring scores are counted as rangeByScore finds them.
const right = (width) => {
  let agreed = 0;
  for (let from = 0; from + width <= size; from += 1) {
    const to = from + width - 1;
    if (set.rangeByScore(from, to).length !== width) throw new Error(`rangeByScore(${from}, ${to})`);
    agreed += set.count(from, to) === width;
  }
  console.log(`ranges of ${width} of ${set.card()} keys: ${agreed} of ${size + 1 - width} are counted rightly`);
  return agreed;
};
const [one, two, ten] = [right(1), right(2), right(10)];
console.log('between 5 and 5:', set.rangeByScore(5, 5), 'count', set.count(5, 5));
if (one !== 0 || two !== size - 1 || ten !== size - 9 || set.count(5, 5) !== 0) {
  console.error('changed');
  process.exit(1);
}
JS
node "$work/try.cjs"
