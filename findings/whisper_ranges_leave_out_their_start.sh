#!/usr/bin/env bash
# Whisper's fetch(from, until) leaves out the point at from, and fetch(t, t) gives the point after t.
#
# Guess: both ends belong to the range, or the upper one does not, as with other stores of time series.
# What happens: it is open below and closed above: both ends are moved to the step after them. Of points in each second,
# fetch(10, 20) gives 11 to 20, and fetch(10, 10), which ought to be one point or none, gives the one at 11. With steps
# of ten seconds, in which the last update of a step stays, fetch(0, 100) begins with the step at 10 and ends with
# nothing for the one at 100. The function's comment says what the defaults are and nothing about the ends.
# Why it matters: Graphite's files are a time series index that range queries are compared with. Counts agree with those
# of a half-open range, checksums do not, and adjacent ranges have each point once, so that only single points tell.
# Package: python3-whisper 1.1.4-2.2 with python3-six 1.16.0-4 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=1.1.4-2.2
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "python3-whisper=$version" python3-six=1.16.0-4)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
echo "whisper $version"

cat >"$work/try.py" <<'PY'
import os
import sys
import time

import whisper

# Times are told from a start in the recent past, since points older than the archive are refused.
START = int(time.time()) // 100 * 100 - 500


def fetch(path, first, last):
    (begin, end, step), values = whisper.fetch(path, START + first, START + last)
    print(f"fetch({first}, {last}) of steps of {step}: from {begin - START} to {end - START}, values", values)
    return values


def filled(name, step):
    path = os.path.join(sys.argv[1], name)
    whisper.create(path, [(step, 1000)])
    whisper.update_many(path, [(START + i, float(i)) for i in range(100)])
    return path


seconds = filled("seconds", 1)
usual = fetch(seconds, 10, 20)
single = fetch(seconds, 10, 10)
tens = fetch(filled("tens", 10), 0, 100)
if usual != [float(i) for i in range(11, 21)] or single != [11.0] or tens != [19.0 + 10 * i for i in range(9)] + [None]:
    sys.exit("changed")
PY
PYTHONPATH=$work/usr/lib/python3/dist-packages python3 "$work/try.py" "$work"
