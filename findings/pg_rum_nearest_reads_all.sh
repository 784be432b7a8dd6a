#!/usr/bin/env bash
# A RUM index gives the three nearest keys only by reading all of itself and sorting them on disk.
#
# Guess: ORDER BY k <=> x LIMIT 3, which is what rum's classes have distances for, is a nearest-neighbour search: it
# starts at x and stops after three entries, as with GiST.
# What happens: left alone, the planner reads the table and sorts it. With sequential scans switched off the plan is
# "Index Scan, Order By", to a word that of GiST; but RUM fetches all entries, computes their distances, sorts them
# (beyond work_mem in temporary files) and then gives them out. Some 1,400 pages are read and 2,500 written for three
# rows of 200,000, where GiST reads some thirty.
# Why it matters: RUM and GiST are the two kinds of index that offer it. The cost of RUM's grows with the table and
# not with the limit, and EXPLAIN without BUFFERS shows nothing of it.
# Package: postgresql-15 15.20-0+deb12u1 and postgresql-15-rum 1.3.13-1+deb12u1 (Debian 12).
set -euo pipefail
unset "${!PG@}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"

version=15.20-0+deb12u1
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "libpq5=$version" \
  {postgresql-15,postgresql-client-15}="$version" postgresql-15-rum=1.3.13-1+deb12u1)
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
CREATE EXTENSION btree_gist;
CREATE EXTENSION rum;
CREATE TABLE t AS SELECT i::bigint * 10 AS k FROM generate_series(1, 200000) i;
CREATE INDEX by_rum ON t USING rum (k rum_int8_ops);
VACUUM ANALYZE t;
SQL
# The pages that a query for the three nearest reads by an index, and those it writes to temporary files.
ask() {
  local plan pages written
  plan=$(sql <<SQL
SET enable_seqscan = off;
EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF) SELECT k FROM t ORDER BY k $2 500005::bigint LIMIT 3
SQL
  )
  grep -m 1 -o "Index.*Scan using $1 on t" <<<"$plan"
  pages=$(grep -m 1 -o 'shared [^,]*' <<<"$plan" | grep -o '\(hit\|read\)=[0-9]*' | sed 's/.*=/+/' | tr -d '\n')
  pages=$((0$pages))
  written=$(grep -m 1 -o 'written=[0-9]*' <<<"$plan" | grep -o '[0-9]*' || echo 0)
  echo "$1: $pages pages read, $written written to temporary files"
  told="$pages $written"
}
ask by_rum '<=>'
read -r rum_pages rum_written <<<"$told"
chosen=$(sql <<<'EXPLAIN (COSTS OFF) SELECT k FROM t ORDER BY k <=> 500005 LIMIT 3' | grep -o '[A-Z][a-z]* Scan.*')
echo "without that setting: $chosen"
echo "size of the RUM index: $(sql <<<"SELECT pg_relation_size('by_rum') / 8192") pages"
sql <<<'CREATE INDEX by_gist ON t USING gist (k); VACUUM ANALYZE t'
ask by_gist '<->'
read -r gist_pages gist_written <<<"$told"

if [ "$rum_pages" -lt 500 ] || [ "$rum_written" -lt 500 ] || [ "$gist_pages" -gt 50 ] || [ "$gist_written" != 0 ]; then
  echo 'changed' >&2
  exit 1
fi
