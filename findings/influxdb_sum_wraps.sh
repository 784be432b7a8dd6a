#!/usr/bin/env bash
# InfluxDB's sum, mean and cumulative sum of integers wrap round: the mean of three positive values is negative.
#
# Guess: a sum of integers that overflows is an error or a float; mean() is computed in floats anyway.
# What happens: sum() and cumulative_sum() wrap in 64 bits. mean() divides the wrapped sum, although it answers with a
# float: the mean of 2^63 - 1, 1 and 2^53 + 1 is -3.07e18.
# Why it matters: a sum over keys or payloads is the usual checksum by which two engines are compared; here it agrees with
# one that wraps and with none that widens, and a mean of large ids is off by orders of magnitude and in sign.
# Package: influxdb 1.6.7~rc0-1+b13 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download 'influxdb=1.6.7~rc0-1+b13')
dpkg-deb -x "$work"/*.deb "$work"
port=$((20000 + $$ % 20000))
cat >"$work/server.conf" <<CONF
reporting-disabled = true
bind-address = "127.0.0.1:0"
[meta]
dir = "$work/meta"
[data]
dir = "$work/data"
wal-dir = "$work/wal"
[http]
bind-address = "127.0.0.1:$port"
[monitor]
store-enabled = false
CONF
"$work/usr/bin/influxd" -config "$work/server.conf" >"$work/log" 2>&1 &
server=$!
trap 'kill "$server"; wait "$server" || true; rm -rf "$work"' EXIT
url=http://127.0.0.1:$port
for _ in {1..300}; do
  if curl -s "$url/ping"; then break; fi
  sleep 0.2
done
curl -s -I "$url/ping" | grep -i '^x-influxdb-version'

curl -s -X POST "$url/query" --data-urlencode 'q=CREATE DATABASE t' >"$work/created"
curl -s "$url/write?db=t" --data-binary 'm v=9223372036854775807i 1
m v=1i 2
m v=9007199254740993i 3'
ask() { curl -s -G "$url/query" --data-urlencode db=t --data-urlencode "q=$1" | sed 's/.*"values"://; s/}.*//'; }
answer=$(ask 'SELECT sum(v), mean(v), max(v) FROM m')
echo "time, sum, mean, max of 2^63 - 1, 1, 2^53 + 1: $answer"
echo "cumulative sum: $(ask 'SELECT cumulative_sum(v) FROM m')"

grep -q -- ',-9214364837600034815,-3071454945866678' <<<"$answer" || { echo 'changed' >&2; exit 1; }
