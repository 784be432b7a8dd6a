#!/usr/bin/env bash
# DuckDB's reservoir_quantile takes the first 8,192 rows for its sample: the median of 0 to 999,999 is 4,095.
#
# Guess: reservoir sampling gives each row the same chance, so that a quantile of a million rows from 8,192 of them is
# right to about a per cent of rank.
# What happens: the first rows fill the reservoir and no later one replaces any. Of a column in ascending order all
# quantiles are those of its 8,192 smallest, whatever its length; a larger sample size is a longer beginning. In hashed
# order the median is 495,165, in descending order it is that of the 8,192 largest. approx_quantile and quantile_disc
# of the same column are right.
# Why it matters: key columns and columns of times are stored in order. A histogram, an equi-depth partition or a
# model's knots taken this way describe the first per cent of the keys and look like data. (With several threads each
# has a beginning of its own.)
# Package: npm @duckdb/node-api 1.5.6-r.1 (DuckDB 1.5.6).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" @duckdb/node-api@1.5.6-r.1
cat >"$work/try.mjs" <<'JS'
import { DuckDBInstance } from '@duckdb/node-api';

const connection = await (await DuckDBInstance.create(':memory:')).connect();
const first = async (sql) => (await connection.runAndReadAll(sql)).getRows()[0].map(Number);
console.log('DuckDB', (await connection.runAndReadAll('SELECT version()')).getRows()[0][0]);
await connection.run('SET threads = 1');

const size = 1000000;
const ask = async (name, order) => {
  const [sampled, high, approximate, exact] = await first(`
    SELECT reservoir_quantile(k, 0.5), reservoir_quantile(k, 0.99), approx_quantile(k, 0.5), quantile_disc(k, 0.5)
    FROM (SELECT range AS k FROM range(${size}) ORDER BY ${order})`);
  console.log(`${name}: reservoir_quantile says ${sampled} for the median and ${high} for the 99th percentile,`,
    `approx_quantile ${approximate}, quantile_disc ${exact}`);
  return sampled;
};
const ascending = await ask('ascending', 'range');
const descending = await ask('descending', 'range DESC');
const hashed = await ask('in hashed order', 'hash(range)');
if (ascending > 5000 || descending < size - 5000 || Math.abs(hashed / size - 0.5) > 0.05) {
  console.error('changed');
  process.exit(1);
}
JS
node "$work/try.mjs"
