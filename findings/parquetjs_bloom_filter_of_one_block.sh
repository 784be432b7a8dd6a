#!/usr/bin/env bash
# A Bloom filter of 30 KB that parquetjs writes for 2,000 keys says "maybe" to every absent key.
#
# Guess: a split-block filter of the default size, for up to 128 Ki values at a rate of 0.001, says "maybe" to one of a
# thousand absent keys at most, and to next to none while it is nearly empty.
# What happens: all of its blocks are made as one and the same array of 256 bits, so that every key sets its bits in
# all of them: the filter is one block, written many times. 10 keys are told apart; with 100 keys it says "maybe" to
# seven of ten absent ones, with 2,000 to all. Sizes and rates that one asks for change the file's size alone. (It also
# hashes the decimal text of a number, where Parquet wants its bytes.)
# Why it matters: the filter is there to skip row groups for absent keys, what sorted statistics cannot do. It costs its
# bytes and its hashes and skips nothing, and a comparison of formats by it says that Bloom filters do not help.
# Package: npm @dsnp/parquetjs 1.8.8.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" @dsnp/parquetjs@1.8.8
echo 'parquetjs 1.8.8'
cat >"$work/try.cjs" <<'JS'
const path = require('node:path');
const { ParquetReader, ParquetSchema, ParquetWriter } = require('@dsnp/parquetjs');

// Of 1,000 absent keys, how many the filter of a file with so many keys does not exclude.
async function ask(count, options) {
  const file = path.join(__dirname, `keys${count}.parquet`);
  const schema = new ParquetSchema({ k: { type: 'INT64' } });
  const writer = await ParquetWriter.openFile(schema, file, { bloomFilters: [{ column: 'k', ...options }] });
  for (let i = 0; i < count; i += 1) await writer.appendRow({ k: BigInt(i * 7) });
  await writer.close();

  const reader = await ParquetReader.openFile(file);
  const [{ sbbf }] = (await reader.getBloomFiltersFor(['k'])).k;
  let present = 0;
  let absent = 0;
  for (let i = 0; i < count; i += 1) present += await sbbf.check(BigInt(i * 7));
  for (let i = 0; i < 1000; i += 1) absent += await sbbf.check(BigInt(1e6 + i));
  const blocks = new Set(sbbf.getFilter().map((block) => block.join()));
  await reader.close();
  console.log(`${count} keys, ${sbbf.getNumFilterBytes()} bytes: maybe for ${present} present keys`,
    `and for ${absent} of 1000 absent ones; ${blocks.size} different of ${sbbf.getNumFilterBlocks()} blocks`);
  return { absent, blocks: blocks.size };
}
async function main() {
  const few = await ask(10, {});
  const more = await ask(100, {});
  const many = await ask(2000, {});
  const asked = await ask(2001, { numFilterBytes: 65536 });
  if (few.absent > 50 || more.absent < 500 || many.absent < 1000 || asked.absent < 1000 || many.blocks !== 1) {
    console.error('changed');
    process.exit(1);
  }
}
main();
JS
node "$work/try.cjs"
