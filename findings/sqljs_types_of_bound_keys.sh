#!/usr/bin/env bash
# sql.js binds a BigInt as text and a number from 2^31 up as a double.
#
# Guess: SQLite has 64-bit integers; a BigInt is bound as one, a whole number below 2^53 too.
# What happens: only numbers that fit into 32 bits arrive as integers. In a column without a type 2^40 is stored as REAL
# and 5n as the text '5', which no comparison with an integer finds and which sorts after every number. A column declared
# INTEGER hides it (affinity converts), an expression on that column does not: "k + 0 >= ?" with 1n is false for every
# key.
# Why it matters: keys are bound parameters. The same statement finds a row or not by how the column was declared, and a key
# in a column without a type or in an expression is of another type than the one that was meant.
# Package: npm sql.js 1.16.0 (SQLite 3.54.1).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" sql.js@1.16.0
cat >"$work/try.mjs" <<'JS'
import initSqlJs from 'sql.js';

const SQL = await initSqlJs();
const db = new SQL.Database();
const first = (sql, values) => db.exec(sql, values)[0].values[0][0];
console.log('SQLite', first('SELECT sqlite_version()'));

const types = [5, 2 ** 31 - 1, 2 ** 31, 2 ** 40, 5n].map((value) => first('SELECT typeof(?)', [value]));
console.log('5, 2^31 - 1, 2^31, 2^40, 5n are bound as', types.join(', '));

db.run('CREATE TABLE bare(k); CREATE TABLE typed(k INTEGER PRIMARY KEY)');
for (const table of ['bare', 'typed']) db.run(`INSERT INTO ${table} VALUES(?)`, [5n]);
const found = {
  'bare column, k = 5': first('SELECT count(*) FROM bare WHERE k = 5'),
  'bare column, k > 1000000': first('SELECT count(*) FROM bare WHERE k > 1000000'),
  'typed column, k >= 1n': first('SELECT count(*) FROM typed WHERE k >= ?', [1n]),
  'typed column, k + 0 >= 1n': first('SELECT count(*) FROM typed WHERE k + 0 >= ?', [1n]),
};
console.log('rows found of the one key 5n:', found);

const same = types.join() === 'integer,integer,real,real,text' && Object.values(found).join() === '0,1,1,0';
if (!same) {
  console.error('changed');
  process.exit(1);
}
JS
node "$work/try.mjs"
