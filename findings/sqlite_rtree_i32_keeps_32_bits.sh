#!/usr/bin/env bash
# SQLite's integer R-tree keeps the lower 32 bits of what it is given.
#
# Guess: rtree_i32 refuses an integer that does not fit into 32 bits, or clamps it to the end of the range; a sum of two
# constraints on a float R-tree is at worst a little generous.
# What happens: 2^32 + 7 is stored as 7, without an error, and is found there. The ordinary R-tree rounds to single
# precision: of the interval from 1700000001 to 1700000002 both ends become other numbers, 256 apart, so that a query for
# exactly that interval finds nothing.
# Why it matters: the R-tree is SQLite's only index for "which interval holds this key" (address ranges, validity times,
# bounding boxes of cells), and 64-bit starts and seconds since 1970 are what such intervals are made of.
# Package: sqlite3 3.40.1-2+deb12u2 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=3.40.1-2+deb12u2
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "sqlite3=$version" "libsqlite3-0=$version")
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu
sql() { "$work/usr/bin/sqlite3" :memory: "$1"; }
sql "SELECT 'SQLite ' || sqlite_version()"

integers=$(sql "CREATE VIRTUAL TABLE t USING rtree_i32(id, low, high);
  INSERT INTO t VALUES (1, 4294967296 + 7, 4294967296 + 9);
  SELECT low, high, (SELECT count(*) FROM t WHERE low >= 7 AND high <= 9),
         (SELECT count(*) FROM t WHERE low >= 4294967296 + 7) FROM t;")
echo "rtree_i32 of 2^32 + 7 to 2^32 + 9: low | high | found at 7 to 9 | found from 2^32 + 7 on: $integers"
floats=$(sql "CREATE VIRTUAL TABLE t USING rtree(id, low, high);
  INSERT INTO t VALUES (1, 1700000001, 1700000002);
  SELECT printf('%.0f', low), printf('%.0f', high), (SELECT count(*) FROM t WHERE low >= 1700000001 AND high <= 1700000002)
  FROM t;")
echo "rtree of 1700000001 to 1700000002: low | high | found within 1700000001 to 1700000002: $floats"

if [ "${integers%|*}" != '7|9|1' ] || [ "${floats##*|}" != 0 ]; then
  echo 'changed' >&2
  exit 1
fi
