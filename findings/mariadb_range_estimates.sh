#!/usr/bin/env bash
# InnoDB's row estimate of a range doubles beyond a few pages and ends at half of the table.
#
# Guess: EXPLAIN descends the primary key to both ends of the range, so on consecutive keys its estimate is good to some per
# cent for any width.
# What happens: up to 2,001 rows it is exact. 12,001 rows are announced as about twice as many, and ranges of 30, 60 and 90 per
# cent of the table all as one half, right after ANALYZE, in a table that was filled in order.
# Why it matters: estimates are the obvious yardstick for learned cardinality estimators, and they choose between index and
# scan in a benchmark of ranges. Selectivities above a tenth cannot be told apart by them.
# Package: mariadb-server-core 1:10.11.19-0+deb12u1 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=1:10.11.19-0+deb12u1
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "mariadb-server-core=$version" \
  "mariadb-client-core=$version" liburing2=2.3-3 libaio1=0.3.113-4)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu:$work/lib/x86_64-linux-gnu

# Without system tables: no accounts, no network, a socket in the temporary folder.
mkdir "$work/data"
"$work/usr/sbin/mariadbd" --no-defaults --user="$(id -un)" --datadir="$work/data" --skip-grant-tables --skip-networking \
  --socket="$work/socket" --lc-messages-dir="$work/usr/share/mysql" --innodb-buffer-pool-size=64M >"$work/log" 2>&1 &
server=$!
trap 'kill "$server"; wait "$server" || true; rm -rf "$work"' EXIT
sql() { "$work/usr/bin/mariadb" --no-defaults -S "$work/socket" -N -B -e "$1"; }
for _ in {1..300}; do
  if sql 'SELECT 1' >/dev/null 2>&1; then break; fi
  sleep 0.2
done
sql 'SELECT version()'

sql 'CREATE DATABASE d; USE d; CREATE TABLE t(k BIGINT UNSIGNED PRIMARY KEY, v BIGINT) ENGINE = InnoDB;
  INSERT INTO t SELECT seq, seq FROM seq_1_to_200000; ANALYZE TABLE t' >"$work/filled"
# $1: rows in the range. Prints what EXPLAIN expects.
estimate() { sql "EXPLAIN SELECT v FROM d.t WHERE k BETWEEN 1001 AND 1000 + $1" | cut -f9; }
small=$(estimate 2001)
middle=$(estimate 12001)
third=$(estimate 60000)
most=$(estimate 180000)
echo "of 200,000 rows: 2,001 expected as $small, 12,001 as $middle, 60,000 as $third, 180,000 as $most"
if [ "$small" != 2001 ] || [ "$middle" -lt 18000 ] || [ "$third" -lt 90000 ] || [ "$most" != "$third" ]; then
  echo 'changed' >&2
  exit 1
fi
