#!/usr/bin/env bash
# LokiJS compares strings of digits as doubles: a range of 100 long ids finds 129.
#
# Guess: strings are compared as strings, so that ids of equal length order as their numbers do; a binary index is a
# sorted array and answers ranges exactly.
# What happens: both sides of $gt, $gte, $lt, $lte and $between go through Number first, in the index as in a scan. Ids
# of 18 digits differ by less than a double does, 128 neighbours here are one value: `$between` 100 of them finds 129,
# $gte the upper half 552 of 1,000. Lookups by equality are right. The index is in that order, too: simplesort by an id
# leaves neighbours in the order of insertion.
# Why it matters: 64-bit keys travel as strings in JavaScript just since numbers cannot hold them (snowflake ids, JSON
# of other stores). A range then returns rows that it must not, with no error, as soon as keys are larger than 2^53.
# Package: npm lokijs 1.5.12.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" lokijs@1.5.12
cat >"$work/try.cjs" <<'JS'
const { version } = require('lokijs/package.json');
const Loki = require('lokijs');

console.log('lokijs', version);
const size = 1000;
const id = (number) => String(900719925474099200n + BigInt(number));

const ask = (name, options, order) => {
  const rows = new Loki('x').addCollection('rows', options);
  for (let i = 0; i < size; i += 1) rows.insert({ id: id(order(i)) });
  const points = Array.from({ length: size }, (_, i) => rows.find({ id: id(i) })).filter(
    (found, i) => found.length === 1 && found[0].id === id(i),
  ).length;
  const range = rows.find({ id: { $between: [id(200), id(299)] } }).length;
  const upper = rows.find({ id: { $gte: id(500) } }).length;
  const sorted = rows.chain().simplesort('id').data();
  const descents = sorted.filter((row, i) => i > 0 && row.id < sorted[i - 1].id).length;
  console.log(`${name}: ${points} of ${size} found, $between of 100: ${range}, $gte the upper half: ${upper},`,
    `sorted rows below the one before: ${descents}`);
  return [points, range, upper, descents > 100].join();
};
const shuffled = (i) => (i * 7919) % size;
const indexed = ask('binary index', { indices: ['id'] }, shuffled);
const scanned = ask('no index', {}, shuffled);
if (indexed !== '1000,129,552,true' || scanned !== indexed) {
  console.error('changed');
  process.exit(1);
}
JS
node "$work/try.cjs"
