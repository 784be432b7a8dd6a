#!/usr/bin/env bash
# A query that fails is, as CSV, one that found nothing: InfluxDB answers 200 and no byte.
#
# Guess: an error is an error in both forms of an answer, as one of the parser is.
# What happens: a query of a database that is not there has the error in its JSON, and with `Accept: application/csv` an empty
# body with status 200, exactly what a lookup of an absent key has. Errors of the parser do come in the CSV.
# Why it matters: CSV is the form that a benchmark parses fastest; every lookup of a dropped or misnamed database counts as a
# fast and rightful "not there".
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

influx http://influxdb/write?db=t --data-binary 'm v=1i 5'
csv=(-H 'Accept: application/csv' -w 'status %{http_code}\n')
query=http://influxdb/query
found=$(influx "${csv[@]}" -G "$query" -d db=t --data-urlencode 'q=SELECT v FROM m WHERE time = 5')
absent=$(influx "${csv[@]}" -G "$query" -d db=t --data-urlencode 'q=SELECT v FROM m WHERE time = 6')
failed=$(influx "${csv[@]}" -G "$query" -d db=nowhere --data-urlencode 'q=SELECT v FROM m WHERE time = 5')
as_json=$(influx -G "$query" -d db=nowhere --data-urlencode 'q=SELECT v FROM m WHERE time = 5')
echo "a key that is there:          ${found//$'\n'/ | }"
echo "a key that is absent:         $absent"
echo "a database that is not there: $failed"
echo "the same as JSON:             $as_json"

[[ $failed == "$absent" && $failed == 'status 200' && $as_json == *'database not found'* ]] || { echo 'changed' >&2; exit 1; }
