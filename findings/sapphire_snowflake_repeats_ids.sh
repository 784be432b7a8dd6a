#!/usr/bin/env bash
# @sapphire/snowflake hands out the same id again as soon as a millisecond has used up its 4,096 numbers.
#
# Guess: a snowflake generator waits for the next millisecond (as Twitter's does) or throws when its sequence is
# exhausted: ids are unique and ascending.
# What happens: the sequence wraps round to 0 within the millisecond. 10,000 ids for one timestamp are 4,096 different
# ones, and a plain loop of a million calls without arguments repeats itself too where the machine makes more than
# 4,096 in a millisecond. The documentation calls what is returned unique.
# Why it matters: snowflake ids are the usual "realistic" keys, and a loader makes thousands in a millisecond. The set
# has fewer keys than were generated, an insert benchmark overwrites, and a B-tree sees no append-only order.
# Package: npm @sapphire/snowflake 3.5.5 (compared with nodejs-snowflake 2.0.1, which waits).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" \
  @sapphire/snowflake@3.5.5 nodejs-snowflake@2.0.1
cat >"$work/try.mjs" <<'JS'
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const sapphire = require('@sapphire/snowflake');
const waiting = require('nodejs-snowflake');
const manifest = await readFile(new URL('node_modules/@sapphire/snowflake/package.json', import.meta.url));
console.log('@sapphire/snowflake', JSON.parse(manifest).version);

const tell = (name, count, next) => {
  const ids = Array.from({ length: count }, next);
  const descents = ids.filter((id, i) => i > 0 && id <= ids[i - 1]).length;
  const distinct = new Set(ids).size;
  console.log(`${name}: ${count} ids, ${distinct} distinct, ${descents} not above the one before`);
  return { distinct, descents };
};
const generator = new sapphire.Snowflake(1420070400000n);
const timestamp = 1700000000000n;
const one = tell('one timestamp', 10000, () => generator.generate({ timestamp }));
tell('a plain loop (depends on the machine)', 1000000, () => generator.generate());
const other = new waiting.Snowflake();
const right = tell('a plain loop of nodejs-snowflake', 100000, () => other.getUniqueID());
if (one.distinct !== 4096 || one.descents !== 2 || right.distinct !== 100000 || right.descents !== 0) {
  console.error('changed');
  process.exit(1);
}
JS
node "$work/try.mjs"
