#!/usr/bin/env bash
# The exponential moving average of timeseries-analysis forgets all but two values, and its ma leaves out the last.
#
# Guess: ema({period: 9}) moves by a fifth of the way from the average so far to each value: after a spike of 100 among
# zeros it is 20, 16, 12.8 and so on. ma({period: 3}) at a point is the mean of it and of the two before.
# What happens: ema goes a fifth of the way from the value before, not from the average before, so that every point is
# four fifths of its predecessor and one fifth of itself: 20, 80, 0. ma averages the points before the one it stands
# for, so that a spike shows one step later, and in the last point never. The first points, as many as the period has,
# are left as they are, spikes included, and count in what follows as smoothed ones.
# Why it matters: latencies over time are smoothed to see drift below the noise. A period of 100 takes out nothing: what
# is shown is the series itself, one step late, and two engines that differ in noise alone still look different.
# Package: npm timeseries-analysis 1.0.12 and, for comparison, moving-averages 4.0.6.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" \
  timeseries-analysis@1.0.12 moving-averages@4.0.6
cat >"$work/try.cjs" <<'JS'
const { readFileSync } = require('node:fs');
const { main: TimeSeries } = require('timeseries-analysis');
const { dma, ma } = require('moving-averages');

for (const name of ['timeseries-analysis', 'moving-averages']) {
  console.log(name, JSON.parse(readFileSync(`${__dirname}/node_modules/${name}/package.json`)).version);
}
const say = (name, values) => {
  const told = values.map((value) => (value === undefined ? '-' : +value.toFixed(2))).join(' ');
  console.log(`${name}: ${told}`);
  return told;
};
const series = (values) => new TimeSeries(values.map((value, i) => [i, value]));
const values = (processed) => processed.output().map(([, value]) => value);

const zeros = new Array(9).fill(0);
const spike = [...zeros, 100, 0, 0, 0];
const told = say('spike of 100, ema of period 9', values(series(spike).ema({ period: 9 })));
const right = say('the same, weight 1/5, by moving-averages', dma(spike, 0.2));
const late = say('0 0 0 0 0 90, ma of period 3', values(series([0, 0, 0, 0, 0, 90]).ma({ period: 3 })));
const now = say('the same by moving-averages', ma([0, 0, 0, 0, 0, 90], 3).slice(2));
const wrong = told.endsWith(' 20 80 0 0') && late === '0 0 0 0 0 0';
if (!wrong || !right.endsWith(' 20 16 12.8 10.24') || now !== '0 0 0 30') {
  console.error('changed');
  process.exit(1);
}
JS
node "$work/try.cjs"
