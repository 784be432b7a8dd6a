#!/usr/bin/env bash
# npm's mann-whitney-utest calls any two single values significantly different, and two clearly apart hundreds not.
#
# Guess: significant(u, samples) compares the U value with a critical value of U at the usual 5 %, or the z value with
# 1.96.
# What happens: it compares U with |z|, which is what its "critical value" is. U counts pairs and grows with the product
# of the sizes, |z| is some small number: so a result is significant if hardly any pair is the wrong way round, however
# few values there are. 1 against 2 is significant (U is 0 and |z| is 1, where no test can be); 100 values against 100
# higher ones with a |z| of 7.9, less than one in 10^14 by chance, are not. U itself and |z| are right: compare the
# latter with 1.96.
# Why it matters: it is the test for timings of two indexes, which are not normal. In this form a difference is proven
# by one run of each, and is lost as one measures more.
# Package: npm mann-whitney-utest 1.0.5.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" mann-whitney-utest@1.0.5
echo 'mann-whitney-utest 1.0.5'
cat >"$work/try.cjs" <<'JS'
const test = require('mann-whitney-utest');

function compare(name, first, second) {
  const u = test.test([first, second]);
  const z = test.criticalValue(u, [first, second]);
  const significant = test.significant(u, [first, second]);
  console.log(`${name}: U ${u.join(' and ')}, |z| ${z.toFixed(2)}, significant: ${significant}`);
  return { z, significant };
}
const spread = (count, from) => Array.from({ length: count }, (_, i) => from + ((i * 37) % count));
const single = compare('1 against 2', [1], [2]);
const pairs = compare('1, 2 against 3, 4', [1, 2], [3, 4]);
const twenty = compare('20 values against 20', spread(20, 0), spread(20, 15.5));
const hundreds = compare('100 values against 100', spread(100, 0), spread(100, 40.5));
const wrong = single.significant && pairs.significant && !twenty.significant && !hundreds.significant;
if (!wrong || single.z > 1.96 || twenty.z < 4 || hundreds.z < 7) {
  console.error('changed');
  process.exit(1);
}
JS
node "$work/try.cjs"
