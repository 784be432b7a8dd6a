#!/usr/bin/env bash
# MariaDB's BENCHMARK(1000000, (SELECT ...)) looks the row up once.
#
# Guess: BENCHMARK evaluates its second argument as often as it is told; with a scalar subquery these are so many
# lookups.
# What happens: a subquery that depends on nothing is evaluated once and its value kept, the rest of the million are
# reads of that value. The handler's counter shows one key read for a million of a constant key, of a variable, and one
# range for ten thousand of a range. The documentation has the call for measuring how fast an expression is processed
# and does not say it. A subquery that is evaluated each time, since it counts a variable up, no longer uses the index:
# it reads the whole table for each.
# Why it matters: it is the one loop inside the server that leaves out the client and the parser, and so what one tries
# for the bare cost of an index. It gives the time of an empty loop, the same for a lookup and for a range.
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
"$work/usr/sbin/mariadbd" --no-defaults --user="$(id -un)" --datadir="$work/data" --skip-grant-tables \
  --skip-networking --socket="$work/socket" \
  --lc-messages-dir="$work/usr/share/mysql" --innodb-buffer-pool-size=64M >"$work/log" 2>&1 &
server=$!
trap 'kill "$server"; wait "$server" || true; rm -rf "$work"' EXIT
sql() { "$work/usr/bin/mariadb" --no-defaults -S "$work/socket" -N -B -e "$1"; }
for _ in {1..300}; do
  if sql 'SELECT 1' >/dev/null 2>&1; then break; fi
  sleep 0.2
done
sql 'SELECT version()'

sql 'CREATE DATABASE d; USE d; CREATE TABLE t(k BIGINT PRIMARY KEY, v BIGINT) ENGINE = InnoDB;
  INSERT INTO t SELECT seq, seq FROM seq_1_to_1000' >"$work/filled"
# $1: what to run $2 times. Sets `reads` to the reads of a key, of a next key and of a row of a scan that it took.
bench() {
  sql "USE d; SET @k = 500; FLUSH STATUS; SELECT BENCHMARK($2, ($1));
    SHOW STATUS
    WHERE Variable_name IN ('Handler_read_key', 'Handler_read_next', 'Handler_read_rnd_next')" >"$work/reads"
  reads=$(sed 1d "$work/reads" | cut -f2 | xargs)
  echo "$2 times $1: key, next key and scan reads are $reads"
}
bench 'SELECT v FROM t WHERE k = 500' 1000000
constant=$reads
bench 'SELECT v FROM t WHERE k = @k' 1000000
variable=$reads
bench 'SELECT MAX(v) FROM t WHERE k BETWEEN 101 AND 200' 10000
range=$reads
bench 'SELECT v FROM t WHERE k = (@k := @k + 1)' 10
if [ "$constant, $variable, $range, $reads" != '1 0 0, 1 0 0, 1 100 0, 0 0 10010' ]; then
  echo 'changed' >&2
  exit 1
fi
