#!/usr/bin/env bash
# A walk over Go's critbitgo from "15" finds nothing when the keys are 10, 20, 30 and 40.
#
# Guess: Walk(start, handle), "iterating elements from a given start key", begins with the first key that is not below.
# What happens: it goes down to the one leaf where start would be and begins there if that is its key; otherwise it
# returns false without a call, as it does when the handler ends the walk. From "20" it gives 20, 30 and 40, from "05",
# "15" and "25" nothing. Walks from nil and from keys that are there, Get, LongestPrefix and Allprefixed are right, and
# no other method finds the next key.
# Why it matters: a crit-bit tree is an ordered map, to be compared by range scans and "first key not below". All of
# them from what is no key are empty, and a benchmark of scans from random starts times that.
# Package: golang-github-k-sone-critbitgo-dev 1.4.0-2 with golang-1.19-go 1.19.8-2 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=1.4.0-2
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "golang-github-k-sone-critbitgo-dev=$version" \
  {golang-1.19-go,golang-1.19-src}=1.19.8-2)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
export GOROOT=$work/usr/lib/go-1.19 GOPATH=$work/usr/share/gocode GOCACHE=$work/cache GO111MODULE=off
echo "critbitgo $version"

cat >"$work/try.go" <<'GO'
package main

import (
	"encoding/binary"
	"fmt"
	"os"

	"github.com/k-sone/critbitgo"
)

func walk(trie *critbitgo.Trie, start []byte) (found int) {
	trie.Walk(start, func([]byte, interface{}) bool {
		found++
		return true
	})
	return found
}

func key(number int) []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(number))
}

func main() {
	words := critbitgo.NewTrie()
	for _, word := range []string{"10", "20", "30", "40"} {
		words.Insert([]byte(word), nil)
	}
	told := ""
	for _, start := range []string{"05", "10", "15", "20", "25"} {
		found := walk(words, []byte(start))
		fmt.Printf("from %q: %d of 10, 20, 30 and 40\n", start, found)
		told += fmt.Sprint(found)
	}

	numbers := critbitgo.NewTrie()
	for i := 0; i < 1000; i++ {
		numbers.Insert(key(10*i), nil)
	}
	held, gaps := 0, 0
	for start := 0; start < 9990; start++ {
		if walk(numbers, key(start)) != 999-(start+9)/10+1 {
			continue
		}
		if start%10 == 0 {
			held++
		} else {
			gaps++
		}
	}
	fmt.Printf("of 1,000 tens, right: walks from %d of 999 keys and from %d of 8991 gaps\n", held, gaps)
	if told != "04030" || held != 999 || gaps != 0 {
		fmt.Fprintln(os.Stderr, "changed")
		os.Exit(1)
	}
}
GO
"$GOROOT/bin/go" run "$work/try.go"
