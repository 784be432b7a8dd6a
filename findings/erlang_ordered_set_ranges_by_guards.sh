#!/usr/bin/env bash
# A range of ten keys in Erlang's ordered_set takes as long as the whole table when it is given as guards.
#
# Guess: ets:select on an ordered_set, a balanced tree, with the guards Key >= a and Key < b descends to a and stops at
# b; with Key =:= a it is a lookup.
# What happens: guards are tested for every object: ten keys of a million take a fifth of a second, by =:= too, where a
# walk with ets:next takes microseconds. A limit of ten helps only from the beginning: for keys from 900,500 up the
# 900,499 before them are passed. The reference says that a bound key or a bound prefix of a tuple restricts a search;
# guards restrict nothing.
# Why it matters: it is the sorted table in memory of Erlang and Elixir, with match specifications as its query
# language, and fun2ms writes a range as guards. Measured so, the tree behaves as an unsorted list; a test with a
# thousand keys does not show it.
# Package: erlang-base 1:25.2.3+dfsg-1+deb12u4 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=1:25.2.3+dfsg-1+deb12u4
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "erlang-base=$version" libsctp1=1.0.19+dfsg-2)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
export ROOTDIR=$work/usr/lib/erlang BINDIR=$work/usr/lib/erlang/erts-13.1.5/bin EMU=beam PROGNAME=erl
export LD_LIBRARY_PATH=$work/usr/lib/x86_64-linux-gnu HOME=$work
echo "Erlang $version"

cat >"$work/attempt.erl" <<'ERL'
-module(attempt).
-export([main/0]).

%% Microseconds of the fastest of three, and the result.
ask(Name, Keys) ->
    Trials = [timer:tc(Keys) || _ <- lists:seq(1, 3)],
    {Time, Found} = lists:min(Trials),
    io:format("~s: ~w keys in ~w microseconds~n", [Name, length(Found), Time]),
    {Time, Found}.

%% The keys from one on that lie below another.
walk(Table, Key, End) when Key < End -> [Key | walk(Table, ets:next(Table, Key), End)];
walk(_, _, _) -> [].

main() ->
    Table = ets:new(keys, [ordered_set]),
    [ets:insert(Table, {Key, Key}) || Key <- lists:seq(1, 1000000)],
    From = fun(Begin) -> [{'>=', '$1', Begin}] end,
    Select = fun(Guards) -> ets:select(Table, [{{'$1', '_'}, Guards, ['$1']}]) end,
    First = fun(Guards) -> element(1, ets:select(Table, [{{'$1', '_'}, Guards, ['$1']}], 10)) end,
    {Walked, Ten} = ask("walk with next", fun() -> walk(Table, ets:next(Table, 499), 510) end),
    {Guarded, Ten} = ask("guards >= and <", fun() -> Select(From(500) ++ [{'<', '$1', 510}]) end),
    {Equal, [500]} = ask("guard =:=", fun() -> Select([{'=:=', '$1', 500}]) end),
    {Early, Ten} = ask("first ten from 500", fun() -> First(From(500)) end),
    {Late, _} = ask("first ten from 900,500", fun() -> First(From(900500)) end),
    {Bound, [500]} = ask("bound key", fun() -> ets:select(Table, [{{500, '$1'}, [], ['$1']}]) end),
    Quick = max(max(Walked, Early), max(Bound, 1)),
    case Guarded > 50 * Quick andalso Equal > 50 * Quick andalso Late > 20 * Quick of
        true -> halt(0);
        false -> io:format(standard_error, "changed~n", []), halt(1)
    end.
ERL
cd "$work"
"$BINDIR/erlexec" -noshell -eval 'c:c(attempt), attempt:main().'
