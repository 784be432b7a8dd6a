#!/usr/bin/env bash
# sysbench's default keys leave a third of the table alone: of 1,000,000 rows none below 150,000 or above 850,000.
#
# Guess: without --rand-type the keys of an OLTP test are uniform, or, as the help says "special", 75 per cent on one
# per cent of the rows and the rest anywhere.
# What happens: the hot hundredth lies in the middle and takes its 75 per cent. The rest is no uniform draw but the mean
# of twelve, a narrow bell about the middle, so that the outer rows are practically never asked for: 200,000 draws all
# lie within the middle two thirds, and some 52,000 keys are seen, where a uniform draw sees 181,000. --rand-type has
# "uniform".
# Why it matters: the working set is a fraction of the table and a contiguous one: the cache hits, one end of the tree
# or one region of a learned index is all that is measured, and a published "sysbench with default settings" says little
# about the rest of the keys.
# Package: sysbench 1.0.20+ds-5 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The clients' libraries are linked, though nothing here connects to a database.
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download sysbench=1.0.20+ds-5 libaio1=0.3.113-4 \
  libluajit-5.1-2=2.1.0~beta3+git20220320+dfsg-4.1+deb12u1 libmariadb3=1:10.11.19-0+deb12u1 \
  libpq5=15.20-0+deb12u1 libldap-2.5-0=2.5.13+dfsg-5 libsasl2-2=2.1.28+dfsg-10+deb12u1)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu
"$work/usr/bin/sysbench" --version

cat >"$work/draw.lua" <<'LUA'
-- One event: draws keys as the OLTP tests do, and tells which were seen.
function event()
  local rows, draws = 1000000, 200000
  local seen, distinct, least, most, hot = {}, 0, rows, 0, 0
  for _ = 1, draws do
    local key = tonumber(sysbench.rand.default(1, rows))
    if not seen[key] then distinct = distinct + 1 end
    seen[key] = true
    least, most = math.min(least, key), math.max(most, key)
    if key > 495000 and key <= 505000 then hot = hot + 1 end
  end
  print(string.format("told: least %d, most %d, distinct %d, on the middle hundredth %d", least, most, distinct, hot))
end
LUA
# $1: a distribution. Sets least, most, distinct and hot.
draw() {
  "$work/usr/bin/sysbench" --threads=1 --events=1 --time=0 --rand-seed=7919 "$@" "$work/draw.lua" run >"$work/told"
  echo "200,000 draws of 1,000,000 keys, ${*:-by default}:$(sed -n 's/^told://p' "$work/told")"
  read -r least most distinct hot < <(sed -n 's/^told://p' "$work/told" | grep -o '[0-9]*' | xargs)
}
draw --rand-type=uniform
if [ "$least" -gt 1000 ] || [ "$most" -lt 999000 ] || [ "$distinct" -lt 175000 ]; then
  echo 'changed' >&2
  exit 1
fi
draw
if [ "$least" -lt 150000 ] || [ "$most" -gt 850000 ] || [ "$distinct" -gt 60000 ] || [ "$hot" -lt 145000 ]; then
  echo 'changed' >&2
  exit 1
fi
