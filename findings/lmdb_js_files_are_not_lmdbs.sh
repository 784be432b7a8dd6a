#!/usr/bin/env bash
# A store written by lmdb-js is "not an LMDB file" to LMDB's own tools.
#
# Guess: LMDB's file format has been the same for a decade, and a binding to it writes it: mdb_stat tells pages and
# depth, mdb_dump the entries, as with py-lmdb's and every other binding's files.
# What happens: the npm package builds upon the unreleased version 1.0, with another layout of pages. mdb_stat and
# mdb_dump of the released one end with MDB_INVALID. Deep in the README a flag for building from source is mentioned
# that brings the old format back.
# Why it matters: a set is loaded by a script in JavaScript and measured by a program in C, or the depth of a tree is
# read off mdb_stat. One takes the error for a broken copy; and what is measured through the npm package is not the
# engine that other programs link.
# Package: npm lmdb 3.5.6; lmdb-utils 0.9.24-1 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" lmdb@3.5.6
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download {lmdb-utils,liblmdb0}=0.9.24-1)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu

cat >"$work/write.mjs" <<'JS'
import { readFile } from 'node:fs/promises';
import { open } from 'lmdb';

const manifest = await readFile(new URL('node_modules/lmdb/package.json', import.meta.url));
console.log('lmdb (npm)', JSON.parse(manifest).version);
const store = open({ path: process.argv[2], keyEncoding: 'binary', encoding: 'binary' });
for (let i = 0; i < 100; i += 1) store.putSync(Buffer.from(`key ${i}`), Buffer.from('value'));
console.log('lmdb-js reads', store.getKeysCount(), 'keys');
await store.close();
JS
node "$work/write.mjs" "$work/js"

mkdir "$work/own"
printf 'key\nvalue\n' | "$work/usr/bin/mdb_load" -T "$work/own"
"$work/usr/bin/mdb_stat" -V
echo "mdb_dump of a store of its own: $("$work/usr/bin/mdb_dump" -p "$work/own" | grep -c '^ key$') key"
if "$work/usr/bin/mdb_stat" "$work/js" >"$work/told" 2>&1 || ! grep -q MDB_INVALID "$work/told"; then
  echo 'changed' >&2
  exit 1
fi
echo "mdb_stat of the store of lmdb-js: $(cat "$work/told")"
