#!/usr/bin/env bash
# lmdb-js with keyEncoding 'uint32' stores a key modulo 2^32, so that later keys overwrite earlier ones.
#
# Guess: a key that does not fit the encoding is refused, as LMDB refuses a key of a wrong size.
# What happens: 2^32 + 5 is written as 5 and replaces its value; reading 2^32 + 5 afterwards "works", and so does 5, with the
# other's value. Milliseconds since 1970 do not fit either.
# Why it matters: 'uint32' is the variant that uses LMDB's integer comparison, so the one a benchmark of integer keys
# chooses. Keys that are too large do not fail: the table is smaller than the load, and all lookups hit.
# Package: npm lmdb 3.5.6.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" lmdb@3.5.6
cat >"$work/try.mjs" <<'JS'
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { open } from 'lmdb';

const manifest = await readFile(new URL('node_modules/lmdb/package.json', import.meta.url));
console.log('lmdb', JSON.parse(manifest).version);
const path = fileURLToPath(new URL('store', import.meta.url));
const db = open({ path, keyEncoding: 'uint32' });
db.putSync(5, 'five');
db.putSync(2 ** 32 + 5, 'another');
const entries = [...db.getRange()].map(({ key, value }) => `${key}=${value}`);
console.log('after putting 5 and 2^32 + 5:', entries, '| get(5):', db.get(5), '| get(2^32 + 5):', db.get(2 ** 32 + 5));
const found = [db.get(5), db.get(2 ** 32 + 5)].join();
await db.close();
if (entries.join() !== '5=another' || found !== 'another,another') {
  console.error('changed');
  process.exit(1);
}
JS
node "$work/try.mjs"
