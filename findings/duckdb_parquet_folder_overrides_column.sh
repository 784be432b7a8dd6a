#!/usr/bin/env bash
# A folder named k=5 replaces the column k of the Parquet files in it: every key reads as 5.
#
# Guess: Hive partitioning is found out from folder names where the files lack the column; a column that a file holds
# itself wins, or the clash is an error.
# What happens: with hive_partitioning on, which it is by itself where a path has such a folder, the folder wins: all
# rows of a file with the keys 0 to 999 read as 5, without a warning. hive_partitioning = false gives the keys.
# Why it matters: writers that keep the partition's column in the files (Spark does not, many scripts do) may have
# rounded it in the folder's name (hour=13, bucket=5), and a set of keys becomes one key a folder.
# Package: npm @duckdb/node-api 1.5.6-r.1 (DuckDB 1.5.6).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" @duckdb/node-api@1.5.6-r.1
cat >"$work/try.mjs" <<'JS'
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';

const connection = await (await DuckDBInstance.create(':memory:')).connect();
const rows = async (sql) => (await connection.runAndReadAll(sql)).getRows();
const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const write = (query, name) => connection.run(`COPY (${query}) TO '${path(name)}' (FORMAT parquet)`);
console.log('DuckDB', (await rows('SELECT version()'))[0][0]);

await mkdir(path('k=5'));
await write('SELECT range AS k FROM range(1000)', 'k=5/x.parquet');
const file = path('k=5/x.parquet');
const told = "count(DISTINCT k) || ' distinct, from ' || min(k)";
const tell = async (options) => (await rows(`SELECT ${told} FROM read_parquet('${file}'${options})`))[0][0];
const by_itself = await tell('');
const off = await tell(', hive_partitioning = false');
console.log({ by_itself, off });
if (by_itself !== '1 distinct, from 5' || off !== '1000 distinct, from 0') {
  console.error('changed');
  process.exit(1);
}
JS
node "$work/try.mjs"
