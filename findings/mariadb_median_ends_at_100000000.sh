#!/usr/bin/env bash
# MariaDB's MEDIAN of keys or times above 100,000,000 is 100,000,000.
#
# Guess: MEDIAN and PERCENTILE_CONT are right for any number that the column holds, perhaps rounded to a double.
# What happens: both are of type DOUBLE(18,10), and the temporary table behind every window function clamps what has
# more than eight digits before the point: the median of 1,700,000,000,001 to ...003 is shown as 100000000.0000000000,
# of INT, BIGINT and DOUBLE columns alike, and a negative one as -100000000. There is no error and no warning, in strict
# mode either. Comparing it inside the same SELECT finds the right value, and PERCENTILE_DISC is exact.
# Why it matters: the median of latencies in nanoseconds is right below a tenth of a second and 0.1 s from there on, and
# medians of keys or of milliseconds since 1970 are all the same number. Small test data come out right.
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
  --skip-networking --socket="$work/socket" --lc-messages-dir="$work/usr/share/mysql" \
  --innodb-buffer-pool-size=64M >"$work/log" 2>&1 &
server=$!
trap 'kill "$server"; wait "$server" || true; rm -rf "$work"' EXIT
sql() { "$work/usr/bin/mariadb" --no-defaults -S "$work/socket" -N -B -e "$1"; }
for _ in {1..300}; do
  if sql 'SELECT 1' >/dev/null 2>&1; then break; fi
  sleep 0.2
done
sql 'SELECT version()'
echo "sql_mode: $(sql 'SELECT @@sql_mode')"

# $1: what is added to 1, 2 and 3. Prints their median as BIGINT and as DOUBLE, PERCENTILE_CONT, PERCENTILE_DISC, and
# the warnings.
median() {
  sql "CREATE OR REPLACE DATABASE d; USE d; CREATE TABLE t(k BIGINT PRIMARY KEY, x DOUBLE);
    INSERT INTO t SELECT $1 + CAST(seq AS SIGNED) AS k, $1 + CAST(seq AS SIGNED) FROM seq_1_to_3;
    SELECT MEDIAN(k) OVER (), MEDIAN(x) OVER (), PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY k) OVER (),
      PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY k) OVER () FROM t LIMIT 1;
    SHOW COUNT(*) WARNINGS" | paste -sd ' ' | tr '\t' ' '
}
told=
for base in 99999000 100000000 1700000000000 -1700000000005; do
  of=$(median "$base")
  echo "$base + 1, 2, 3: $of"
  told+="${of%% *} ${of##* } "
done
within=$(sql 'SELECT DISTINCT MEDIAN(k) OVER () = -1700000000003 FROM d.t')
type=$(sql 'CREATE TABLE d.m AS SELECT MEDIAN(k) OVER () AS m FROM d.t LIMIT 0; SHOW COLUMNS FROM d.m' | cut -f 2)
echo "compared inside the SELECT it is right: $within; type: $type"
expected='99999002.0000000000 0 100000000.0000000000 0 100000000.0000000000 0 -100000000.0000000000 0 '
if [ "$told" != "$expected" ] || [ "$within $type" != '1 double(18,10)' ]; then
  echo "changed: $told" >&2
  exit 1
fi
