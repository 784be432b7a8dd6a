#!/usr/bin/env bash
# The geometric mean of 52 times of a million nanoseconds is Infinity by simple-statistics and by ml-stat.
#
# Guess: a million. A statistics library takes the mean of logarithms, or scales the product, as everybody knows that
# products overflow.
# What happens: both multiply all values and take the root: beyond 1.8e308 the mean is Infinity, below 5e-324 it is 0.
# 108 times of a millisecond, in seconds, have the mean 0; of 1,100 ratios of 0.5 it is 0, too. Shortly before, nothing
# is to be seen. simple-statistics has the right one under another name, logAverage; jStat's is right.
# Why it matters: a geometric mean over data sets, trials or queries is how benchmarks are summed up, and a hundred rows
# are soon there. Half of the range is lost to the unit: the same times in milliseconds or microseconds differ in
# whether they have a mean.
# Package: npm simple-statistics 7.12.1, ml-stat 1.3.3 and jstat 1.9.6.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" \
  simple-statistics@7.12.1 ml-stat@1.3.3 jstat@1.9.6
cat >"$work/try.cjs" <<'JS'
const { readFileSync } = require('node:fs');
const simple = require('simple-statistics');
const ml = require('ml-stat').array;
const { jStat } = require('jstat');

for (const name of ['simple-statistics', 'ml-stat', 'jstat']) {
  console.log(name, JSON.parse(readFileSync(`${__dirname}/node_modules/${name}/package.json`)).version);
}
const ask = (count, value) => {
  const values = Array(count).fill(value);
  const products = [simple.geometricMean(values), ml.geometricMean(values)];
  const told = [...products, simple.logAverage(values), jStat.geomean(values)];
  const [first, second, logarithms, other] = told.map((mean) => Number(mean.toPrecision(6)));
  console.log(`${count} times ${value}: simple-statistics ${first}, ml-stat ${second}, logAverage ${logarithms},`,
    `jStat ${other}`);
  return [first, second, logarithms, other].map((mean) => mean === value);
};
const right = [ask(51, 1e6), ask(52, 1e6), ask(100, 0.001), ask(108, 0.001), ask(1100, 0.5)];
const expected = [true, false, true, false, false].map((few) => [few, few, true, true]);
if (JSON.stringify(right) !== JSON.stringify(expected)) {
  console.error('changed');
  process.exit(1);
}
JS
node "$work/try.cjs"
