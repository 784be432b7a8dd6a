#!/usr/bin/env bash
# Of 2,000 keys written to Parquet by parquetjs as decimal strings DuckDB finds half, and none of those from 1,500 up.
#
# Guess: a column of type INT64 takes 64-bit integers as BigInts or, as JavaScript often has them, as decimal strings;
# both give the same file.
# What happens: the values are the same, the statistics are not: the least and the greatest of a row group are taken
# from what was passed, and strings compare by their digits: of "0" to "1999" the greatest is 999. A reader that
# skips row groups by them does not see 1000 to 1999: k = 1005 finds nothing, k >= 1500 neither, while max(k) over all
# is 1999. A JSON column has its first value for both bounds, so that no other is found.
# Why it matters: it is the usual writer of Parquet in JavaScript. Keys from a database driver come as strings, a table
# made of them is right in a full scan, and every pruned lookup is quietly short. BigInts are right, and so is
# statistics: false in the column's definition.
# Package: npm @dsnp/parquetjs 1.8.8, @duckdb/node-api 1.5.6-r.1 (DuckDB 1.5.6).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" \
  @dsnp/parquetjs@1.8.8 @duckdb/node-api@1.5.6-r.1
echo 'parquetjs 1.8.8'
cat >"$work/try.cjs" <<'JS'
const path = require('node:path');
const { ParquetSchema, ParquetWriter } = require('@dsnp/parquetjs');
const { DuckDBInstance } = require('@duckdb/node-api');

const count = 2000;
async function write(name, field, value) {
  const file = path.join(__dirname, name);
  const writer = await ParquetWriter.openFile(new ParquetSchema({ k: field }), file);
  for (let i = 0; i < count; i += 1) await writer.appendRow({ k: value(i) });
  await writer.close();
  return `'${file}'`;
}
async function main() {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const first = async (sql) => (await connection.runAndReadAll(sql)).getRows()[0].join(', ');
  console.log('DuckDB', await first('SELECT version()'));
  const tell = async (name, file, conditions) => {
    const bounds = await first(`SELECT stats_min_value, stats_max_value FROM parquet_metadata(${file})`);
    const all = await first(`SELECT count(*), min(k), max(k) FROM ${file}`);
    const found = [];
    for (const where of conditions) found.push(await first(`SELECT count(*) FROM ${file} WHERE ${where}`));
    console.log(`${name}: statistics ${bounds} - rows, least, greatest: ${all} -`,
      `${conditions.join('; ')}: ${found.join('; ')}`);
    return found.join();
  };
  const wheres = ['k = 5', 'k = 1005', 'k >= 1500'];
  const bigint = await tell('BigInts', await write('b.parquet', { type: 'INT64' }, (i) => BigInt(i)), wheres);
  const text = await tell('strings', await write('s.parquet', { type: 'INT64' }, (i) => String(i)), wheres);
  const bare = { type: 'INT64', statistics: false };
  const without = await tell('without', await write('w.parquet', bare, (i) => String(i)), wheres);
  const json = await write('j.parquet', { type: 'JSON' }, (i) => ({ a: i }));
  const object = await tell('JSON', json, ["k = '{\"a\":0}'", "k = '{\"a\":5}'"]);
  if (bigint !== '1,1,500' || text !== '1,0,0' || without !== '1,1,500' || object !== '1,0') {
    console.error('changed');
    process.exit(1);
  }
}
main();
JS
node "$work/try.cjs"
