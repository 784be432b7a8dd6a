#!/usr/bin/env bash
# A descending walk over Go's cznic/b from 15 begins with 20 when the keys are 10, 20 and 30.
#
# Guess: Seek(15) followed by Prev gives 10, the largest key that is not above; its comment says that the enumerator is
# "positioned on an item such that k >= item's key".
# What happens: it is positioned on the first key that is not below, for Next, and Prev returns that one, too, before it
# moves: 20, then 10. From 5 it gives 10, which should be the end, and from 35 the end at once, where 30, 20 and 10
# should follow. For a key that is there both begin with it; the second return value of Seek tells this case apart.
# Why it matters: it is the B+ tree in memory of Go's ql database and a usual rival in comparisons. "The largest key not
# above x", the lookup in a table of ranges or of segments, and a descending scan are wrong for every x that is no key,
# mostly by one row and with a plausible key.
# Package: golang-github-cznic-b-dev 0.0~git20151027.0.01b13d7-2 with golang-1.19-go 1.19.8-2 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=0.0~git20151027.0.01b13d7-2
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "golang-github-cznic-b-dev=$version" \
  {golang-1.19-go,golang-1.19-src}=1.19.8-2)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
export GOROOT=$work/usr/lib/go-1.19 GOPATH=$work/usr/share/gocode GOCACHE=$work/cache GO111MODULE=off
echo "cznic/b $version"

cat >"$work/try.go" <<'GO'
package main

import (
	"fmt"
	"os"

	"github.com/cznic/b"
)

func main() {
	tree := b.TreeNew(func(left, right interface{}) int { return left.(int) - right.(int) })
	for _, key := range []int{10, 20, 30} {
		tree.Set(key, nil)
	}
	told := ""
	for _, from := range []int{5, 15, 20, 35} {
		up, hit := tree.Seek(from)
		down, _ := tree.Seek(from)
		next, _, nextErr := up.Next()
		previous, _, previousErr := down.Prev()
		fmt.Printf("Seek(%d): found %v; Next gives %v (%v), Prev %v (%v)\n", from, hit, next, nextErr, previous, previousErr)
		told += fmt.Sprint(previous, " ")
	}
	if told != "10 20 20 <nil> " {
		fmt.Fprintln(os.Stderr, "changed:", told)
		os.Exit(1)
	}
}
GO
"$GOROOT/bin/go" run "$work/try.go"
