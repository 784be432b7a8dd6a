#!/usr/bin/env bash
# Free Pascal's Random(6000000000000000000) draws the lower half of the range nearly twice as often as the upper.
#
# Guess: Random(L) of a 64-bit L draws the numbers from 0 to L - 1 evenly, from a Mersenne twister that has 64 bits to
# give.
# What happens: 63 random bits are taken modulo L, so that the numbers below 2^63 mod L have one chance more than the
# others: two instead of one where L is above 2^62. Of a million draws below 6 * 10^18 some 650,000 lie in the lower
# half, and below 3 * 2^61 each number of the first third comes twice as often. Below 2^62 and 2^40 all is even, as the
# modulus divides, and far below it the step is too small to see.
# Why it matters: keys "uniform over 64 bits" are drawn so, and a step in the middle of their distribution is what a
# learned index models and a radix or interpolation search stumbles over. A test with small ranges does not see it.
# Package: fp-compiler-3.2.2 3.2.2+dfsg-20, fp-units-rtl-3.2.2 of the same version (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=3.2.2+dfsg-20
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download {fp-compiler-3.2.2,fp-units-rtl-3.2.2}="$version")
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
compiler=$work/usr/lib/x86_64-linux-gnu/fpc/3.2.2
echo "Free Pascal $version"

cat >"$work/attempt.pas" <<'PAS'
{$mode objfpc}
program attempt;

const
  Draws = 1000000;

{ Of a million draws below a limit: how many lie in each quarter. Returns the share of the lower half in per cent. }
function Ask(Limit: Int64): Integer;
var
  Quarters: array[0..3] of Integer = (0, 0, 0, 0);
  I, Quarter: Integer;
begin
  for I := 1 to Draws do
  begin
    Quarter := Random(Limit) div ((Limit + 3) div 4);
    Inc(Quarters[Quarter]);
  end;
  WriteLn('below ', Limit, ', by quarters: ', Quarters[0], ' ', Quarters[1], ' ', Quarters[2], ' ', Quarters[3]);
  Result := (Quarters[0] + Quarters[1]) div (Draws div 100);
end;

var
  Small, Power, Wide, Wider: Integer;
begin
  RandSeed := 7919;
  Small := Ask(Int64(1) shl 40);
  Power := Ask(Int64(1) shl 62);
  Wide := Ask(6000000000000000000);
  Wider := Ask(Int64(3) shl 61);
  if (Small < 49) or (Small > 50) or (Power < 49) or (Power > 50) or (Wide < 60) or (Wider < 60) then
    Halt(1);
end.
PAS
"$compiler/ppcx64" -n -v0 -Fu"$compiler/units/x86_64-linux/*" -FU"$work" -o"$work/attempt" "$work/attempt.pas" \
  >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
"$work/attempt" || { echo 'changed' >&2; exit 1; }
