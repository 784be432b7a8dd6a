#!/usr/bin/env bash
# ministat's median of an even number of values is the upper one of the middle two: of four trials the third.
#
# Guess: it is their mean, as R, numpy, PostgreSQL and every textbook have it.
# What happens: the values are sorted and the one at n / 2, counted from 0, is taken. Of 1, 2, 3, 4 the median is 3, and
# of five runs at 100 and five at 300 it is 300. With an odd number all is as usual. The manual's sample has 7 and 5
# values, and the text does not say it.
# Why it matters: it is the usual small tool for two sets of trials, with columns for Median and Avg. One trial more or
# less moves the median of times upwards; medians of ten trials beside medians of nine, or beside those of another tool,
# differ without a change.
# Package: ministat 20150715-1+b1 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=20150715-1+b1
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "ministat=$version")
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
echo "ministat $version"

# Arguments: values. Prints the median that ministat tells.
median() { printf '%s\n' "$@" | "$work/usr/bin/ministat" -n | awk '$1 == "x" && NF == 7 { print $5 }'; }
told=
for values in '1 2 3' '1 2 3 4' '1 2 3 4 5' '100 300 200' '100 100 100 100 100 300 300 300 300 300'; do
  # shellcheck disable=SC2086 # the values are words
  one=$(median $values)
  echo "median of $values: $one"
  told+="$one "
done
if [ "$told" != '2 3 3 200 300 ' ]; then
  echo "changed: $told" >&2
  exit 1
fi
