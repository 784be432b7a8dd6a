#!/usr/bin/env bash
# "Ascend less than 30" through GoLLRB's tree of 10, 20, ..., 50 gives 10, 20, 10 and 40.
#
# Guess: AscendLessThan(pivot) calls back for every item below the pivot, in ascending order, as its neighbours
# AscendRange, AscendGreaterOrEqual and DescendLessOrEqual do for theirs.
# What happens: it walks the left subtree, calls back for the node whatever that is, and where the node is below the
# pivot it walks the left subtree once more instead of the right one. Items come twice, items above the pivot come
# too, and whole right subtrees are left out: of 1 to 1000 "less than 500" is 512 calls for 10 items. The other three
# are right.
# Why it matters: it is the tree that Go programs used before B-trees were to be had, and one to compare with. A range
# open below is a common query (all that is older than a time), and a benchmark of it measures a walk of the left
# edge.
# Package: golang-github-petar-gollrb-dev 0.0~git20130427.0.53be0d3+dfsg-7 with golang-1.19-go 1.19.8-2 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=0.0~git20130427.0.53be0d3+dfsg-7
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "golang-github-petar-gollrb-dev=$version" \
  {golang-1.19-go,golang-1.19-src}=1.19.8-2)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
export GOROOT=$work/usr/lib/go-1.19 GOPATH=$work/usr/share/gocode GOCACHE=$work/cache GO111MODULE=off
echo "GoLLRB $version"

cat >"$work/try.go" <<'GO'
package main

import (
	"fmt"
	"os"

	"github.com/petar/GoLLRB/llrb"
)

func fill(count, step int) *llrb.LLRB {
	tree := llrb.New()
	for i := 1; i <= count; i++ {
		tree.ReplaceOrInsert(llrb.Int(i * step))
	}
	return tree
}

// What a walk calls back with.
func collect(walk func(llrb.ItemIterator)) (items []int) {
	walk(func(item llrb.Item) bool {
		items = append(items, int(item.(llrb.Int)))
		return true
	})
	return items
}

func main() {
	five := fill(5, 10)
	told := collect(func(each llrb.ItemIterator) { five.AscendLessThan(llrb.Int(30), each) })
	fmt.Println("ascending below 30:", told)
	down := collect(func(each llrb.ItemIterator) { five.DescendLessOrEqual(llrb.Int(29), each) })
	fmt.Println("descending from 29:", down)
	ranged := collect(func(each llrb.ItemIterator) { five.AscendRange(llrb.Int(0), llrb.Int(30), each) })
	fmt.Println("ascending from 0 to below 30:", ranged)

	thousand := fill(1000, 1)
	calls := collect(func(each llrb.ItemIterator) { thousand.AscendLessThan(llrb.Int(500), each) })
	seen := map[int]bool{}
	above := 0
	for _, item := range calls {
		seen[item] = true
		if item >= 500 {
			above++
		}
	}
	fmt.Printf("of 1 to 1000 below 500: %d calls, %d different items, %d calls above\n", len(calls), len(seen), above)
	right := fmt.Sprint(down) == "[20 10]" && fmt.Sprint(ranged) == "[10 20]"
	if fmt.Sprint(told) != "[10 20 10 40]" || !right || len(seen) == 499 {
		fmt.Fprintln(os.Stderr, "changed")
		os.Exit(1)
	}
}
GO
"$GOROOT/bin/go" run "$work/try.go"
