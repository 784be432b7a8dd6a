#!/usr/bin/env bash
# Several Parquet files as one table: DuckDB casts every file to the types of the first, and 4.5 becomes 4.
#
# Guess: files whose column differs in type are refused, or read as a type that holds both (BIGINT and DOUBLE: an error
# would do, DOUBLE at least keeps the halves).
# What happens: the first file by name decides. Where it holds integers, doubles of later files are rounded, halves to
# the even one: 4.5 and 4.4 are both 4. Where it holds doubles, integers beyond 2^53 of later files lose their last bit.
# No error, no warning; only types without a cast (a timestamp to an integer) are refused.
# Why it matters: a folder of daily files in which one writer had a missing value (pandas then writes doubles) changes
# its keys, or how many are distinct, by the name of the file that comes first.
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

const values = async (pattern) => (await rows(`SELECT k::VARCHAR FROM '${path(pattern)}'`)).map(([k]) => k);
await write('SELECT 1 AS k', 'whole1.parquet');
await write('SELECT unnest([4.5::DOUBLE, 5.5, 4.4]) AS k', 'whole2.parquet');
await write('SELECT 1::DOUBLE AS k', 'large1.parquet');
await write('SELECT 9007199254740992 + range AS k FROM range(4)', 'large2.parquet');
const whole = await values('whole*.parquet');
const large = await values('large*.parquet');
console.log('integers first, then doubles 4.5, 5.5 and 4.4:', whole.join(', '));
console.log('doubles first, then 2^53 to 2^53 + 3 as integers:', large.join(', '));
if (whole.join() !== '1,4,6,4' || new Set(large.slice(1)).size !== 3) {
  console.error('changed');
  process.exit(1);
}
JS
node "$work/try.mjs"
