#!/usr/bin/env bash
# DuckDB's row_group_size for Parquet is rounded up to multiples of 2,048 rows, without a word.
#
# Guess: ROW_GROUP_SIZE 1000 writes groups of 1,000 rows, or is refused.
# What happens: 500, 1000 and 2000 all write groups of 2,048, and 5000 writes groups of 6,144. No error, no warning, and the
# option is accepted as given.
# Why it matters: row groups are what a point lookup or a range in a Parquet file prunes by. A sweep over sizes measures the
# same file several times, and 5000 against 6000 compares a file with itself.
# Package: npm @duckdb/node-api 1.5.6-r.1 (DuckDB 1.5.6).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" @duckdb/node-api@1.5.6-r.1
cat >"$work/try.mjs" <<'JS'
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';

const connection = await (await DuckDBInstance.create(':memory:')).connect();
const first = async (sql) => (await connection.runAndReadAll(sql)).getRows()[0][0];
console.log('DuckDB', await first('SELECT version()'));
await connection.run('SET threads = 1');
const written = [];
for (const size of [500, 1000, 2000, 5000, 6000]) {
  const path = fileURLToPath(new URL(`${size}.parquet`, import.meta.url));
  await connection.run(`COPY (SELECT range AS k FROM range(100000)) TO '${path}' (ROW_GROUP_SIZE ${size})`);
  written.push(Number(await first(`SELECT max(row_group_num_rows) FROM parquet_metadata('${path}')`)));
  console.log('asked for', size, 'rows, written', written.at(-1));
}
if (written.join() !== '2048,2048,2048,6144,6144') {
  console.error('changed');
  process.exit(1);
}
JS
node "$work/try.mjs"
