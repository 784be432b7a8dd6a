#!/usr/bin/env bash
# 100,000 neighbouring integers from 2^52 up have 197 keys in npm's lexicographic-integer.
#
# Guess: pack() gives bytes that order as the numbers do and unpack() the number again, for every integer that a
# number of JavaScript holds exactly.
# What happens: from 2^32 + 251 up the bytes are an exponent and a mantissa that no longer has room for all bits.
# Neighbours get the same bytes, and unpack() gives another number back: up to 2^44 all is right, of microseconds
# since 1970 a hundred and twenty-eight in a row share a key, of numbers near 2^52 over five hundred. Milliseconds are
# right, and numbers that are far apart are in order, as in tests.
# Why it matters: timestamps in microseconds are keys that one loads first. A store says nothing: the later put
# overwrites the earlier one, and reading a key back names a moment that was never written.
# Package: npm lexicographic-integer 1.1.0.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" \
  lexicographic-integer@1.1.0
cat >"$work/try.cjs" <<'JS'
const { readFileSync } = require('node:fs');
const { pack, unpack } = require('lexicographic-integer');

const folder = `${__dirname}/node_modules/lexicographic-integer`;
console.log('lexicographic-integer', JSON.parse(readFileSync(`${folder}/package.json`)).version);
const COUNT = 100000;
const ask = (name, first) => {
  const keys = new Set();
  let right = 0;
  for (let value = first; value < first + COUNT; ++value) {
    const key = pack(value, 'hex');
    keys.add(key);
    right += unpack(key) === value;
  }
  console.log(`${name}: ${keys.size} keys for ${COUNT} integers, ${right} of them come back`);
  return [keys.size, right];
};
const milliseconds = ask('milliseconds from 1700000000000', 1700000000000);
const microseconds = ask('microseconds from 1700000000000000', 1700000000000000);
const large = ask('from 2^52', 2 ** 52);
console.log(`1733000000123456 comes back as ${unpack(pack(1733000000123456))}`);
const changed = String(milliseconds) !== `${COUNT},${COUNT}` || microseconds[0] !== 782 || large[0] !== 197;
if (changed || unpack(pack(1733000000123456)) === 1733000000123456) {
  console.error('changed');
  process.exit(1);
}
JS
node "$work/try.cjs"
