#!/usr/bin/env bash
# FoundationDB's tuples in JavaScript put every number with a fraction behind all integers: 1000 before 0.5.
#
# Guess: pack([number]) keeps the order of numbers, which are of one type in JavaScript; that is what the tuple
# encoding is for.
# What happens: a whole number up to 2^53 - 1 is written as an integer and any other as a double, and all doubles come
# behind all integers. 1 and 1.5, 2 and 2.5 are written to two places of the key space: a range from 0.5 to 2.5 holds
# no 1 and no 2, and one from 0 to 1000 no 0.5. 2^53 and -10^20 are doubles too, so that the latter is above every
# integer. Integers alone, BigInts included, are in order and exact.
# Why it matters: a column of latencies or prices has whole values now and then, 2 among 1.97 and 2.04. Those leave
# the range that they belong to without an error, and a scan in key order is not sorted. pack({type: 'double', value})
# writes all of them alike; lookups with plain numbers then miss.
# Package: npm fdb-tuple 1.0.0.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" fdb-tuple@1.0.0
cat >"$work/try.cjs" <<'JS'
const { readFileSync } = require('node:fs');
const { pack, unpack } = require('fdb-tuple');

console.log('fdb-tuple', JSON.parse(readFileSync(`${__dirname}/node_modules/fdb-tuple/package.json`)).version);
const within = (low, key, high) => Buffer.compare(low, key) <= 0 && Buffer.compare(key, high) <= 0;
// The values as a store walks their keys, those between two bounds if such are given.
const walk = (values, low, high) => values
  .map((value) => pack([value]))
  .filter((key) => low === undefined || within(pack([low]), key, pack([high])))
  .sort(Buffer.compare)
  .map((key) => unpack(key)[0]);
const show = (name, values) => {
  console.log(`${name}: ${values.join(' ')}`);
  return values.join(' ');
};
const mixed = [0, 0.5, 1, 1.5, 2, 2.5, 1000, -1e20];
const told = [
  show('in order of keys', walk(mixed)),
  show('from 0.5 to 2.5', walk(mixed, 0.5, 2.5)),
  show('from 0 to 1000', walk(mixed, 0, 1000)),
  show('integers', walk([5, -3, 2 ** 40, 0, -(2n ** 63n), 2n ** 64n - 1n, 2n ** 53n + 1n])),
];
const expected = [
  '0 1 2 1000 -100000000000000000000 0.5 1.5 2.5',
  '0.5 1.5 2.5',
  '0 1 2 1000',
  '-9223372036854775808 -3 0 5 1099511627776 9007199254740993 18446744073709551615',
];
if (JSON.stringify(told) !== JSON.stringify(expected)) {
  console.error('changed');
  process.exit(1);
}
JS
node "$work/try.cjs"
