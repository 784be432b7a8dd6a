#!/usr/bin/env bash
# Nearest neighbours of a bigint through btree_gist are wrong above 2^53, and nothing rechecks them.
#
# Guess: a GiST index orders by a lower bound of the distance and rechecks with the operator, so that ORDER BY k <-> x
# gives the same rows with the index and without.
# What happens: the index computes the distance as a double and calls it exact. Of 2,000 consecutive keys around 2^62 + 1000
# all are equally near to it, and the "nearest five" are arbitrary ones; the key itself, at distance 0, is not among
# them. Without the index the answer is right.
# Why it matters: a nearest-key lookup is what lower-bound benchmarks do, and real keys (cell ids, hashes, snowflake ids,
# nanoseconds) lie far above 2^53. Whoever takes the index's answer as the truth compares against a wrong one.
# Package: postgresql-15 15.20-0+deb12u1 (Debian 12; btree_gist 1.7 is inside).
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

answers=$(sql <<'SQL'
CREATE EXTENSION btree_gist;
CREATE TABLE t AS SELECT 4611686018427387904 + i AS k FROM generate_series(1, 2000) i ORDER BY hashint4(i);
CREATE INDEX ON t USING gist (k);
VACUUM ANALYZE t;
SET enable_seqscan = off;
\echo with the index:
EXPLAIN (COSTS OFF) SELECT k FROM t ORDER BY k <-> 4611686018427388904 LIMIT 5;
SELECT 'distance ' || abs(k - 4611686018427388904) FROM (SELECT k FROM t ORDER BY k <-> 4611686018427388904 LIMIT 5) AS five;
SET enable_seqscan = on;
SET enable_indexscan = off;
SET enable_indexonlyscan = off;
\echo without:
SELECT 'true distance ' || abs(k - 4611686018427388904) FROM (SELECT k FROM t ORDER BY k <-> 4611686018427388904 LIMIT 5) AS five;
SQL
)
echo "$answers"

grep -q '^true distance 0$' <<<"$answers" || { echo 'changed: the plain answer is wrong too' >&2; exit 1; }
if ! grep -q 'Index.*Scan' <<<"$answers" || grep -q '^distance 0$' <<<"$answers"; then
  echo 'changed: the index is not used, or finds the key' >&2
  exit 1
fi
