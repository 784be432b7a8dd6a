#!/usr/bin/env bash
# InfluxDB takes times in a unit that it does not know for nanoseconds, and says that all is well.
#
# Guess: `precision=sec` is refused like any unknown value, with status 400 and the units that there are.
# What happens: the known units are h, m, s, ms, u, n; anything else is nanoseconds, for `precision` of a write as for `epoch` of
# a query, with status 204 or 200. Seconds written as `sec` lie within two seconds of 1970, and come back as they were
# written when the same word is used to read.
# Why it matters: loading a column of times and reading it back with one typing error in both places checks out, while all
# ranges, shards and sizes are those of other data.
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

status=$(influx -w '%{http_code}' 'http://influxdb/write?db=t&precision=sec' --data-binary 'm v=1i 1700000000')
read_back=$(ask 'SELECT v FROM m' -d epoch=sec)
true_time=$(influx -G http://influxdb/query -d db=t --data-urlencode 'q=SELECT v FROM m')
right=$(influx -w '%{http_code}' 'http://influxdb/write?db=t&precision=s' --data-binary 'r v=1i 1700000000')
right_time=$(influx -G http://influxdb/query -d db=t --data-urlencode 'q=SELECT v FROM r')
echo "written with precision=sec: status $status; read with epoch=sec: $read_back"
echo "its time:                   $true_time"
echo "with precision=s:           status $right, $right_time"

[[ $status == 204 && $read_back == *'[1700000000,1]'* && $true_time == *'1970-01-01T00:00:01.7Z'* &&
  $right_time == *'2023-11-14T22:13:20Z'* ]] || { echo 'changed' >&2; exit 1; }
