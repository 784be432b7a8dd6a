#!/usr/bin/env bash
# A low percentile of few values is no row in InfluxDB.
#
# Guess: percentile(v, 0) is the least value, and every percentile of a hundred values is one of them.
# What happens: the rank is rounded to the nearest one and refused below 1: of 100 values the percentiles below 0.5, and of 4
# values those below 12.5, have no answer at all. percentile(v, 100) is the greatest value.
# Why it matters: a table of percentiles has a hole where the best case stands, and a program that takes "no row" for "no
# data" drops the whole run.
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

for i in {1..100}; do echo "m v=${i}i $i"; done >"$work/points"
influx http://influxdb/write?db=t --data-binary @"$work/points"
value() { ask "SELECT percentile(v, $1) FROM m WHERE time <= $2" | grep -o '\[[0-9]*,[0-9]*\]' || echo none; }
echo "of 100 values: p0 $(value 0 100), p0.4 $(value 0.4 100), p0.5 $(value 0.5 100), p100 $(value 100 100)"
echo "of 4 values:   p0 $(value 0 4), p12 $(value 12 4), p12.5 $(value 12.5 4), p25 $(value 25 4)"

[[ $(value 0.4 100) == none && $(value 0.5 100) == '[1,1]' && $(value 12 4) == none && $(value 12.5 4) == '[1,1]' &&
  $(value 100 100) == '[100,100]' ]] || { echo 'changed' >&2; exit 1; }
