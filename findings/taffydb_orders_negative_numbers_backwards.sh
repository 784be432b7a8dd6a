#!/usr/bin/env bash
# TaffyDB orders -20, -1, 5 and 9 as 5, 9, -1, -20: negative numbers come last, by their absolute values.
#
# Guess: order('k') over a column of numbers is ascending.
# What happens: its default is "logical" order, which takes every value for text, cuts it into digits and the rest and
# compares piece by piece. The minus sign is a text that stands behind all digits, and what follows it is compared
# without it; first() and limit() then begin with the least number that is not negative, next to a min() that is right.
# 'k desc' and 'k asec' (so spelled) compare values and are right, so that turning the order round shows another order.
# Filters like {lt: 0} are right. Small collections of positive numbers show nothing.
# Why it matters: it is a database in memory with ranges and orders, known as a part of JSDoc. Signed keys, differences
# of two measurements and longitudes are half negative: pages of them begin in the middle, and "the five least" are not.
# Package: npm taffydb 2.7.3.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" taffydb@2.7.3
cat >"$work/try.cjs" <<'JS'
const { readFileSync } = require('node:fs');
const { taffy } = require('taffydb');

console.log('taffydb', JSON.parse(readFileSync(`${__dirname}/node_modules/taffydb/package.json`)).version);
const table = taffy([5, -1, 100, -20, 9, 0.5, -3.25].map((k) => ({ k })));
const ask = (order) => {
  const told = table().order(order).select('k').join(' ');
  console.log(`order('${order}'): ${told}`);
  return told;
};
const usual = ask('k');
const ascending = ask('k asec');
const descending = ask('k desc');
const first = table().order('k').first().k;
const least = table().min('k');
console.log(`the first of order('k') is ${first}, min('k') is ${least}`);
const right = ascending === '-20 -3.25 -1 0.5 5 9 100' && descending === '100 9 5 0.5 -1 -3.25 -20' && least === -20;
if (!right || usual !== '0.5 5 9 100 -1 -3.25 -20' || first !== 0.5) {
  console.error('changed');
  process.exit(1);
}
JS
node "$work/try.cjs"
