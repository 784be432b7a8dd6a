#!/usr/bin/env bash
# Miller takes keys from 2^63 up for text: it sorts 18446744073709551615 before 9223372036854775808, and sums neither.
#
# Guess: what does not fit into a signed integer of 64 bits is a double, as with the results of Miller's arithmetic and
# with 1e19, or an error.
# What happens: such a decimal number in the data is a string. sort -nf puts it behind all numbers, in the order of its
# digits; "k > 9223372036854775807" compares digits, so that 2^64 - 1 is not above 2^63 - 1; top gives 10^19 - 1 as
# larger than 2^64 - 1; sum and mean leave such keys out next to a count of all: 2, 4 and 2^64 - 1 are three, with the
# sum 6 and the mean 3. There is no message.
# Why it matters: it is the usual tool for looking at CSV files of keys and results. Of a set of unsigned keys spread
# over 64 bits half are text, and statistics come out plausible.
# Package: miller 6.6.0-2+b3 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download miller=6.6.0-2+b3)
dpkg-deb -x "$work"/*.deb "$work"
mlr=$work/usr/bin/mlr
"$mlr" --version

# $1: keys, then a verb of Miller with its options. Prints the answer in one line.
ask() {
  local keys=$1
  shift
  # shellcheck disable=SC2086
  printf '%s\n' k $keys | "$mlr" --icsv --onidx "$@" | paste -sd ' '
}
sorted=$(ask '9223372036854775808 18446744073709551615 17 9223372036854775809' sort -nf k)
beyond=$(ask '18446744073709551615 9223372036854775808' filter "\$k > 9223372036854775807")
type=$(ask '9223372036854775808 9223372036854775807 10000000000000000000.0' put "\$k = typeof(\$k)")
mean=$(ask '2 4 18446744073709551615' stats1 -a count,sum,mean,max -f k)
top=$(ask '18446744073709551615 9999999999999999999 5' top -a -f k)
echo "sorted: $sorted"
echo "above 2^63 - 1: $beyond"
echo "types: $type"
echo "count, sum, mean and max of 2, 4 and 2^64 - 1: $mean"
echo "the largest of 2^64 - 1, 10^19 - 1 and 5: $top"
if [ "$sorted" != '17 18446744073709551615 9223372036854775808 9223372036854775809' ] ||
  [ "$beyond" != 9223372036854775808 ] || [ "$type" != 'string int float' ] ||
  [ "$mean" != '3 6 3 18446744073709551615' ] || [ "$top" != 9999999999999999999 ]; then
  echo 'changed' >&2
  exit 1
fi
