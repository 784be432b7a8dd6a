#!/usr/bin/env bash
# In npm's s2-geometry the cell before the first of a face has the id 2^64 - 1, the one after the last a lower one.
#
# Guess: nextKey and prevKey walk along the curve, as the id's neighbours do: from the last cell of face 0 to the
# first of face 1, at the same level, or round from the last face to the first.
# What happens: they count in base 4 without minding the width of the position. The cell after 0/333 is 0/1000, a cell
# of the next finer level in the middle of the same face, whose id is lower than where one comes from; the one before
# 1/000 is 1/ with 32 times a 3, and its id 18446744073709551615 for all faces: no cell at all. stepKey does the same.
# Elsewhere they are right.
# Why it matters: walking from cell to cell is how one enumerates the 64-bit keys of a region. Where the curve passes
# from one of its six faces to the next, the walk turns back, silently, and what is looked up is elsewhere or nowhere.
# Package: npm s2-geometry 1.2.10 and, for comparison, s2js 1.44.0.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" \
  s2-geometry@1.2.10 s2js@1.44.0
cat >"$work/try.cjs" <<'JS'
const { readFileSync } = require('node:fs');
const { S2 } = require('s2-geometry');
const { s2 } = require('s2js');

for (const name of ['s2-geometry', 's2js']) {
  console.log(name, JSON.parse(readFileSync(`${__dirname}/node_modules/${name}/package.json`)).version);
}
const id = (key) => BigInt(S2.keyToId(key));
const ask = (step, key) => {
  const told = S2[`${step}Key`](key);
  const right = s2.cellid[`${step}Wrap`](id(key));
  console.log(`${step} of ${key}: ${told}, id ${id(told)}; by s2js ${right}`);
  return [id(told) === right, told];
};
const inside = [ask('next', '0/123'), ask('prev', '2/321')];
const [after, before] = [ask('next', '0/333'), ask('prev', '1/000')];
const last = ask('prev', '3/0000000000');
const stepped = S2.stepKey('0/333', 5);
console.log(`five steps from 0/333: ${stepped}`);
const backwards = id(after[1]) < id('0/333');
const nowhere = [before, last].every(([right, key]) => !right && id(key) === 2n ** 64n - 1n);
if (!inside.every(([right]) => right) || after[0] || !backwards || !nowhere || stepped !== '0/1010') {
  console.error('changed');
  process.exit(1);
}
JS
node "$work/try.cjs"
