#!/usr/bin/env bash
# A two-sided range through btree_gin reads the index twice over: each bound by itself.
#
# Guess: BETWEEN over a narrow window descends to its lower end and walks to its upper end, as in a B-tree; GIN keeps its
# keys in a B-tree after all.
# What happens: every condition is a scan of its own. "k >= a" walks from a to the end, "k <= b" from the beginning to b, and
# the two lists are intersected: eleven rows out of 200,000 cost over a thousand pages, near the whole index.
# Why it matters: range scans through GIN grow with the table and not with the range. A benchmark that offers btree_gin as
# "ordered" because it answers BETWEEN measures a full index scan.
# Package: postgresql-15 15.20-0+deb12u1 (Debian 12; btree_gin 1.3 is inside).
set -euo pipefail
unset "${!PG@}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"

version=15.20-0+deb12u1
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "postgresql-15=$version" "postgresql-client-15=$version" \
  "libpq5=$version")
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
bin=$work/usr/lib/postgresql/15/bin
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu

# A private server on a socket in the temporary folder; PostgreSQL refuses to run as root.
mkdir "$work/pg"
as=()
if [ "$(id -u)" = 0 ]; then
  as=(runuser -u nobody --)
  chown nobody "$work/pg"
fi
"${as[@]}" "$bin/initdb" -D "$work/pg/data" -A trust -U bench --locale=C >"$work/initdb.log"
control() { "${as[@]}" "$bin/pg_ctl" -D "$work/pg/data" -l "$work/pg/log" "$@" >"$work/control.log"; }
options="-k $work/pg -c listen_addresses= -c fsync=off -c jit=off -c max_parallel_workers_per_gather=0"
trap 'control -m immediate stop; rm -rf "$work"' EXIT
control -w -o "$options" start
sql() { "$bin/psql" -X -q -A -t -v ON_ERROR_STOP=1 -h "$work/pg" -U bench -d postgres; }
sql <<<'SELECT version()'

pages() { # $1: kind of index
  sql <<SQL
CREATE EXTENSION IF NOT EXISTS btree_gin;
DROP TABLE IF EXISTS t;
CREATE TABLE t AS SELECT i::bigint AS k FROM generate_series(1, 200000) i;
CREATE INDEX i ON t USING $1 (k);
VACUUM ANALYZE t;
SET enable_seqscan = off;
SELECT '$1 index, pages: ' || pg_relation_size('i') / 8192;
EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF, SUMMARY OFF)
SELECT * FROM t WHERE k BETWEEN 100000::bigint AND 100010::bigint;
SQL
}
# Pages that the first line with buffers counts: those of the whole plan.
touched() { sed -n '/Buffers:/{s/[^0-9]*\([0-9]*\)[^0-9]*\([0-9]*\).*/\1 + 0\2/p;q}' <<<"$1"; }

tree=$(pages btree)
echo "$tree"
gin=$(pages gin)
echo "$gin"
echo "pages touched for 11 rows: B-tree $(($(touched "$tree"))), GIN $(($(touched "$gin")))"

[ "$(($(touched "$tree")))" -lt 20 ] || { echo 'changed: the B-tree reads more' >&2; exit 1; }
[ "$(($(touched "$gin")))" -gt 800 ] || { echo 'changed: GIN reads less' >&2; exit 1; }
