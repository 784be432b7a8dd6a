#!/usr/bin/env bash
# Erlang's bear says of four values that there are none: mean, largest and all percentiles are 0.0, and n is 0.
#
# Guess: the statistics of a short list are those of a short list; where one cannot be computed it is missing or an
# error.
# What happens: below five values every figure is 0.0, with the histogram [{0, 0}] and {n, 0}, and nothing else tells
# that there were values. get_statistics_subset does the same for the figures that are asked for. From the fifth on all
# is there. The limit is a macro in the source and is named nowhere else.
# Why it matters: it computes what folsom, the usual metrics library of Erlang, tells about its histograms, below the
# load generators in that language. Three or four trials, or the first operations of a slow engine, come out as the
# fastest of all, and a mean over rows takes the zeros in.
# Package: erlang-bear 0.8.2+dfsg-3 with erlang-base 1:25.2.3+dfsg-1+deb12u4 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=0.8.2+dfsg-3
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "erlang-bear=$version" \
  erlang-base=1:25.2.3+dfsg-1+deb12u4 libsctp1=1.0.19+dfsg-2)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
export ROOTDIR=$work/usr/lib/erlang BINDIR=$work/usr/lib/erlang/erts-13.1.5/bin EMU=beam PROGNAME=erl
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu HOME=$work
echo "bear $version"

cat >"$work/attempt.erl" <<'ERL'
-module(attempt).
-export([main/0]).

%% Mean, median, largest value and number of values, as bear has them.
ask(Values) ->
    Statistics = bear:get_statistics(Values),
    Told = [proplists:get_value(Name, Statistics) || Name <- [arithmetic_mean, median, max, n]],
    io:format("~w: mean, median, max and n are ~w~n", [Values, Told]),
    Told.

main() ->
    Subset = bear:get_statistics_subset([100, 200, 300], [max]),
    io:format("the largest of [100,200,300] alone: ~w~n", [Subset]),
    case {ask([100, 200, 300, 400]), ask([100, 200, 300, 400, 500]), Subset} of
        {[0.0, 0.0, 0.0, 0], [300.0, 300, 500, 5], [{max, 0.0}]} -> halt(0);
        _ -> io:format(standard_error, "changed~n", []), halt(1)
    end.
ERL
cd "$work"
"$BINDIR/erlexec" -noshell -pa "$ROOTDIR/lib/bear-0.8.2/ebin" -eval 'c:c(attempt), attempt:main().'
