#!/usr/bin/env bash
# DuckDB writes HUGEINT columns to Parquet as doubles, and HUGEINT is what its own sum() of integers gives.
#
# Guess: Parquet has no 128-bit integers, so that the column is refused, or becomes DECIMAL(38, 0), which holds nearly
# all of them exactly.
# What happens: it becomes DOUBLE, without an error or a warning. Sums and running totals of BIGINT keys, which are
# HUGEINT, lose their last digits from 2^53 up when a table is exported; so do keys from 2^63 up that JSON gave as
# HUGEINT.
# Why it matters: offsets, cumulative counts and large ids come back merged, and an index over the file has duplicates
# that the table did not have. A cast to UBIGINT or DECIMAL(38, 0) before COPY keeps them.
# Package: npm @duckdb/node-api 1.5.6-r.1 (DuckDB 1.5.6).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" @duckdb/node-api@1.5.6-r.1
cat >"$work/try.mjs" <<'JS'
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';

const connection = await (await DuckDBInstance.create(':memory:')).connect();
const rows = async (sql) => (await connection.runAndReadAll(sql)).getRows();
const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const write = (query, name) => connection.run(`COPY (${query}) TO '${path(name)}' (FORMAT parquet)`);
console.log('DuckDB', (await rows('SELECT version()'))[0][0]);

const keys = 'SELECT sum(9007199254740992) OVER () + range AS k FROM range(1000)';
const tell = async (source) =>
  (await rows(`SELECT any_value(typeof(k)) || ', ' || count(DISTINCT k) || ' distinct' FROM ${source}`))[0][0];
await write(keys, 'sums.parquet');
await write(`SELECT k::DECIMAL(38, 0) AS k FROM (${keys})`, 'cast.parquet');
const found = [await tell(`(${keys})`)];
for (const name of ['sums.parquet', 'cast.parquet']) found.push(await tell(`'${path(name)}'`));
console.log('in a query:', found[0], '- as Parquet:', found[1], '- cast to DECIMAL first:', found[2]);
if (found[0] !== 'HUGEINT, 1000 distinct' || !/^DOUBLE, \d{1,2} distinct$/.test(found[1]) ||
    found[2] !== 'DECIMAL(38,0), 1000 distinct') {
  console.error('changed');
  process.exit(1);
}
JS
node "$work/try.mjs"
