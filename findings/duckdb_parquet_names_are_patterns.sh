#!/usr/bin/env bash
# Asked for the file x[1].parquet, which exists, DuckDB reads x1.parquet.
#
# Guess: a path is a pattern only where no file has that very name, as with programs that try to open it first.
# What happens: it is a pattern first, and a name only where the pattern matches nothing. x[1].parquet alone is read; as
# soon as there is an x1.parquet beside it, that one is read instead, silently. The name itself is 'x[[]1].parquet'.
# Why it matters: browsers and spreadsheets write "keys (1)" and "keys[1]" for second copies: the keys that are measured
# are not those of the file that the result names.
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

const first = async (name) => (await rows(`SELECT k FROM read_parquet('${path(name)}')`))[0][0];
await write("SELECT 'its own' AS k", 'x[1].parquet');
const alone = await first('x[1].parquet');
await write("SELECT 'that of x1.parquet' AS k", 'x1.parquet');
const beside = await first('x[1].parquet');
const quoted = await first('x[[]1].parquet');
console.log({ alone, beside, quoted });
if (alone !== 'its own' || beside !== 'that of x1.parquet' || quoted !== 'its own') {
  console.error('changed');
  process.exit(1);
}
JS
node "$work/try.mjs"
