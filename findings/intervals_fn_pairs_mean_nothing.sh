#!/usr/bin/env bash
# Two intervals [14, 19] and [15, 23] do not overlap by npm's intervals-fn, nor any other pairs that it accepts.
#
# Guess: its description lists what is accepted: {start, end}, {from, to} or [number, number]; these are three ways to
# write an interval.
# What happens: the functions read start and end alone. Of a pair both are undefined: all tests say false, an
# intersection has an interval with NaN for both ends, and what is subtracted is nothing; {from, to} is the same. Only
# the type declarations tell, to those who compile with them. With {start, end} it is right for sorted lists; of
# unsorted ones intersect leaves parts out, without a word, and the list that its own simplify returns is one: it has
# the order of the input.
# Why it matters: spans of time and of keys come as pairs from JSON. "No overlap" is what one hopes for between two
# loads or shards, so that nobody looks again.
# Package: npm intervals-fn 3.0.3.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" intervals-fn@3.0.3
cat >"$work/try.cjs" <<'JS'
const { readFileSync } = require('node:fs');
const { intersect, isDuring, isOverlapping, simplify } = require('intervals-fn');

console.log('intervals-fn', JSON.parse(readFileSync(`${__dirname}/node_modules/intervals-fn/package.json`)).version);
const named = (pairs) => pairs.map(([start, end]) => ({ start, end }));
const text = (intervals) => intervals.map(({ start, end }) => `${start}-${end}`).join(' ');
const ask = (name, form) => {
  const [left, right, outer] = [[14, 19], [15, 23], [0, 99]].map(form);
  const told = [isOverlapping([left], [right]), isDuring(left, outer), text(intersect([left], [right]))].join(', ');
  console.log(`${name}: overlapping, 14-19 during 0-99, intersection: ${told}`);
  return told;
};
const right = ask('{start, end}', ([start, end]) => ({ start, end }));
const pairs = ask('[start, end]', (pair) => pair);
const from = ask('{from, to}', ([from, to]) => ({ from, to }));

const other = named([[15, 23], [33, 34]]);
const sorted = text(intersect(named([[14, 19], [32, 35]]), other));
const unsorted = text(intersect(named([[32, 35], [14, 19]]), other));
const simplified = text(simplify(named([[32, 35], [14, 17], [16, 19]])));
console.log(`14-19 32-35 with 15-23 33-34: ${sorted}; 32-35 14-19 with the same: ${unsorted}`);
console.log(`simplified 32-35 14-17 16-19: ${simplified}`);
const wrong = pairs.startsWith('false, false') && from.startsWith('false, false') && unsorted !== sorted;
if (!wrong || right !== 'true, true, 15-19' || sorted !== '15-19 33-34') {
  console.error('changed');
  process.exit(1);
}
JS
node "$work/try.cjs"
