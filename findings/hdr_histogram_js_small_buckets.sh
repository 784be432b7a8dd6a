#!/usr/bin/env bash
# HdrHistogram for JavaScript with 8- or 16-bit buckets wraps its counters, and then tells false percentiles.
#
# Guess: bitBucketSize is a matter of memory; a counter that is full saturates, or recording throws.
# What happens: the counter of a bucket wraps to 0 while the total goes on counting. With 70,000 values of 100 ns and 200
# each of 1,000 values from 1,000 ns up, 16-bit buckets say p10 = 1,112 (100 in truth), p50 = 1,652 (1,324) and p99 = 0; only
# the mean throws. The WebAssembly form does the same. 'packed' and 32 bits are right.
# Why it matters: an index's latencies fall into few buckets (the clock's steps), so a bucket passes 65,535 within a
# second. The medians that come out look reasonable.
# Package: npm hdr-histogram-js 3.0.1.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" hdr-histogram-js@3.0.1
cat >"$work/try.mjs" <<'JS'
import { readFile } from 'node:fs/promises';
import * as hdr from 'hdr-histogram-js';

const manifest = await readFile(new URL('node_modules/hdr-histogram-js/package.json', import.meta.url));
console.log('hdr-histogram-js', JSON.parse(manifest).version);
await hdr.initWebAssembly();
const fill = (options) => {
  const histogram = hdr.build(options);
  for (let i = 0; i < 70000; ++i) histogram.recordValue(100);
  for (let value = 1000; value < 2000; ++value) histogram.recordValueWithCount(value, 200);
  return histogram;
};
const tell = (options) => {
  const histogram = fill(options);
  const percentiles = [10, 50, 99].map((p) => histogram.getValueAtPercentile(p));
  console.log(options, 'values', histogram.totalCount, 'p10, p50, p99:', percentiles);
  return percentiles;
};
const right = tell({ bitBucketSize: 32 });
const packed = tell({ bitBucketSize: 'packed' });
const wrong = [tell({ bitBucketSize: 16 }), tell({ bitBucketSize: 16, useWebAssembly: true })];

if (right[0] !== 100 || packed.join() !== right.join() || wrong.some((p) => p[0] < 1000 || p[2] !== 0)) {
  console.error('changed');
  process.exit(1);
}
JS
node "$work/try.mjs"
