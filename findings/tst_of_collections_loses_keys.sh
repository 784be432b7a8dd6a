#!/usr/bin/env bash
# Removing one key of 9,999 from the ternary search tree of Go's badgerodon/collections loses 6,665 more.
#
# Guess: Remove takes out one key; if it fails to prune, some empty nodes stay behind.
# What happens: it cuts the link at the last branch on the way to the key and everything below it goes along: with "5"
# all keys that continue it and those that branch off beside it. Get finds them no more, Do does not visit them, and
# Len says 9,998. Without removals the tree is right: all are found, in order.
# Why it matters: radix and ternary trees over digits or bytes of a key are rivals of B-trees and of learned indexes for
# strings, and this is the one among Debian's packages for Go. A workload with deletes gets faster and faster; the count
# that one checks after loading agrees.
# Package: golang-github-badgerodon-collections-dev 0.0~git20130729.604e922-4 with golang-1.19-go 1.19.8-2 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=0.0~git20130729.604e922-4
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "golang-github-badgerodon-collections-dev=$version" \
  {golang-1.19-go,golang-1.19-src}=1.19.8-2)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
export GOROOT=$work/usr/lib/go-1.19 GOPATH=$work/usr/share/gocode GOCACHE=$work/cache GO111MODULE=off
echo "badgerodon/collections $version"

cat >"$work/try.go" <<'GO'
package main

import (
	"fmt"
	"os"
	"strconv"

	"github.com/badgerodon/collections/tst"
)

const keys = 9999

// A tree of the decimal numbers from 1 to 9,999, in a scattered order, without one of them if there is one given.
// Returns its length, the keys that a walk visits and those that are found.
func ask(removed string) (length, visited, found int) {
	tree := tst.New()
	for i := 1; i <= keys; i++ {
		tree.Insert(strconv.Itoa(i*7919%(keys+1)), i)
	}
	if removed != "" {
		tree.Remove(removed)
	}
	tree.Do(func(string, interface{}) bool { visited++; return true })
	for i := 1; i <= keys; i++ {
		if tree.Get(strconv.Itoa(i)) != nil {
			found++
		}
	}
	length = tree.Len()
	fmt.Printf("without %q: length %d, %d visited, %d found\n", removed, length, visited, found)
	return
}

func main() {
	length, visited, found := ask("")
	if length != keys || visited != keys || found != keys {
		os.Exit(2)
	}
	length, visited, found = ask("5")
	if length != keys-1 || visited > keys/2 || visited != found {
		fmt.Fprintln(os.Stderr, "changed")
		os.Exit(1)
	}
}
GO
"$GOROOT/bin/go" run "$work/try.go"
