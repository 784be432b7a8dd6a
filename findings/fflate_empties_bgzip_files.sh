#!/usr/bin/env bash
# fflate's gunzipSync makes nothing, without an error, of a file that bgzip compressed.
#
# Guess: gzip files may have several members, one after the other; gunzip, zlib and every library give all of them.
# What happens: gunzipSync, gunzip and decompressSync read the first member only, into a buffer as large as the last
# four bytes of the file say, the length of the last member. bgzip cuts its input into members of 64 KB and puts an
# empty one at the end, so that 1.3 MB of keys become 0 bytes. Of members of 3,000 and 1,000 bytes 1,000 are left. The
# Gunzip stream of the same library gives everything.
# Why it matters: bgzip, appended logs and parallel compressors write such files, and key sets come as them. An empty
# or short column raises no error: the loader measures a set that is not the one named.
# Package: npm fflate 0.8.3; tabix 1.16+ds-3 (bgzip, Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" fflate@0.8.3
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download tabix=1.16+ds-3 libhts3=1.16+ds-3 libhtscodecs2=1.3.0-4 \
  libdeflate0=1.14-1)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
seq 200000 >"$work/keys"
LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu "$work/usr/bin/bgzip" "$work/keys"

cat >"$work/try.cjs" <<'JS'
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const zlib = require('node:zlib');
const { decompressSync, Gunzip, gunzipSync } = require('fflate');

const manifest = readFileSync(join(__dirname, 'node_modules/fflate/package.json'));
console.log('fflate', JSON.parse(manifest).version);
const ask = (name, bytes) => {
  let streamed = 0;
  new Gunzip((piece) => {
    streamed += piece.length;
  }).push(bytes, true);
  const lengths = [zlib.gunzipSync(bytes), gunzipSync(bytes), decompressSync(bytes)].map((data) => data.length);
  console.log(`${name}, bytes: zlib ${lengths[0]}, gunzipSync ${lengths[1]}, decompressSync ${lengths[2]},`,
    `Gunzip ${streamed}`);
  return [...lengths, streamed].join();
};
const members = (...sizes) => Buffer.concat(sizes.map((size) => zlib.gzipSync('k'.repeat(size))));
const told = [
  ask('bgzip', readFileSync(process.argv[2])),
  ask('members of 3,000 and 1,000', members(3000, 1000)),
  ask('members of 1,000 and 3,000', members(1000, 3000)),
];
if (told.join(' ') !== '1288895,0,0,1288895 4000,1000,1000,4000 4000,1000,1000,4000') {
  console.error('changed');
  process.exit(1);
}
JS
node "$work/try.cjs" "$work/keys.gz"
