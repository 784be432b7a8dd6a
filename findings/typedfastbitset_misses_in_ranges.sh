#!/usr/bin/env bash
# hasAnyInRange(0, 128) of TypedFastBitSet is false for a set that holds 70.
#
# Guess: it is true if any bit from start on and before end is set, whatever the range is.
# What happens: between the first word of 32 bits and the last one it leaves the next to last word out, so that a range
# over three words looks at the first and the third only. An end beyond the memory of the set is moved to its last bit,
# which is left out: {255} has nothing in 255 to 256. Of the ranges within 160 bits that hold the single bit of a set 29
# of a hundred are told to be empty, and never one that is empty to hold it. addRange, removeRange, has and size are
# right.
# Why it matters: "is there any row in this block" is the question by which a bitmap index skips blocks. Each wrong "no"
# is rows that a query does not return.
# Package: npm typedfastbitset 0.8.0.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" typedfastbitset@0.8.0
echo 'typedfastbitset 0.8.0'
cat >"$work/try.cjs" <<'JS'
const { TypedFastBitSet } = require('typedfastbitset');

const ask = (bit, start, end) => new TypedFastBitSet([bit]).hasAnyInRange(start, end);
for (const [bit, start, end] of [[70, 0, 70], [70, 0, 71], [40, 0, 128], [70, 0, 96], [70, 0, 128], [255, 255, 256]]) {
  console.log(`{${bit}} from ${start} to below ${end}: ${ask(bit, start, end)}`);
}
const count = { asked: 0, missed: 0, invented: 0 };
for (let bit = 0; bit < 160; bit += 7) {
  for (let start = 0; start < 160; start += 3) {
    for (let end = start + 1; end <= 160; end += 1) {
      const told = ask(bit, start, end);
      const right = bit >= start && bit < end;
      count.asked += right;
      count.missed += right && !told;
      count.invented += told && !right;
    }
  }
}
console.log(`of ${count.asked} ranges that hold the bit ${count.missed} are told empty;`,
  `${count.invented} of the others are told to hold it`);
const wrong = !ask(70, 0, 128) && !ask(255, 255, 256) && ask(70, 0, 96) && ask(70, 0, 71);
if (!wrong || count.missed < 0.25 * count.asked || count.invented > 0) {
  console.error('changed');
  process.exit(1);
}
JS
node "$work/try.cjs"
