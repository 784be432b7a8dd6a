#!/usr/bin/env bash
# SQLite's WITHOUT ROWID tables take 4.5 times the space of others from records of 1,000 bytes on.
#
# Guess: without the rowid there is one tree less or the same, so the table is as large as the other, whatever is in it.
# What happens: such a table is an index, and of an entry of an index at most a quarter of a page stays in the tree. The
# rest goes to overflow pages, and each of them belongs to one row: a value of 980 bytes costs 1,026 bytes, one of
# 1,000 bytes 4,609, as much as one of 4,000. With a rowid it is 1,028 for both. That is after VACUUM. The
# documentation advises against it for rows beyond a twentieth of a page, "not too large", and gives no figure.
# Why it matters: 1,000 bytes are the record of YCSB, in ten fields of 100. Loading writes four times the pages, each
# lookup reads two, and the cache holds a quarter of the rows: "WITHOUT ROWID is slower" is this step and no property of
# the tree below it.
# Package: sqlite3 3.40.1-2+deb12u2, through its shell (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=3.40.1-2+deb12u2
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "sqlite3=$version" "libsqlite3-0=$version" \
  libreadline8=8.2-1.3 libtinfo6=6.4-4)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu:$work/lib/x86_64-linux-gnu
"$work/usr/bin/sqlite3" --version | cut -d ' ' -f 1

# $1: bytes of a value, $2: the end of CREATE TABLE. Prints the bytes of the database for each of 10,000 rows.
cost() {
  "$work/usr/bin/sqlite3" :memory: "PRAGMA page_size = 4096; CREATE TABLE t(k INTEGER PRIMARY KEY, v BLOB) $2;
    INSERT INTO t SELECT value * 1000003, zeroblob($1) FROM generate_series(1, 10000); VACUUM;
    SELECT page_count * 4096 / 10000 FROM pragma_page_count"
}
told=
for size in 100 980 1000 4000; do
  with=$(cost "$size" '')
  without=$(cost "$size" 'WITHOUT ROWID')
  echo "value of $size bytes: $with bytes a row with a rowid, $without without"
  told+="$((10 * without / with)) "
done
if [ "$told" != '10 9 44 11 ' ]; then
  echo "changed: $told" >&2
  exit 1
fi
