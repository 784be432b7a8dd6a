#!/usr/bin/env bash
# PostgreSQL's hash of a bigint is the XOR of its two halves, so composite keys collapse.
#
# Guess: hashint8 mixes all 64 bits, as every hash table of a benchmark does; a million keys have about a million
# hashes.
# What happens: the upper 32 bits (inverted where the key is negative) are XORed onto the lower 32 before anything is
# mixed. A million keys (a << 32) | b with a and b below 1,024 have 1,024 hashes, also after a shift by -2^63, and with a
# seed (hashint8extended). A point lookup through a hash index then visits the rows of all its namesakes.
# Why it matters: composite keys (tenant and number, x and y of a grid) are what indexes are fed with. A hash index, a
# hash join and a hash aggregate all degrade by the number of namesakes, and the comparison with a B-tree says nothing
# about hash indexes as such.
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

distinct=$(sql <<'SQL'
CREATE TABLE grid AS SELECT (a::bigint << 32) | b AS k FROM generate_series(0, 1023) a, generate_series(0, 1023) b;
SELECT count(*), count(DISTINCT hashint8(k)), count(DISTINCT hashint8(k # (-9223372036854775808)::bigint)),
       count(DISTINCT hashint8extended(k, 7)) FROM grid;
SQL
)
echo "keys | hashes | hashes of the keys shifted by -2^63 | hashes with a seed: $distinct"

plan=$(sql <<'SQL'
CREATE TABLE t AS SELECT (a::bigint << 32) | b AS k FROM generate_series(0, 255) a, generate_series(0, 255) b;
CREATE INDEX ON t USING hash (k);
CREATE TABLE plain AS SELECT i::bigint AS k FROM generate_series(1, 65536) i;
CREATE INDEX ON plain USING hash (k);
VACUUM ANALYZE;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
\echo composite keys:
EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF, SUMMARY OFF) SELECT * FROM t WHERE k = (7::bigint << 32) | 200;
\echo consecutive keys:
EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF, SUMMARY OFF) SELECT * FROM plain WHERE k = 7919;
SQL
)
echo "$plan"

[ "$distinct" = '1048576|1024|1024|1024' ] || { echo 'changed: other numbers of hashes' >&2; exit 1; }
grep -q 'Rows Removed by Index Recheck: 255$' <<<"$plan" || { echo 'changed: no 255 namesakes are visited' >&2; exit 1; }
