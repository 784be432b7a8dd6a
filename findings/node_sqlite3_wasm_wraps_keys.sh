#!/usr/bin/env bash
# node-sqlite3-wasm wraps a BigInt beyond 64 bits round to another key, and binds whole numbers from 2^53 up as doubles.
#
# Guess: SQLite's integers are signed 64-bit; a BigInt that does not fit is an error, as other bindings make it.
# What happens: 2^63 becomes -2^63, 2^64 - 1 becomes -1, and -2^63 - 1 becomes 2^63 - 1, each without a word. Whole
# numbers up to 2^53 - 1 are integers, the next one is a REAL.
# Why it matters: real keys exceed 2^63. They seem to load (every insert succeeds, point lookups by the same BigInt find
# them), but the order is another one, range scans miss half of them, and what comes back is negative.
# Package: npm node-sqlite3-wasm 0.8.60.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" node-sqlite3-wasm@0.8.60
cat >"$work/try.mjs" <<'JS'
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { Database } = require('node-sqlite3-wasm');
const db = new Database(':memory:');
console.log('SQLite', db.get('SELECT sqlite_version() AS v').v);

const back = [2n ** 63n, 2n ** 64n - 1n, -(2n ** 63n) - 1n].map((key) => db.get('SELECT ? AS k', [key]).k);
console.log('2^63, 2^64 - 1, -2^63 - 1 come back as', back);
const types = [2 ** 53 - 1, 2 ** 53].map((key) => db.get('SELECT typeof(?) AS t', [key]).t);
console.log('2^53 - 1 and 2^53 as numbers are', types);

db.run('CREATE TABLE t(k INTEGER PRIMARY KEY)');
for (const key of [1n, 2n ** 63n + 5n]) db.run('INSERT INTO t VALUES(?)', [key]);
const point = db.all('SELECT k FROM t WHERE k = ?', [2n ** 63n + 5n]).length;
const range = db.all('SELECT k FROM t WHERE k >= ?', [1n]).length;
console.log('of the keys 1 and 2^63 + 5: found by point', point, '| from 1 upwards', range);
db.close();

const wrapped = back[0] === -(2n ** 63n) && BigInt(back[1]) === -1n && back[2] === 2n ** 63n - 1n;
if (!wrapped || types.join() !== 'integer,real' || point !== 1 || range !== 1) {
  console.error('changed');
  process.exit(1);
}
JS
node "$work/try.mjs"
