#!/usr/bin/env bash
# One key of 2^63 or more in an IN list makes PostgreSQL read the whole table.
#
# Guess: a constant beyond bigint is an error, or the planner sees that no bigint equals it; the other keys of the list
# are looked up in the index.
# What happens: the literal is a numeric, and with it the whole list; the column is cast to numeric, for which there is
# no index. IN with two keys of a table of 300,001 reads ten pages, IN with one of them and 2^63 the whole table, and
# so does "k = 9223372036854775808". "k < 2^20" does too: a power is a double. The documentation tells how a literal
# gets its type, not this consequence.
# Why it matters: unsigned keys, and misses beyond the largest key, are part of a lookup workload. A driver that writes
# literals, or sends large integers as numeric, measures sequential scans, and one such key spoils a batch of a
# thousand.
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
CREATE TABLE t AS SELECT i * 1000000007::bigint AS k FROM generate_series(0, 300000) i;
ALTER TABLE t ADD PRIMARY KEY (k);
VACUUM ANALYZE t;
SQL
# $1: a condition. Prints how the table is read, how many pages that takes, and what is filtered.
read_by() {
  local plan
  plan=$(sql <<<"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF, SUMMARY OFF) SELECT k FROM t WHERE $1")
  local pages
  pages=$(sed -n 's/.*Buffers: //p' <<<"$plan" | head -1 | tr ' ' '\n' | sed -n 's/hit=\|read=//p' | paste -sd +)
  echo "$(head -1 <<<"$plan" | sed 's/ (.*//; s/ using.*//'), $((pages)) pages"
}
few=$(read_by 'k IN (5000000035, 7000000049)')
list=$(read_by 'k IN (5000000035, 9223372036854775808)')
one=$(read_by 'k = 9223372036854775808')
power=$(read_by 'k < 2^20')
echo "k IN (two keys): $few"
echo "k IN (a key, 2^63): $list"
echo "k = 2^63: $one"
echo "k < 2^20: $power"
if [[ $few != *'Only Scan'* || $list != 'Seq Scan'* || $one != 'Seq Scan'* || $power != 'Seq Scan'* ]]; then
  echo 'changed' >&2
  exit 1
fi
