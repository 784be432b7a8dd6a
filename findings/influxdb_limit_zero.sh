#!/usr/bin/env bash
# LIMIT 0 is no limit in InfluxDB: the query returns every row.
#
# Guess: LIMIT 0 returns no rows, as in SQL.
# What happens: LIMIT 0 and SLIMIT 0 return everything; a query without rows cannot be asked for in this way.
# Why it matters: a workload of scans whose lengths are drawn from 0 on, and the usual trick of asking for no rows to time a
# statement's way alone, read the whole series instead.
# Package: influxdb 1.6.7~rc0-1+b13 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download 'influxdb=1.6.7~rc0-1+b13')
dpkg-deb -x "$work"/*.deb "$work"
cat >"$work/server.conf" <<CONF
reporting-disabled = true
bind-address = "127.0.0.1:0"
[meta]
dir = "$work/meta"
[data]
dir = "$work/data"
wal-dir = "$work/wal"
[http]
bind-address = "127.0.0.1:0"
unix-socket-enabled = true
bind-socket = "$work/socket"
[monitor]
store-enabled = false
CONF
"$work/usr/bin/influxd" -config "$work/server.conf" >"$work/log" 2>&1 &
server=$!
trap 'kill "$server"; wait "$server" || true; rm -rf "$work"' EXIT
influx() { curl -sS --unix-socket "$work/socket" "$@"; }
for _ in {1..300}; do
  if influx http://influxdb/ping 2>/dev/null; then break; fi
  sleep 0.2
done
influx -I http://influxdb/ping | grep -i '^x-influxdb-version'
ask() { influx -G http://influxdb/query -d db=t -d epoch=ns --data-urlencode "q=$1" "${@:2}"; }
influx http://influxdb/query --data-urlencode 'q=CREATE DATABASE t' >"$work/created"

for i in {1..20}; do echo "m v=${i}i $i"; done >"$work/points"
influx http://influxdb/write?db=t --data-binary @"$work/points"
rows() { ask "$1" | grep -o '\[[0-9]*,[0-9]*\]' | wc -l; }
none=$(rows 'SELECT v FROM m LIMIT 0') one=$(rows 'SELECT v FROM m LIMIT 1') series=$(rows 'SELECT v FROM m SLIMIT 0')
echo "of 20 rows: LIMIT 1 gives $one, LIMIT 0 gives $none, SLIMIT 0 gives $series"

((none == 20 && one == 1 && series == 20)) || { echo 'changed' >&2; exit 1; }
