#!/usr/bin/env bash
# VictoriaMetrics gives 0 back for 2.5e-7 written next to 10^15, and 0.123 for 0.1234567890123456.
#
# Guess: values are 64-bit floating-point numbers and come back as they were written, as in Prometheus, whose API it
# speaks.
# What happens: values are stored as decimal integers with one exponent for a block of them. The largest value leaves
# the others the digits that remain of some 18: next to 10^15 three digits behind the point are kept, and 2.5e-7 is 0.
# Values of like size lose their last digits: pi comes back as 3.141592653589. Integers up to 2^53 are exact, and so
# are small values among themselves.
# Why it matters: a series of counts or of times in seconds is fine. One that has a sentinel like 10^15 in it, or
# whose unit was changed on the way, has zeros for its latencies, and no error says so; and comparing what is read
# with what was written is no test of a loader here.
# Package: victoria-metrics 1.79.5+ds1-2+b5 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=1.79.5+ds1-2+b5
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "victoria-metrics=$version")
dpkg-deb -x "$work"/*.deb "$work"
port=$((20000 + $$ % 20000))
"$work/usr/bin/victoria-metrics" -storageDataPath="$work/data" -httpListenAddr="127.0.0.1:$port" -retentionPeriod=100y \
  >"$work/log" 2>&1 &
server=$!
trap 'kill "$server"; wait "$server" || true; rm -rf "$work"' EXIT
url=http://127.0.0.1:$port
for _ in {1..300}; do
  if curl -s "$url/health" >"$work/health"; then break; fi
  sleep 0.2
done
echo "VictoriaMetrics $version"

times=1700000000000,1700000001000,1700000002000,1700000003000
write() { printf '{"metric":{"__name__":"%s"},"values":[%s],"timestamps":[%s]}\n' "$1" "$2" "$times"; }
{
  write mixed 0.1234567890123456,1e15,2.5e-7,4
  write alike 0.1234567890123456,3.141592653589793,2.5,4
  write small 2.5e-7,3e-9,0.5,4
  write whole 9007199254740991,9007199254740990,1,4
} | curl -s --data-binary @- "$url/api/v1/import"
curl -s "$url/internal/force_flush"
read_back() { curl -s -G "$url/api/v1/export" --data-urlencode "match[]=$1" | sed 's/.*"values":\[//; s/\].*//'; }
mixed=$(read_back mixed)
alike=$(read_back alike)
small=$(read_back small)
whole=$(read_back whole)
echo "0.1234567890123456, 1e15, 2.5e-7 and 4 come back as $mixed"
echo "0.1234567890123456, 3.141592653589793, 2.5 and 4 as $alike"
echo "2.5e-7, 3e-9, 0.5 and 4 as $small"
echo "9007199254740991, 9007199254740990, 1 and 4 as $whole"

if [ "$mixed" != 0.123,1000000000000000,0,4 ] || [[ $alike != *,3.14159265358[0-9]*,2.5,4 ]] ||
  [ "$small" != 0.00000025,0.000000003,0.5,4 ] || [ "$whole" != 9007199254740991,9007199254740990,1,4 ]; then
  echo 'changed' >&2
  exit 1
fi
