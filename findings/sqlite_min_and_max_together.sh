#!/usr/bin/env bash
# SQLite's SELECT min(k), max(k) reads the whole table; either of them alone is a lookup.
#
# Guess: both ends of an index are found by two descents, as PostgreSQL and MariaDB do it.
# What happens: the shortcut is taken for a query whose only aggregate is one min or max. With both, with count(*)
# beside it, or with max(k) - min(k), all rows are visited: 700,011 steps of its machine for 100,000 rows, where max(k)
# takes 14, and so with an index as with the rowid. Two subqueries take 37 together. The query plan says SCAN in place
# of SEARCH.
# Why it matters: the domain of the keys is the first thing that is asked of a set, and often in each trial, for the
# bounds of random ranges. It costs a pass over the table there, and warms the cache with all of it.
# Package: sqlite3 3.40.1-2+deb12u2, through its shell (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=3.40.1-2+deb12u2
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "sqlite3=$version" "libsqlite3-0=$version" \
  libreadline8=8.2-1.3 libtinfo6=6.4-4)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu:$work/lib/x86_64-linux-gnu
shell=$work/usr/bin/sqlite3
"$shell" --version | cut -d ' ' -f 1

"$shell" "$work/db" 'CREATE TABLE t(k INTEGER PRIMARY KEY); CREATE TABLE u(k BIGINT NOT NULL);
  INSERT INTO t SELECT value * 1000003 FROM generate_series(1, 100000); INSERT INTO u SELECT k FROM t;
  CREATE UNIQUE INDEX u_k ON u(k); ANALYZE'
# $1: a query. Sets `steps`, the steps of SQLite's virtual machine that it takes, and shows the plan.
steps() {
  local out plan
  out=$("$shell" "$work/db" '.stats vmstep' "$1")
  steps=$(sed -n 's/^VM-steps: *//p' <<<"$out")
  plan=$("$shell" "$work/db" "EXPLAIN QUERY PLAN $1" | sed -n '2s/^[^A-Z]*//p')
  echo "$1: $(head -1 <<<"$out") in $steps steps; $plan"
}
for table in t u; do
  steps "SELECT max(k) FROM $table" && alone=$steps
  steps "SELECT min(k), max(k) FROM $table" && both=$steps
  steps "SELECT max(k), count(*) FROM $table" && counted=$steps
  steps "SELECT (SELECT min(k) FROM $table), (SELECT max(k) FROM $table)" && subqueries=$steps
  if [ "$alone" -gt 50 ] || [ "$subqueries" -gt 100 ] || [ "$both" -lt 100000 ] || [ "$counted" -lt 100000 ]; then
    echo 'changed' >&2
    exit 1
  fi
done
