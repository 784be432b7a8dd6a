#!/usr/bin/env bash
# k <@ int8range(100, 200) reads the whole table, where k >= 100 AND k < 200 reads seven pages.
#
# Guess: "contained in a range" is what BETWEEN is; the planner turns it into two bounds on the primary key, a B-tree.
# What happens: the operator is none of a B-tree's, nor of btree_gist's: all 200,000 rows are read and filtered, for a
# range that holds one key, too, and with enable_seqscan off it is the whole index. 1,000 rows are expected each time, a
# fixed half of a per cent, where 10, 1 or 199,999 are found; for the two bounds it is 11 for 10.
# Why it matters: range types are PostgreSQL's way to pass bounds as one parameter, with their kinds of ends, and a
# benchmark of range scans that does so measures sequential scans, for each index alike.
# Package: postgresql-15 15.20-0+deb12u1 with its contrib modules (Debian 12).
set -euo pipefail
unset "${!PG@}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"

version=15.20-0+deb12u1
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download {postgresql-15,postgresql-client-15}="$version" \
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
trap 'control -m immediate stop; rm -rf "$work"' EXIT
control -w -o "-k $work/pg -c listen_addresses= -c fsync=off -c max_parallel_workers_per_gather=0" start
sql() { "$bin/psql" -X -q -A -t -v ON_ERROR_STOP=1 -h "$work/pg" -U bench -d postgres; }
sql <<<'SHOW server_version'

sql <<'SQL'
CREATE EXTENSION btree_gist;
CREATE TABLE t AS SELECT i::bigint * 10 AS k FROM generate_series(1, 200000) i;
ALTER TABLE t ADD PRIMARY KEY (k);
CREATE INDEX ON t USING gist (k);
VACUUM ANALYZE t;
SQL
# $1: a condition, $2: whether sequential scans are allowed. Sets `pages`, those that the query reads, and shows more.
ask() {
  local plan
  plan=$(sql <<<"SET enable_seqscan = $2; EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) SELECT k FROM t WHERE $1")
  pages=$(sed -n 's/.*Buffers: shared hit=\([0-9]*\)\( read=\([0-9]*\)\)\?.*/\1 \3/p' <<<"$plan" | head -1)
  pages=$((${pages/ /+}+0))
  echo "$1: ${plan%% (*}, $(grep -o 'rows=[0-9]*' <<<"$plan" | head -2 | paste -sd ' ') (expected, found), $pages pages"
}
ask 'k >= 100 AND k < 200' on && bounds=$pages
ask 'k <@ int8range(100, 200)' on && range=$pages
ask 'k <@ int8range(100, 200)' off && forced=$pages
ask "k <@ int8range(100, 100, '[]')" on && one=$pages
ask 'k <@ int8range(0, 2000000)' on && all=$pages
if [ "$bounds" -gt 20 ] || [ "$range" -lt 500 ] || [ "$forced" -lt 500 ] || [ "$one" -lt 500 ] ||
  [ "$all" -lt 500 ]; then
  echo 'changed' >&2
  exit 1
fi
