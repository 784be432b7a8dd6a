#!/usr/bin/env bash
# GNU recutils' recsel -e 'K = 1' finds the record whose K is 4294967297, and sorts 2147483648 before 1.
#
# Guess: whole numbers in selection expressions and in fields of type int are 64-bit integers, or at least refused
# when they are too large.
# What happens: both sides keep their lowest 32 bits, with a sign, in comparisons and in sorting, also where the field
# is declared as int and the file passes recfix: K < 0 finds 2147483648, K > 2147483647 nothing, K >= 4294967297 also
# 1 and 2. Numbers up to 2^31 - 1 are right, and so is a comparison with a real number, K = 4294967297.0.
# Why it matters: it is the database in text files that keeps lists and results of runs; times in milliseconds,
# sizes in bytes and 64-bit keys are all beyond. Selections by them give other records, with exit code 0.
# Package: recutils 1.9-2 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=1.9-2
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download {recutils,librec1}="$version")
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
export LD_LIBRARY_PATH=$work/usr/lib:$work/usr/lib/x86_64-linux-gnu
echo "recutils $version"

keys=(1 2 2147483646 2147483648 4294967297 9007199254740993)
{
  printf '%%rec: Key\n%%type: K int\n'
  printf '\nK: %s\n' "${keys[@]}"
} >"$work/keys.rec"
"$work/usr/bin/recfix" --check "$work/keys.rec"
# $1: an expression. The keys of the records that it selects.
selected() { "$work/usr/bin/recsel" -t Key -C -P K -e "$1" "$work/keys.rec" | xargs; }

for expression in 'K = 1' 'K = 4294967297.0' 'K > 2147483647' 'K >= 4294967297' 'K < 0'; do
  echo "$expression: $(selected "$expression")"
done
sorted=$("$work/usr/bin/recsel" -t Key -C -P K -S K "$work/keys.rec" | xargs)
echo "sorted: $sorted"
[[ $(selected 'K = 1') == '1 4294967297 9007199254740993' && -z $(selected 'K > 2147483647') &&
  $(selected 'K < 0') == 2147483648 && $sorted == '2147483648 1 '* ]] || { echo 'changed' >&2; exit 1; }
