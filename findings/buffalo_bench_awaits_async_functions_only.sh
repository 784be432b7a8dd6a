#!/usr/bin/env bash
# A lookup of 20 ms that returns a promise takes less than a microsecond by buffalo-bench, unless it says "async".
#
# Guess: a harness that is made for asynchronous functions waits for what a function returns, as await does of anything
# with a then.
# What happens: it looks at the function and not at what it returned: only those that are written with the word async
# are awaited. () => store.get(key) is not, nor is an async function that was compiled to older JavaScript; the promise
# is dropped, and the time is that of starting the work. Hundreds of thousands of lookups are begun at once meanwhile.
# The hooks before and after are awaited either way.
# Why it matters: clients of stores return promises from plain functions, and which of two engines has the word is a
# matter of taste: 50 lookups a second stand next to millions. Errors of those that were dropped show up later or
# never.
# Package: npm buffalo-bench 2.0.0.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" buffalo-bench@2.0.0
cat >"$work/try.cjs" <<'JS'
const { readFileSync } = require('node:fs');
const { Benchmark } = require('buffalo-bench');

console.log('buffalo-bench', JSON.parse(readFileSync(`${__dirname}/node_modules/buffalo-bench/package.json`)).version);
// One timer for all that wait, so that dropped promises cost nothing.
let next = null;
const lookup = () => {
  next ??= new Promise((resolve) => {
    setTimeout(() => {
      next = null;
      resolve(42);
    }, 20);
  });
  return next;
};
const ask = async (name, fn) => {
  const benchmark = new Benchmark(name, { fn, maxTime: 0.1, minSamples: 1 });
  await benchmark.run();
  const { meanTime, medianTime, hz } = benchmark;
  console.log(`${name}: mean ${meanTime.toFixed(4)} ms, median ${medianTime.toFixed(4)} ms, ${hz.toFixed(0)} a second`);
  return meanTime;
};
(async () => {
  const awaited = await ask('async () => await lookup()', async () => await lookup());
  const dropped = await ask('() => lookup()', () => lookup());
  if (awaited < 15 || dropped > 1) {
    console.error('changed');
    process.exit(1);
  }
})();
JS
node "$work/try.cjs"
