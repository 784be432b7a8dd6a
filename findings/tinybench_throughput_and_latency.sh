#!/usr/bin/env bash
# tinybench's throughput is not the inverse of its latency: 9,000 operations per second stand next to 1.1 ms each.
#
# Guess: ops/s is the number of calls over the time they took, so 1 / mean latency, as in benchmark.js.
# What happens: every call's time is inverted first, and the mean is taken of these rates. An operation of 0.1 ms that
# every tenth time takes 10 ms has a mean of 1.09 ms, so 917 per second; "Throughput avg" says 9,010 with a margin of
# some per cent. The README shows both columns and not their relation; a comment in the type declarations says that
# they are not reciprocal.
# Why it matters: indexes that now and then split, merge, retrain or compact have just such times. In ops/s their
# pauses vanish, and the same run can order two indexes one way by latency and the other way by throughput.
# Package: npm tinybench 6.2.5.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" tinybench@6.2.5
cat >"$work/try.mjs" <<'JS'
import { readFile } from 'node:fs/promises';
import { Bench } from 'tinybench';

const manifest = await readFile(new URL('node_modules/tinybench/package.json', import.meta.url));
console.log('tinybench', JSON.parse(manifest).version);

// The clock (in ms) is a number that the operations move on, so that the output does not depend on the machine.
let clock = 0;
const bench = new Bench({ time: 0, iterations: 1000, warmup: false, now: () => clock });
const add = (name, duration) => {
  let calls = 0;
  bench.add(name, () => {
    clock += duration(++calls);
  });
};
add('0.1 ms, each tenth 10 ms', (call) => (call % 10 === 0 ? 10 : 0.1));
add('always 0.2 ms', () => 0.2);
await bench.run();
console.table(bench.table());
const [pausing, steady] = bench.tasks.map(({ name, result: { latency, throughput } }) => {
  const inverse = 1000 / latency.mean;
  const numbers = [latency.mean.toFixed(3), inverse.toFixed(0), throughput.mean.toFixed(0)];
  console.log(`${name}: mean latency in ms, its inverse, throughput.mean per second:`, numbers.join(', '));
  return { inverse, throughput: throughput.mean };
});
if (!(pausing.inverse < steady.inverse && pausing.throughput > 1.5 * steady.throughput)) {
  console.error('changed');
  process.exit(1);
}
JS
node "$work/try.mjs"
