#!/usr/bin/env bash
# MariaDB's RAND() repeats itself: a million draws hold some 30,000 duplicates.
#
# Guess: RAND() is a double with 53 random bits, so that a million of them are distinct, as random() of PostgreSQL's
# are.
# What happens: it has 2^30 - 1 values (so a million draws should share about 465), and its sequence repeats more than
# these explain: some 31,000 of a million are duplicates, with any seed or none. The documentation promises a double
# from 0 to below 1 and says nothing about its bits.
# Why it matters: INSERT ... SELECT FLOOR(RAND() * n) is how tables of random keys are made. Three in a hundred inserts
# fail or overwrite, and keys that are meant to fill 64 bits lie on a grid with steps of 2^34, which suits radix and
# learned models.
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

sql 'CREATE DATABASE d'
# $1: argument of RAND. Prints the number of distinct values of a million, and of those on a grid of 2^30 - 1.
draw() { sql "SELECT COUNT(DISTINCT r), SUM(r * 1073741823 = ROUND(r * 1073741823)) FROM
  (SELECT RAND($1) AS r FROM d.seq_1_to_1000000) AS drawn" | tr '\t' ' '; }
for seed in 7919 42 ''; do
  echo "RAND($seed): distinct and on a grid of 2^30 - 1, of 1,000,000: $(draw "$seed")"
done
found=$(draw 7919)
[ "${found% *}" -lt 990000 ] || { echo 'changed' >&2; exit 1; }
