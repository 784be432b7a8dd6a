#!/usr/bin/env bash
# In SurrealDB the record t:9223372036854775808 has a text for an id, and the same number as a parameter is -2^63.
#
# Guess: numeric record ids are 64-bit integers, in order; one that does not fit is refused.
# What happens: a literal from 2^63 up is taken as text, without a word. Texts come after all numbers, by digits, so
# that 18446744073709551615 lies before 9223372036854775808, and a range over numbers does not reach them. A BigInt of
# the same value that is bound as a parameter is stored as -2^63, before all others: one number, two records. A float
# makes a text, too: type::record("t", 7.0) is not t:7.
# Why it matters: ranges of record ids are what a comparison of ordered stores asks for. Hashes and cell ids fill the
# upper half of 64 bits; half of the keys are then elsewhere in the order, or at its wrong end.
# Package: npm @surrealdb/node 3.0.3 with surrealdb 2.0.8.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" @surrealdb/node@3.0.3 \
  surrealdb@2.0.8
cat >"$work/try.mjs" <<'JS'
import { createNodeEngines } from '@surrealdb/node';
import { Surreal } from 'surrealdb';

const db = new Surreal({ engines: createNodeEngines() });
await db.connect('mem://');
await db.use({ namespace: 'bench', database: 'bench' });
console.log((await db.version()).version);
await db.query('CREATE t:5, t:9223372036854775807, t:9223372036854775808, t:18446744073709551615');
await db.query('CREATE type::record("t", $number)', { number: 2n ** 63n });
await db.query('CREATE type::record("t", 7), type::record("t", 7.0)');
const ids = async (from) => (await db.query(`SELECT VALUE id FROM ${from}`))[0].map(String).join(' ');
const all = await ids('t');
const range = await ids('t:0..=9223372036854775807');
console.log('in order:', all, '\nfrom 0:', range);
await db.close();
const least = 't:-9223372036854775808 t:5 t:7 t:9223372036854775807';
const right = 't:5 t:7 t:9223372036854775807';
if (all !== `${least} t:⟨18446744073709551615⟩ t:⟨7⟩ t:⟨9223372036854775808⟩` || range !== right) {
  console.error('changed');
  process.exit(1);
}
process.exit(0);
JS
node "$work/try.mjs"
