#!/usr/bin/env bash
# MariaDB's DISTINCT and GROUP BY merge all values of FLOOR(double) from 10^17 up into one.
#
# Guess: FLOOR of a double is a double, and grouping by it keeps what SELECT shows apart; a value that does not fit is
# an error in strict mode, which is the default.
# What happens: FLOOR, CEILING, ROUND and TRUNCATE of a double are of type DOUBLE(17,0), and the temporary table that
# groups them holds at most 10^17 and clamps what is larger. Three keys above 2^60 are shown apart by SELECT and as
# 100000000000000000 by SELECT DISTINCT; of 10,000 keys up to 10^18 GROUP BY finds 1,000 groups, the last with 9,001
# rows. No error, no warning. Only CREATE TABLE ... AS SELECT refuses.
# Why it matters: FLOOR(key / width) is how a histogram of keys is made, FLOOR(RAND() * n) how keys are made, and
# COUNT(DISTINCT) how one checks that they are unique. Above 10^17 the first has one giant bar, and the last says a
# tenth.
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

# 10,000 keys, 10^14 apart; doubles hold each of them exactly.
sql 'CREATE DATABASE d; USE d; CREATE TABLE t(k DOUBLE PRIMARY KEY);
  INSERT INTO t SELECT seq * 1e14 FROM seq_1_to_10000'
echo "sql_mode: $(sql 'SELECT @@sql_mode')"
shown=$(sql 'SELECT FLOOR(POW(2, 60) + seq * 1000) FROM d.seq_1_to_3' | paste -sd ' ')
distinct=$(sql 'SELECT DISTINCT FLOOR(POW(2, 60) + seq * 1000) FROM d.seq_1_to_3' | paste -sd ' ')
echo "SELECT: $shown | SELECT DISTINCT: $distinct"
counts=$(sql 'SELECT COUNT(DISTINCT k), COUNT(DISTINCT FLOOR(k)), COUNT(DISTINCT CEILING(k)), COUNT(DISTINCT ROUND(k)),
                     COUNT(DISTINCT TRUNCATE(k, 0)), COUNT(DISTINCT CAST(FLOOR(k) AS UNSIGNED)) FROM d.t' | tr '\t' ' ')
echo "distinct of 10,000: k, FLOOR, CEILING, ROUND, TRUNCATE, FLOOR cast to an integer: $counts"
largest=$(sql 'SELECT FLOOR(k) AS bar, COUNT(*) FROM d.t GROUP BY bar ORDER BY 2 DESC LIMIT 1' | tr '\t' ' ')
warnings=$(sql 'SELECT COUNT(*) FROM (SELECT FLOOR(k) AS bar FROM d.t GROUP BY bar) AS g; SHOW COUNT(*) WARNINGS' | tail -1)
echo "largest group and its rows: $largest; warnings: $warnings"
created=$(sql 'CREATE TABLE d.c AS SELECT FLOOR(k) AS bar FROM d.t' 2>&1 | tail -1) || true
echo "CREATE TABLE AS: $created"

if [ "$distinct" != 100000000000000000 ] || [ "$counts" != '10000 1000 1000 1000 1000 10000' ] ||
  [ "$largest" != '100000000000000000 9001' ] || [ "$warnings" != 0 ]; then
  echo 'changed' >&2
  exit 1
fi
