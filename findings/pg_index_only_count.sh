#!/usr/bin/env bash
# count(*) is an index-only scan even of an index that can give no column back.
#
# Guess: an index-only scan needs an access method that returns the indexed value (amcanreturn); with an index that cannot,
# such as GiST on polygons, a query that is kept off the table's scan walks index and table.
# What happens: the planner asks for the columns that the query needs. count(*) without a condition needs none, so every
# index with a whole-index scan will do: the plan says Index Only Scan, and not one page of a vacuumed table is read. An access
# method that offers such scans and returns no tuple then fails with "no data returned for index-only scan".
# Why it matters: "SELECT count(*)" is how one warms a table up, or checks that an index holds all rows. It reads the index
# alone, so the table stays cold, and the count is that of the index where the visibility map lets it. count(COLUMN) reads both.
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

sql <<'SQL'
CREATE TABLE t AS SELECT polygon(box(point(i, i), point(i + 1, i + 1))) AS p, i AS v FROM generate_series(1, 50000) i;
CREATE INDEX i ON t USING gist (p);
VACUUM ANALYZE t;
SELECT 'pages of the table: ' || pg_relation_size('t') / 8192;
SELECT 'the index can give its column back: ' || pg_index_column_has_property('i', 1, 'returnable');
SQL

# What a statement reads of the table, and its plan.
touched() {
  sql <<SQL
SET enable_seqscan = off;
BEGIN;
$1;
SELECT 'table pages: ' || pg_stat_get_xact_blocks_fetched('t'::regclass);
EXPLAIN (COSTS OFF) $1;
SQL
}
none=$(touched 'SELECT count(*) FROM t')
echo "count(*): $none"
one=$(touched 'SELECT count(v) FROM t WHERE p && polygon(box(point(0, 0), point(60000, 60000)))')
echo "count(v), with a condition on p: $one"

grep -q 'Index Only Scan using i' <<<"$none" || { echo 'changed: count(*) is no index-only scan' >&2; exit 1; }
# A page or two are those of the visibility map.
[ "$(sed -n 's/table pages: //p' <<<"$none")" -lt 5 ] || { echo 'changed: count(*) reads the table' >&2; exit 1; }
[ "$(sed -n 's/table pages: //p' <<<"$one")" -gt 500 ] || { echo 'changed: the other query reads less' >&2; exit 1; }
