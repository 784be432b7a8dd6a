#!/usr/bin/env bash
# A BRIN bloom index with its defaults filters next to nothing on a column of unique keys.
#
# Guess: false_positive_rate is 0.01, so a point lookup reads about one block range in a hundred besides the right one.
# What happens: the filter of a range is sized for n_distinct_per_range, by default a tenth of the rows that fit into the
# range. Unique keys overfill it tenfold, every bit is set, and a lookup rechecks nearly the whole table. With
# n_distinct_per_range = -1 (as many as rows) the promise holds, for an index about twenty times as large, and only for ranges
# of few pages: from 32 on CREATE INDEX refuses a filter larger than a page, and the default is 128.
# Why it matters: unique keys are what an index benchmark uses. "BRIN bloom is as slow as a sequential scan, and tiny"
# would be a statement about one default.
# Package: postgresql-15 15.20-0+deb12u1 (Debian 12).
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

# $1: options of the operator class; prints "bytes of the index | rows removed by recheck".
measure() {
  sql <<SQL
DROP TABLE IF EXISTS t;
SELECT setseed(0.5) \g /dev/null
CREATE TABLE t AS SELECT (random() * 9e18)::bigint AS k FROM generate_series(1, 200000);
CREATE INDEX bloom ON t USING brin (k int8_bloom_ops$1) WITH (pages_per_range = 16);
VACUUM ANALYZE t;
SET enable_seqscan = off;
SELECT 'bytes of the index: ' || pg_relation_size('bloom');
SELECT k AS present FROM t OFFSET 100000 LIMIT 1 \gset
EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) SELECT * FROM t WHERE k = :present;
SQL
}
removed() { sed -n 's/.*Rows Removed by Index Recheck: //p' <<<"$1"; }

usual=$(measure '')
echo "with defaults, 200,000 unique keys:"; echo "$usual"
sized=$(measure '(n_distinct_per_range = -1)')
echo "with n_distinct_per_range = -1:"; echo "$sized"

[ "$(removed "$usual")" -gt 150000 ] || { echo 'changed: the default filter now filters' >&2; exit 1; }
[ "$(removed "$sized")" -lt 30000 ] || { echo 'changed: a filter sized for all rows does not filter' >&2; exit 1; }
