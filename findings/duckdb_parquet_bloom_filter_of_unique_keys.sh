#!/usr/bin/env bash
# DuckDB writes no Bloom filter into Parquet for a column of unique keys, asked for one or not.
#
# Guess: with Bloom filters on, which they are, every row group has one of the key column, and a lookup of a key that is
# not there reads none; it is unique keys in no order that need them, as minimum and maximum say nothing there.
# What happens: a filter is made out of the dictionary of a column chunk, and chunks with too many different values have
# none: 8-byte keys that occur 10 times have filters, those that occur twice or once have not. WRITE_BLOOM_FILTER true
# and a rate of one's own change nothing, and nothing is said. Only a DICTIONARY_SIZE_LIMIT beyond the rows of a group
# brings them, with a file half as large again.
# Why it matters: a comparison of lookups in Parquet files with an index or an LSM tree's filters measures reading every
# row group, while a try with repeated keys shows filters at work.
# Package: npm @duckdb/node-api 1.5.6-r.1 (DuckDB 1.5.6).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" @duckdb/node-api@1.5.6-r.1
cat >"$work/try.mjs" <<'JS'
import { DuckDBInstance } from '@duckdb/node-api';
import { statSync } from 'node:fs';

const connection = await (await DuckDBInstance.create(':memory:')).connect();
const rows = async (sql) => (await connection.runAndReadAll(sql)).getRows();
console.log('DuckDB', (await rows('SELECT version()'))[0][0]);
await connection.run('SET threads = 1');
const file = new URL('keys.parquet', import.meta.url).pathname;

// A million scattered keys of which each occurs some times: row groups, those with a filter, and those that a lookup of
// a key which is not there can leave out by their filter.
const ask = async (times, options = '') => {
  const keys = `SELECT hash(range // ${times}) AS k FROM range(1000000)`;
  await connection.run(`COPY (${keys}) TO '${file}' (FORMAT parquet${options})`);
  const metadata = `SELECT count(*), count(bloom_filter_offset) FROM parquet_metadata('${file}')`;
  const [[groups, filters]] = await rows(metadata);
  const absent = 2n ** 63n + 12345n;
  const probe = `SELECT count(*) FROM parquet_bloom_probe('${file}', 'k', ${absent}) WHERE bloom_filter_excludes`;
  const [[excluded]] = await rows(probe);
  const told = [groups, filters, excluded].map(Number);
  console.log(`${times} of each key${options}: ${told[0]} row groups, ${told[1]} with a filter, ${told[2]} left out;`,
    statSync(file).size, 'bytes');
  return told.join(' ');
};
const told = [
  await ask(100),
  await ask(10),
  await ask(2),
  await ask(1),
  await ask(1, ', WRITE_BLOOM_FILTER true, BLOOM_FILTER_FALSE_POSITIVE_RATIO 0.001'),
  await ask(1, ', DICTIONARY_SIZE_LIMIT 200000'),
];
if (told.join() !== '9 9 9,9 9 9,9 0 0,9 0 0,9 0 0,9 9 9') {
  console.error('changed');
  process.exit(1);
}
JS
node "$work/try.mjs"
