#!/usr/bin/env bash
# A cursor over 2,000 equal keys of a fake-indexeddb index takes some twenty times as long as over different ones.
#
# Guess: a cursor keeps its place, so that a walk over an index costs the entries that it visits, whatever their keys.
# What happens: each continue() begins at the first entry of the current key and compares the rows' ids until it is past
# the last one, so that n entries of one key take n * n / 2 steps: with twice as many four times the time. Indexes
# of different keys, object stores, getAll and count of the same entries are quick.
# Why it matters: it is the IndexedDB of tests, and of databases for the browser when they are measured in Node. An
# index of a status, a type or a day is all equal keys, and a database above it that reads by cursors looks quadratic
# where it is not.
# Package: npm fake-indexeddb 6.2.8.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" fake-indexeddb@6.2.8
echo 'fake-indexeddb 6.2.8'
cat >"$work/try.mjs" <<'JS'
import { IDBFactory } from 'fake-indexeddb';

const factory = new IDBFactory();
const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

// An index over so many rows with so many different keys.
async function load(rows, keys) {
  const request = factory.open(`${rows} ${keys}`);
  request.onupgradeneeded = () =>
    request.result.createObjectStore('rows', { keyPath: 'id' }).createIndex('k', 'k');
  const database = await done(request);
  const transaction = database.transaction('rows', 'readwrite');
  for (let id = 0; id < rows; id += 1) transaction.objectStore('rows').put({ id, k: id % keys });
  await new Promise((resolve) => {
    transaction.oncomplete = resolve;
  });
  return () => database.transaction('rows').objectStore('rows').index('k');
}
function walk(index) {
  return new Promise((resolve) => {
    const request = index.openCursor();
    let visited = 0;
    request.onsuccess = () => {
      if (!request.result) resolve(visited);
      else {
        visited += 1;
        request.result.continue();
      }
    };
  });
}
async function time(work) {
  const start = performance.now();
  const result = await work();
  return [performance.now() - start, result];
}
async function ask(rows, keys) {
  const index = await load(rows, keys);
  const [cursor, visited] = await time(() => walk(index()));
  const [all, read] = await time(() => done(index().getAll()));
  console.log(`${rows} rows, ${keys} different keys: ${visited} by a cursor in ${cursor.toFixed(0)} ms,`,
    `${read.length} by getAll in ${all.toFixed(0)} ms`);
  return cursor;
}
await ask(500, 500);
const [different, few, many] = [await ask(2000, 2000), await ask(1000, 1), await ask(2000, 1)];
if (many < 6 * different || many < 1.5 * few) {
  console.error('changed');
  process.exit(1);
}
JS
node "$work/try.mjs"
