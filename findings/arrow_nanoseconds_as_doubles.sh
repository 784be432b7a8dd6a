#!/usr/bin/env bash
# apache-arrow reads nanosecond timestamps as milliseconds in a double: neighbours become equal.
#
# Guess: the values lie in a BigInt64Array, so get() returns the BigInt that was stored, as it does for Int64.
# What happens: get() and iteration return milliseconds as a double, whose steps near today are 256 ns: two events one
# nanosecond apart compare equal. Only toArray() or the data buffer holds the exact numbers. Building such a column from
# BigInts by vectorFromArray throws.
# Why it matters: event times in nanoseconds are typical keys. Read through get() they have duplicates that the file
# has not, and a join with exact keys finds few of them.
# Package: npm apache-arrow 21.2.0.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" apache-arrow@21.2.0
cat >"$work/try.mjs" <<'JS'
import { readFile } from 'node:fs/promises';
import { makeData, makeVector, TimestampNanosecond, vectorFromArray } from 'apache-arrow';

const manifest = await readFile(new URL('node_modules/apache-arrow/package.json', import.meta.url));
console.log('apache-arrow', JSON.parse(manifest).version);
const keys = BigInt64Array.from({ length: 1000 }, (_, i) => 1700000000123456789n + BigInt(i));
const column = makeVector(makeData({ type: new TimestampNanosecond(), data: keys }));
const distinct = new Set(column).size;
console.log('stored', keys[0], 'get() says', column.get(0), '| distinct of 1,000 keys by iteration:', distinct);
console.log('distinct by toArray():', new Set(column.toArray()).size);
let built = 'built';
try {
  vectorFromArray([keys[0]], new TimestampNanosecond());
} catch (error) {
  built = error.name;
}
console.log('vectorFromArray of BigInts:', built);

if (typeof column.get(0) !== 'number' || distinct > 10 || new Set(column.toArray()).size !== 1000 || built !== 'TypeError') {
  console.error('changed');
  process.exit(1);
}
JS
node "$work/try.mjs"
