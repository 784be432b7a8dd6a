#!/usr/bin/env bash
# mitata drops the two slowest (and the two fastest) samples before it tells max, p999, p99 and avg.
#
# Guess: max is the slowest sample; avg is the time over the number of calls.
# What happens: from 13 samples on they are sorted and two at either end are cut off, without a word in the output or
# the README. A function that pauses twice for a second among 1,000 calls of 1 ms has max = p999 = avg = 1 ms, where
# the slowest call took 1,000 ms and the mean is 3 ms. Of three pauses one is told.
# Why it matters: what an index does seldom (growing a table, retraining, a compaction) is one or two samples of a run,
# and here just these are taken away. The index that stops longest can come out as the fastest, in the tail too.
# Package: npm mitata 1.0.34.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" mitata@1.0.34
cat >"$work/try.mjs" <<'JS'
import { readFile } from 'node:fs/promises';
import { measure } from 'mitata';

const manifest = await readFile(new URL('node_modules/mitata/package.json', import.meta.url));
console.log('mitata', JSON.parse(manifest).version);

// The clock (in ns) is a number that the function moves on, so that the output does not depend on the machine. Without
// warm-up and without batches, as for any function of more than 0.5 ms.
const observe = async (pauses) => {
  let clock = 0;
  const times = [];
  const options = { now: () => clock, min_samples: 1000, min_cpu_time: 0, warmup_threshold: -1, batch_threshold: -1 };
  const { max, p999, p99, avg } = await measure(() => {
    const time = pauses.includes(times.length) ? 1e9 : 1e6;
    times.push(time);
    clock += time;
  }, options);
  const told = { max: max / 1e6, p999: p999 / 1e6, p99: p99 / 1e6, avg: avg / 1e6 };
  const truth = { max: Math.max(...times) / 1e6, avg: times.reduce((a, b) => a + b) / times.length / 1e6 };
  console.log(times.length, 'calls,', pauses.length, 'pauses, ms: mitata says', told, 'truth', truth);
  return told;
};
const two = await observe([400, 700]);
const three = await observe([400, 500, 700]);
if (two.max !== 1 || two.avg !== 1 || three.max !== 1000) {
  console.error('changed');
  process.exit(1);
}
JS
node "$work/try.mjs"
