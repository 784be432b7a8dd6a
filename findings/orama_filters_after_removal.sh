#!/usr/bin/env bash
# Orama's number filters lose documents that are still there as soon as others have been removed.
#
# Guess: numbers are kept in an AVL tree, and a removal takes out the one document that it names.
# What happens: with inserts alone every filter is right. After half of 1,000 documents have been removed again,
# count() is 500 and a search without a filter finds them all, but { gte: 0 } finds 439, and the other 61 are not found
# by { eq } with their own number either. remove() says true each time. With inserts and removals mixed it gets worse.
# Why it matters: it is a popular search engine that runs in a process, with ranges over numbers; a workload with deletes
# looks ever faster in it, since there is less and less to be found.
# Package: npm @orama/orama 3.1.18.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" @orama/orama@3.1.18
cat >"$work/try.mjs" <<'JS'
import { readFile } from 'node:fs/promises';
import { count, create, insert, remove, search } from '@orama/orama';

const manifest = await readFile(new URL('node_modules/@orama/orama/package.json', import.meta.url));
console.log('@orama/orama', JSON.parse(manifest).version);
const size = 1000;
const db = create({ schema: { k: 'number' } });
const found = async (query) => (await search(db, { limit: size, ...query })).hits.length;

// How many of the numbers of a list are found by themselves, and all together.
const ask = async (name, numbers) => {
  let alone = 0;
  for (const k of numbers) alone += await found({ where: { k: { eq: k } } });
  const together = await found({ where: { k: { gte: 0 } } });
  const all = await found({});
  console.log(`${name}: ${await count(db)} documents, ${all} without a filter, ${together} by gte 0, ${alone} by eq`);
  return { alone, together, all };
};
const numbers = Array.from({ length: size }, (_, i) => (i * 379) % size);
for (const k of numbers) await insert(db, { id: String(k), k });
const before = await ask('inserted', numbers);
let removed = 0;
for (const k of numbers.filter((k) => k % 2 === 0)) removed += (await remove(db, String(k))) ? 1 : 0;
const after = await ask(`${removed} removed`, numbers.filter((k) => k % 2 === 1));
const right = [before.alone, before.together, before.all].every((hits) => hits === size) && after.all === size / 2;
if (!right || removed !== size / 2 || after.together > 480 || after.alone > 480) {
  console.error('changed');
  process.exit(1);
}
JS
node "$work/try.mjs"
