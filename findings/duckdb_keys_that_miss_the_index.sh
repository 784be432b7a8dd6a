#!/usr/bin/env bash
# DuckDB's index of a primary key of two columns serves no lookup, and that of one column no range with two bounds.
#
# Guess: a primary key is an ART index, and a lookup of a whole key uses it, whether the key has one column or two; a
# narrow range does too, since single bounds do.
# What happens: only "k = x" and "k IN (...)" on a key of one column, alone in the WHERE, and a single narrow bound ("k
# < 9") are index scans. With PRIMARY KEY (a, b), "a = 7 AND b = 9" reads the table; so do BETWEEN 7 AND 9, BETWEEN 7
# AND 7, "k = 7 OR k = 9", and "k = 7" with a condition on another column. EXPLAIN shows a sequential scan for all of
# them, index scans included; only EXPLAIN ANALYZE tells them apart.
# Why it matters: "DuckDB with a primary key" in a comparison of indexes is an ART or a scan with min-max pruning by
# the form of the statement. Composite keys and short ranges measure the scan; on keys in insertion order pruning hides
# it.
# Package: npm @duckdb/node-api 1.5.6-r.1 (DuckDB 1.5.6).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" @duckdb/node-api@1.5.6-r.1
cat >"$work/try.mjs" <<'JS'
import { DuckDBInstance } from '@duckdb/node-api';

const connection = await (await DuckDBInstance.create(':memory:')).connect();
const rows = async (sql) => (await connection.runAndReadAll(sql)).getRows();
console.log('DuckDB', (await rows('SELECT version()'))[0][0]);
await connection.run('SET threads = 1');
// 7919 has no common factor with 500,009: the keys 0 to 500,008 come in scattered order, each once.
await connection.run(`CREATE TABLE one(k BIGINT PRIMARY KEY, v BIGINT);
  INSERT INTO one SELECT (i * 7919) % 500009, i FROM range(500009) r(i);
  CREATE TABLE two(a BIGINT, b BIGINT, v BIGINT, PRIMARY KEY (a, b));
  INSERT INTO two SELECT k // 1000, k % 1000, v FROM one;`);

const scan = async (explain, sql) => /(Index|Sequential) Scan/.exec((await rows(`${explain} ${sql}`))[0][1])[1];
const used = {};
for (const where of ['one WHERE k = 7', 'one WHERE k IN (7, 9)', 'one WHERE k < 9', 'one WHERE k BETWEEN 7 AND 9',
  'one WHERE k BETWEEN 7 AND 7', 'one WHERE k = 7 OR k = 9', 'one WHERE k = 7 AND v > 0',
  'two WHERE a = 7 AND b = 9']) {
  used[where] = await scan('EXPLAIN ANALYZE', `SELECT v FROM ${where}`);
}
console.table(used);
const told = await scan('EXPLAIN', 'SELECT v FROM one WHERE k = 7');
console.log('EXPLAIN without ANALYZE says for "k = 7":', told);
const found = Object.values(used).map((scan) => scan[0]).join('');
if (found !== 'IIISSSSS' || told !== 'Sequential') {
  console.error('changed');
  process.exit(1);
}
JS
node "$work/try.mjs"
