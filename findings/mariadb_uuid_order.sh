#!/usr/bin/env bash
# MariaDB orders a UUID column by its last digits first, for all versions below 6.
#
# Guess: a UUID compares as its 16 bytes do, which is also the order of its text, as in PostgreSQL and DuckDB.
# What happens: the groups between the dashes are stored and compared from right to left (made for version 1), so
# random UUIDs (version 4) are ordered by their last 12 digits. BETWEEN a and b, with a before b as text, finds nothing
# where the last groups lie the other way round, and finds others. Versions 6 and up are compared as bytes since
# 10.11.5; in one column the two orders are mixed. The page of the type says how values are stored; nothing says that
# BETWEEN follows it.
# Why it matters: random UUIDs are a usual key set. ORDER BY, MIN, MAX, ranges and cursors ("the next 100 after this
# key") give other answers than any other engine and than the sorted file, and all of them are plausible.
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

sql "CREATE DATABASE d; CREATE TABLE d.t(k UUID PRIMARY KEY, text VARCHAR(36) CHARACTER SET ascii);
  INSERT INTO d.t SELECT id, id FROM (
    SELECT '10000000-0000-4000-8000-000000000009' AS id UNION ALL SELECT '20000000-0000-4000-8000-000000000005' UNION ALL
    SELECT '30000000-0000-4000-8000-000000000001' UNION ALL SELECT '018bcfe5-6800-7000-8000-000000000009' UNION ALL
    SELECT '018bcfe5-6801-7000-8000-000000000005' UNION ALL SELECT '018bcfe5-6802-7000-8000-000000000001') AS ids"
echo 'in the order of the column:'
sql 'SELECT k FROM d.t ORDER BY k'
first=$(sql 'SELECT k FROM d.t ORDER BY k' | head -1)
range="BETWEEN '10000000-0000-4000-8000-000000000009' AND '30000000-0000-4000-8000-000000000001'"
counts=$(sql "SELECT SUM(k $range), SUM(text $range) FROM d.t" | tr '\t' ' ')
echo "rows from 10000000-... to 30000000-..., as UUID and as text: $counts"
seven=$(sql "SELECT GROUP_CONCAT(SUBSTR(text, 13, 1) ORDER BY k SEPARATOR '') FROM d.t WHERE text LIKE '018b%68%'")
echo "last digits of the second group of those of version 7, in order: $seven"

if [ "$first" != 30000000-0000-4000-8000-000000000001 ] || [ "$counts" != '0 3' ] || [ "$seven" != 012 ]; then
  echo 'changed' >&2
  exit 1
fi
