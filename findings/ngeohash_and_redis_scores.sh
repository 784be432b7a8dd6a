#!/usr/bin/env bash
# The 52-bit integer geohash of a place is one number in ngeohash and another in Redis: no range of one fits the other.
#
# Guess: a geohash of 52 bits is 26 bisections of longitude and of latitude each, interleaved. Redis says its scores are
# such hashes, ngeohash's encode_int makes them in 52 bits by default, and GEOHASH prints the usual letters.
# What happens: Redis bisects latitudes from -85.05112878 to 85.05112878, those of Web Mercator, for its scores, and
# from -90 to 90 only for what GEOHASH prints. The letters agree to ten places, the integers in few of their leading
# bits: of 1,000 places near Palermo none lies in the range of scores that ngeohash gives for the box around them.
# Why it matters: cell ids are the usual 1-D keys for places (and one of the sets here). A range over scores computed by
# the client reads the right number of rows of other places, or none, and joins by id find no partner.
# Package: npm ngeohash 0.6.4; redis-server 5:7.0.15-1~deb12u10 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

npm install --silent --no-audit --no-fund --no-package-lock --ignore-scripts --prefix "$work" ngeohash@0.6.4
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download {redis-server,redis-tools}=5:7.0.15-1~deb12u10 \
  libjemalloc2=5.3.0-1 liblzf1=3.6-3 libatomic1=12.2.0-14+deb12u1)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu

socket=$work/socket
"$work/usr/bin/redis-server" --port 0 --unixsocket "$socket" --save '' --dir "$work" >"$work/log" 2>&1 &
server=$!
trap 'kill "$server"; wait "$server" || true; rm -rf "$work"' EXIT
client() { "$work/usr/bin/redis-cli" -s "$socket" "$@"; }
for _ in {1..100}; do
  if [ "$(client ping 2>/dev/null)" = PONG ]; then break; fi
  sleep 0.1
done
"$work/usr/bin/redis-server" --version | cut -d ' ' -f 1-3

# Places within a hundredth of a degree, as commands for Redis, and what ngeohash says of the first and of the box.
cat >"$work/places.cjs" <<'JS'
const { writeFileSync } = require('node:fs');
const { version } = require('ngeohash/package.json');
const { encode, encode_int, bboxes_int } = require('ngeohash');

console.error('ngeohash', version);
const [latitude, longitude] = [38.11, 13.36];
const places = Array.from({ length: 1000 }, (_, i) => [longitude + (i % 40) / 4000, latitude + (i % 25) / 2500]);
writeFileSync(process.argv[2], places.map(([x, y], i) => `GEOADD places ${x} ${y} ${i}\n`).join(''));
const cells = bboxes_int(latitude, longitude, latitude + 0.01, longitude + 0.01, 24).map(BigInt);
const [low, high] = [cells.reduce((a, b) => (a < b ? a : b)), cells.reduce((a, b) => (a > b ? a : b))];
const [from, to] = [low << 28n, ((high + 1n) << 28n) - 1n];
const own = places.map(([x, y]) => BigInt(encode_int(y, x))).filter((number) => from <= number && number <= to).length;
console.log(encode(latitude, longitude, 10), encode_int(latitude, longitude), `${from} ${to} ${own}`);
JS
read -r letters number low high own < <(node "$work/places.cjs" "$work/commands")
client <"$work/commands" >"$work/added"
score=$(client zscore places 0)
told=$(client geohash places 0 | cut -c 1-10)
all=$(client zcard places)
found=$(client zcount places "$low" "$high")
echo "the first of $all places: $letters $number in ngeohash, $told $score in Redis"
echo "in ngeohash's range for the box around all: $own by its own numbers, $found by those of Redis"
if [ "$letters" != "$told" ] || [ "$number" = "$score" ] || [ "$all" != 1000 ] || [ "$own $found" != '1000 0' ]; then
  echo 'changed' >&2
  exit 1
fi
