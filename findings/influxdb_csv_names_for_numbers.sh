#!/usr/bin/env bash
# In CSV, InfluxDB prints the name of a column in place of some numbers in it.
#
# Guess: an answer holds the same values as JSON and as CSV.
# What happens: of SHOW DIAGNOSTICS every number and duration is replaced by its column's name as CSV: the process' id is "PID",
# GOMAXPROCS is "GOMAXPROCS", the size of the cache "cache-max-memory-size". Texts and times are right.
# Why it matters: this is where a report of a run takes the server's settings from (processors, cache, how the log is synced),
# and a reader that makes numbers of what it can finds none, or zero.
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

json=$(ask 'SHOW DIAGNOSTICS' | grep -o '"columns":\["GOARCH"[^}]*')
csv=$(ask 'SHOW DIAGNOSTICS' -H 'Accept: application/csv' | grep -A 1 '^name,tags,GOARCH')
echo "JSON: $json"
echo "CSV:  ${csv//$'\n'/ | }"

[[ $json == *'"amd64",'[0-9]* && $csv == *'runtime,,amd64,GOMAXPROCS,linux,'* ]] || { echo 'changed' >&2; exit 1; }
