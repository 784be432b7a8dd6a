#!/usr/bin/env bash
# WHERE k = 1000 on a bigint column reads the whole table in spite of its GiST, GIN, RUM or BRIN Bloom index.
#
# Guess: a literal takes the type of the column that it is compared with, and any index over it serves, as a B-tree
# does.
# What happens: 1000 is an integer, and the comparison is that of a bigint with an integer. B-tree, hash and BRIN's
# ranges have this operator in their classes; btree_gist, btree_gin, rum and BRIN's Bloom filters have only bigint
# with bigint. The key is then not looked up in the index, not even where sequential scans are switched off.
# 1000::bigint, a literal above 2^31 and a parameter of a prepared statement (which does take the column's type) find
# it.
# Why it matters: who compares index types with one query over small keys compares a scan with a scan, and finds all
# of these extensions useless; with keys above 2^31 they work, and nothing in the query tells the two apart.
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
CREATE EXTENSION btree_gin;
CREATE EXTENSION rum;
CREATE TABLE t AS SELECT i::bigint * 10 AS k FROM generate_series(1, 100000) i;
VACUUM ANALYZE t;
SQL
# Whether the plan of a query looks its key up in the index that was made.
served() {
  if sql <<<"SET enable_seqscan = off; $1" | grep -q 'Index Cond'; then echo index; else echo table; fi
}
wrong=0
while IFS=: read -r method expected; do
  sql <<<"CREATE INDEX tried ON t USING $method"
  small=$(served 'EXPLAIN SELECT k FROM t WHERE k = 1000')
  cast=$(served 'EXPLAIN SELECT k FROM t WHERE k = 1000::bigint')
  large=$(served 'EXPLAIN SELECT k FROM t WHERE k = 5000000000')
  # shellcheck disable=SC2016  # $1 is the query's
  bound=$(served 'PREPARE p AS SELECT k FROM t WHERE k = $1; EXPLAIN EXECUTE p(1000)')
  echo "$method: k = 1000 $small, 1000::bigint $cast, 5000000000 $large, prepared $bound"
  sql <<<'DROP INDEX tried'
  [ "$small $cast $large $bound" = "$expected index index index" ] || wrong=1
done <<'METHODS'
btree (k):index
hash (k):index
brin (k):index
gist (k):table
gin (k):table
rum (k rum_int8_ops):table
brin (k int8_bloom_ops):table
METHODS
[ "$wrong" = 0 ] || { echo 'changed' >&2; exit 1; }
