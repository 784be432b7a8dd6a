#!/usr/bin/env bash
# DuckDB reads a CSV file of unsigned 64-bit keys as doubles: a thousand neighbours become one.
#
# Guess: the sniffer picks an integer type that holds the values; DuckDB has UBIGINT and HUGEINT, and its JSON reader,
# asked for the same keys, picks HUGEINT.
# What happens: the types that the CSV sniffer tries go from BIGINT to DOUBLE. Keys from 2^63 up are read as DOUBLE,
# whose steps there are 2,048, without an error or a warning; so is a column with a single such key. If the first such
# key comes behind the sample of 20,480 rows, reading fails instead. types = {'k': 'UBIGINT'} is right.
# Why it matters: cell ids, hashes and addresses fill all 64 bits. Loaded like this a set has duplicates and fewer keys
# than its file, every lookup of the right key finds its neighbours too, and a Parquet file made from it keeps the
# damage.
# Package: npm @duckdb/node-api 1.5.6-r.1 (DuckDB 1.5.6).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" @duckdb/node-api@1.5.6-r.1
cat >"$work/try.mjs" <<'JS'
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';

const connection = await (await DuckDBInstance.create(':memory:')).connect();
const row = async (sql) => (await connection.runAndReadAll(sql)).getRows()[0];
console.log('DuckDB', (await row('SELECT version()'))[0]);

const keys = Array.from({ length: 1000 }, (_, i) => 2n ** 63n + BigInt(i));
const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const csv = (values) => ['k', ...values].join('\n') + '\n';
await writeFile(path('keys.csv'), csv(keys));
await writeFile(path('keys.json'), keys.map((key) => `{"k": ${key}}`).join('\n'));
const lower = keys.map((key) => key - 2n ** 63n + 2n ** 53n);
await writeFile(path('one.csv'), csv([...lower, 2n ** 63n]));
await writeFile(path('late.csv'), csv([...Array.from({ length: 30000 }, (_, i) => i), 2n ** 63n]));

const tell = async (source) => {
  const [type, rows, distinct] = await row(`SELECT any_value(typeof(k)), count(*), count(DISTINCT k) FROM ${source}`);
  return `${type}, ${rows} rows, ${distinct} distinct`;
};
const found = {
  'CSV, 1,000 keys from 2^63 up': await tell(`read_csv('${path('keys.csv')}')`),
  'JSON, the same': await tell(`read_json('${path('keys.json')}')`),
  'CSV, told UBIGINT': await tell(`read_csv('${path('keys.csv')}', types = {'k': 'UBIGINT'})`),
  'CSV, 1,000 keys from 2^53 up and 2^63': await tell(`read_csv('${path('one.csv')}')`),
  'CSV, 2^63 behind 30,000 small keys': await tell(`read_csv('${path('late.csv')}')`).catch((error) => error.name),
};
console.log(found);
const [double, json, told, one, late] = Object.values(found);
const same = double === 'DOUBLE, 1000 rows, 1 distinct' && json.endsWith('1000 rows, 1000 distinct') &&
  told.endsWith('1000 distinct') && one === 'DOUBLE, 1001 rows, 502 distinct' && late === 'Error';
if (!same) {
  console.error('changed');
  process.exit(1);
}
JS
node "$work/try.mjs"
