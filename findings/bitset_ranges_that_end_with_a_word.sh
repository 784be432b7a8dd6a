#!/usr/bin/env bash
# setRange(2, 31) of npm's bitset sets nothing: ranges that end with bit 31 of a word lose that word.
#
# Guess: setRange(from, to), clear(from, to) and flip(from, to) take all bits from one to the other, both included, as
# the README's example has it.
# What happens: the mask of the last word is (1 << 32) - 1 where it ends with the word, and 1 << 32 is 1 in JavaScript,
# so that it is 0. setRange(0, 63) sets 32 bits, clear(2, 31) and flip(2, 31) do nothing; of all ranges of up to 128
# bits, every thirty-second end is wrong. All other ends are right, and so are single bits, slice, and, or and
# cardinality.
# Why it matters: ends like 31, 63 and 1023 are the usual ones: pages, blocks and powers of two of rows. A bitmap index
# or a set of deleted rows made of such ranges is short of up to 32 rows at each of them, without an error.
# Package: npm bitset 5.3.0.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" bitset@5.3.0
echo 'bitset 5.3.0'
cat >"$work/try.cjs" <<'JS'
const { BitSet } = require('bitset');

const count = (from, to) => new BitSet().setRange(from, to).cardinality();
for (const [from, to] of [[2, 30], [2, 31], [2, 32], [0, 63], [40, 1023]]) {
  console.log(`setRange(${from}, ${to}) sets ${count(from, to)} bits of ${to - from + 1}`);
}
const full = new BitSet().setRange(0, 200);
console.log('of 201 bits, after clear(2, 31):', full.clone().clear(2, 31).cardinality(), 'after clear(2, 30):',
  full.clone().clear(2, 30).cardinality(), 'after flip(2, 31):', full.clone().flip(2, 31).cardinality());

const wrong = { last: 0, other: 0 };
let last = 0;
for (let from = 0; from < 128; from += 1) {
  for (let to = from; to < 128; to += 1) {
    last += to % 32 === 31;
    wrong[to % 32 === 31 ? 'last' : 'other'] += count(from, to) !== to - from + 1;
  }
}
console.log(`wrong: ${wrong.last} of ${last} ranges that end with a word, ${wrong.other} others`);
if (wrong.last < 0.9 * last || wrong.other > 0 || full.clone().clear(2, 31).cardinality() !== 201) {
  console.error('changed');
  process.exit(1);
}
JS
node "$work/try.cjs"
