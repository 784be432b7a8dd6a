#!/usr/bin/env bash
# mysqlslap's "read" load reads the whole table each time, and its 1,000 generated rows are 999, ten different ones.
#
# Guess: --auto-generate-sql fills a table with as many random rows as asked for, and the load types read and key differ
# in how rows are found.
# What happens: one row less than --auto-generate-sql-write-number (99 by default) is inserted, out of ten statements
# that take turns, so that a column has ten values. "read" sends the same SELECT without a WHERE, and every query
# returns all rows; only "key" looks rows up, by a random id. The help tells of the ten, in an option of its own.
# Why it matters: it comes with the server and is the first load generator at hand. "Read" tells the speed of a scan,
# and an index on a generated column is an index on ten values.
# Package: mariadb-client 1:10.11.19-0+deb12u1 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=1:10.11.19-0+deb12u1
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "mariadb-server-core=$version" \
  "mariadb-client-core=$version" "mariadb-client=$version" liburing2=2.3-3 libaio1=0.3.113-4)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu:$work/lib/x86_64-linux-gnu

# Without system tables: no accounts, no network, a socket in the temporary folder.
mkdir "$work/data"
"$work/usr/sbin/mariadbd" --no-defaults --user="$(id -un)" --datadir="$work/data" --skip-grant-tables \
  --skip-networking --socket="$work/socket" \
  --lc-messages-dir="$work/usr/share/mysql" --innodb-buffer-pool-size=64M \
  --general-log --general-log-file="$work/general" >"$work/log" 2>&1 &
server=$!
trap 'kill "$server"; wait "$server" || true; rm -rf "$work"' EXIT
sql() { "$work/usr/bin/mariadb" --no-defaults -S "$work/socket" -N -B -e "$1"; }
for _ in {1..300}; do
  if sql 'SELECT 1' >/dev/null 2>&1; then break; fi
  sleep 0.2
done
sql 'SELECT version()'

# $1: a load type; then further options. Sets `rows`, `contents` and `queries`: rows inserted, how many of them differ,
# and how many of the 500 queries do.
slap() {
  local type=$1
  shift
  : >"$work/general"
  "$work/usr/bin/mariadb-slap" --no-defaults -S "$work/socket" --auto-generate-sql --number-of-queries=500 \
    --auto-generate-sql-write-number=1000 "--auto-generate-sql-load-type=$type" "$@" >"$work/told"
  grep -a -o 'INSERT INTO.*' "$work/general" >"$work/inserts"
  grep -a -o 'SELECT intcol.*' "$work/general" | tr -d '\0' >"$work/selects"
  rows=$(wc -l <"$work/inserts")
  contents=$(sort -u "$work/inserts" | wc -l)
  queries=$(sort -u "$work/selects" | wc -l)
  echo "$type: $rows rows, $contents different; $queries different queries: $(head -n 1 "$work/selects")"
}
slap read
read_load="$rows $contents $queries"
slap key --auto-generate-sql-add-autoincrement
if [ "$read_load" != '999 10 1' ] || [ "$rows $contents" != '999 10' ] || [ "$queries" -lt 300 ]; then
  echo 'changed' >&2
  exit 1
fi
