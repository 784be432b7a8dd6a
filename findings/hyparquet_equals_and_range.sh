#!/usr/bin/env bash
# hyparquet's filter "k equals 5" finds nothing in a 64-bit column, while "k from 5 to 5" finds the row.
#
# Guess: { $eq: 5 } and { $gte: 5, $lte: 5 } are the same query; the library knows the column's type.
# What happens: 64-bit columns are read as BigInt. $gte and $lte compare 5n with 5 by value, $eq and $in by identity, and
# 5n is not 5: no rows, no error. 5n must be asked for.
# Why it matters: a point-lookup benchmark over Parquet with plain numbers measures how fast nothing is found, while its
# range queries look right.
# Package: npm hyparquet 1.31.5 (files written by hyparquet-writer 0.17.0).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" hyparquet@1.31.5 hyparquet-writer@0.17.0
cat >"$work/try.mjs" <<'JS'
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asyncBufferFromFile, parquetQuery } from 'hyparquet';
import { parquetWriteFile } from 'hyparquet-writer';

const folder = dirname(fileURLToPath(import.meta.url));
const manifest = await readFile(join(folder, 'node_modules/hyparquet/package.json'));
console.log('hyparquet', JSON.parse(manifest).version);
const filename = join(folder, 'keys.parquet');
const data = Array.from({ length: 1000 }, (_, i) => BigInt(i));
await parquetWriteFile({ filename, columnData: [{ name: 'k', data, type: 'INT64' }] });

const file = await asyncBufferFromFile(filename);
const count = async (k) => (await parquetQuery({ file, filter: { k } })).length;
const rows = [
  await count({ $eq: 5 }),
  await count({ $in: [5] }),
  await count({ $gte: 5, $lte: 5 }),
  await count({ $eq: 5n }),
];
console.log('$eq 5:', rows[0], '| $in [5]:', rows[1], '| $gte 5, $lte 5:', rows[2], '| $eq 5n:', rows[3]);
if (rows.join() !== '0,0,1,1') {
  console.error('changed');
  process.exit(1);
}
JS
node "$work/try.mjs"
