#!/usr/bin/env bash
# In npm's snap-db "lte: 50" leaves 50 out and "lt: 50" includes it; backwards "gte" and "gt" are exchanged as well.
#
# Guess: gt, gte, lt and lte bound a query as they say, as in LevelDB's bindings, and reverse gives the same entries in
# the other order, as the description says.
# What happens: the bound at which a walk ends is taken the wrong way round: forwards that is the upper one, backwards
# the lower one. Of 0, 10, ..., 90 the query {gte: 20, lte: 50} gives 20 to 40, {gt: 20, lt: 50} gives 30 to 50, and
# backwards 50 to 30 and 40 to 20. A bound in a gap does not show it.
# Why it matters: it is a sorted store of log-structured files in plain JavaScript. Ranges whose ends are keys are off
# by one row at one end; {gte, lt}, the half-open ranges that split a table into parts, have every border twice.
# Package: npm snap-db 1.1.6.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" snap-db@1.1.6
cat >"$work/try.cjs" <<'JS'
const { readFileSync } = require('node:fs');
const { SnapDB } = require('snap-db');

console.log('snap-db', JSON.parse(readFileSync(`${__dirname}/node_modules/snap-db/package.json`)).version);
const ask = (store, query) => new Promise((resolve, reject) => {
  const keys = [];
  const finish = (error) => {
    if (error) return reject(error);
    console.log(`${JSON.stringify(query)}: ${keys.join(' ')}`);
    return resolve(keys.join(' '));
  };
  store.query({ ...query, values: false }, (key) => keys.push(key), finish);
});
(async () => {
  const store = new SnapDB({ dir: `${__dirname}/store`, key: 'int', mainThread: true });
  await store.ready();
  for (let key = 0; key < 100; key += 10) await store.put(key, `value ${key}`);
  const told = [];
  for (const reverse of [false, true]) {
    told.push(await ask(store, { gte: 20, lte: 50, reverse }), await ask(store, { gt: 20, lt: 50, reverse }));
  }
  const gap = await ask(store, { gte: 15, lte: 55 });
  await store.close();
  const changed = told.join() !== '20 30 40,30 40 50,50 40 30,40 30 20' || gap !== '20 30 40 50';
  if (changed) console.error('changed');
  process.exit(changed ? 1 : 0);
})();
JS
node "$work/try.cjs"
