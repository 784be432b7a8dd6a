#!/usr/bin/env bash
# PouchDB's strings for sorted keys are the same for neighbouring negative numbers: a thousand keys become 563.
#
# Guess: toIndexableString turns a number into text that orders as the numbers do, and another text for another number.
# What happens: it writes an exponent and a mantissa in decimal, and for a negative number 10 minus the mantissa,
# computed in a double. Near -1 that is a number near 9 with three binary digits less after the point. Of 1,000
# consecutive integers below -10^15 563 strings are left, of 1,000 neighbouring doubles below -1 126. Positive numbers
# are all told apart. The documentation calls it a serialization that keeps the order and names strings as an exception.
# Why it matters: these strings are the keys of PouchDB's views over LevelDB and others. Signed keys (hashes, moments
# before 1970, western longitudes) merge: a range and a lookup find the neighbours, too, and no error says so.
# Package: npm pouchdb-collate 9.0.0.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" pouchdb-collate@9.0.0
cat >"$work/try.cjs" <<'JS'
const { version } = require('pouchdb-collate/package.json');
const { toIndexableString } = require('pouchdb-collate');

console.log('pouchdb-collate', version);
const size = 1000;
const strings = (name, number) => {
  const keys = Array.from({ length: size }, (_, i) => number(i));
  const different = new Set(keys.map(toIndexableString)).size;
  console.log(`${name}: ${new Set(keys).size} numbers, ${different} strings`);
  return different;
};
const counts = [
  strings('10^15 + i', (i) => 1e15 + i),
  strings('-10^15 - i', (i) => -1e15 - i),
  strings('-(1 + i * 2^-52)', (i) => -(1 + i * 2 ** -52)),
];
console.log('-10^15 - 1:', toIndexableString(-1e15 - 1), '\n-10^15 - 2:', toIndexableString(-1e15 - 2));
if (counts[0] !== size || counts[1] > 600 || counts[2] > 200) {
  console.error('changed');
  process.exit(1);
}
JS
node "$work/try.cjs"
