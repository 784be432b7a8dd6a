#!/usr/bin/env bash
# PGlite gives one bigint column as numbers and BigInts mixed, by the size of each value.
#
# Guess: a column has one JavaScript type: strings (as the usual driver of PostgreSQL does it), or BigInt for all.
# What happens: values that a double holds exactly are numbers, the others BigInts, row by row. Comparing with < happens to
# work, but subtraction throws as soon as both kinds meet, === between 5 and 5n is false, and sums of keys fail.
# Why it matters: whoever checks an index against PGlite gets a TypeError, or a mismatch, only with data that crosses
# 2^53: tests on small keys pass. A typed array (BigUint64Array) takes one of the two kinds only.
# Package: npm @electric-sql/pglite 0.5.16 (PostgreSQL 18).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" @electric-sql/pglite@0.5.16
cat >"$work/try.mjs" <<'JS'
import { PGlite } from '@electric-sql/pglite';

const db = new PGlite();
console.log((await db.query('SELECT version()')).rows[0].version.split(',')[0]);
const rows = (await db.query('SELECT k FROM (VALUES (5::bigint), (9007199254740991), (9007199254740993)) AS t(k)')).rows;
const kinds = rows.map(({ k }) => typeof k);
console.log('keys', rows.map(({ k }) => k), 'are of type', kinds);

const attempt = (work) => {
  try {
    return work();
  } catch (error) {
    return error.name;
  }
};
const sorted = attempt(() => rows.map(({ k }) => k).sort((a, b) => a - b));
const array = attempt(() => BigInt64Array.from(rows, ({ k }) => k));
console.log('sorting by difference:', sorted, '| into a BigInt64Array:', array);
await db.close();

if (kinds.join() !== 'number,number,bigint' || sorted !== 'TypeError' || array !== 'TypeError') {
  console.error('changed');
  process.exit(1);
}
JS
node "$work/try.mjs"
