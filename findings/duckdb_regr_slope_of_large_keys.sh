#!/usr/bin/env bash
# DuckDB's regr_slope of row numbers over consecutive keys from 2^53 up is 0.5, with an r2 of 0.99998.
#
# Guess: keys become doubles, which moves each by less than the spacing of doubles there; a line through 100,000 of them
# keeps its slope of 1 to many digits.
# What happens: the running means are doubles of the same size, and what each row adds is lost in their spacing: the
# slope is half of what the rounded keys have. regr_r2, of the same sums, calls the fit perfect. With the least key
# subtracted before, the slope is 1. Farther apart the keys do better: 2 per cent off for steps of 1,000 at 2^62. The
# documentation has the formula, which is right, and no word on its range.
# Why it matters: a line of position over key is the smallest learned index, and an SQL aggregate the smallest way to
# train it. Ids above 2^53, nanoseconds, and unsigned keys stored as key - 2^63 are all up there; the model puts the
# last key in the middle, and the quality that is told with it hides that.
# Package: npm @duckdb/node-api 1.5.6-r.1 (DuckDB 1.5.6).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" @duckdb/node-api@1.5.6-r.1
cat >"$work/try.mjs" <<'JS'
import { DuckDBInstance } from '@duckdb/node-api';

const connection = await (await DuckDBInstance.create(':memory:')).connect();
const first = async (sql) => (await connection.runAndReadAll(sql)).getRows()[0];
console.log('DuckDB', (await first('SELECT version()'))[0]);
await connection.run('SET threads = 1');

// The slope of row number over key, times the step, which is 1; r2; and the slope over key - least key.
const fit = async (least, step) => {
  const told = await first(`
    SELECT ${step} * regr_slope(i, k), regr_r2(i, k), ${step} * regr_slope(i, k - (${least}))
    FROM (SELECT range AS i, ${least} + range * ${step} AS k FROM range(100000))`);
  console.log(`keys from ${least} in steps of ${step}: slope ${told[0]}, r2 ${told[1]}, with the least subtracted`,
    told[2]);
  return told;
};
const small = await fit(2n ** 40n, 1);
const middle = await fit(2n ** 53n, 1);
const flipped = await fit(-(2n ** 63n) + 1n, 1);
const apart = await fit(2n ** 62n, 1000);
const near = (value, expected) => Math.abs(value - expected) < 0.001;
const halves = [middle, flipped].every(([slope, r2, shifted]) => near(slope, 0.5) && r2 > 0.999 && near(shifted, 1));
if (!near(small[0], 1) || !halves || near(apart[0], 1)) {
  console.error('changed');
  process.exit(1);
}
JS
node "$work/try.mjs"
