#!/usr/bin/env bash
# Removing the key 10 from derekparker/trie (Go) removes 100, 101 and all other keys that begin with it.
#
# Guess: Remove(key) unmarks one key; nodes go only where nothing else needs them.
# What happens: it goes up from the key to the nearest node that forks and cuts the branch off there, with all that
# hangs below: of 1, 10, 100, 101, 11 and 2 without 10 three keys are left, and of 0 to 999 removing 1 takes 110
# others along. Removing a key that no other begins with is right.
# Why it matters: a trie is what one takes for prefix scans, of decimal keys or paths; a parent that is removed loses
# its children. Mixed workloads with deletes then measure a tree that shrinks faster than the others, and whose
# lookups miss.
# Package: golang-github-derekparker-trie-dev 0.0~git20200317.1fdf38b-2 with golang-1.19-go 1.19.8-2 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=0.0~git20200317.1fdf38b-2
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "golang-github-derekparker-trie-dev=$version" \
  {golang-1.19-go,golang-1.19-src}=1.19.8-2)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
export GOROOT=$work/usr/lib/go-1.19 GOPATH=$work/usr/share/gocode GOCACHE=$work/cache GO111MODULE=off
echo "trie $version"

cat >"$work/try.go" <<'GO'
package main

import (
	"fmt"
	"os"
	"sort"
	"strconv"

	"github.com/derekparker/trie"
)

// The keys that are left of some after one of them is removed.
func ask(keys []string, removed string) []string {
	tree := trie.New()
	for _, key := range keys {
		tree.Add(key, nil)
	}
	tree.Remove(removed)
	left := tree.Keys()
	sort.Strings(left)
	return left
}

func main() {
	few := ask([]string{"1", "10", "100", "101", "11", "2"}, "10")
	fmt.Println("1 10 100 101 11 2 without 10:", few)
	leaf := ask([]string{"1", "10", "100", "101", "11", "2"}, "101")
	fmt.Println("1 10 100 101 11 2 without 101:", leaf)
	thousand := []string{}
	for i := 0; i < 1000; i++ {
		thousand = append(thousand, strconv.Itoa(i))
	}
	many := len(ask(thousand, "1"))
	fmt.Println("0 to 999 without 1:", many, "keys")
	wrong := fmt.Sprint(few) == "[1 11 2]" && many == 889
	if !wrong || fmt.Sprint(leaf) != "[1 10 100 11 2]" {
		fmt.Fprintln(os.Stderr, "changed")
		os.Exit(1)
	}
}
GO
"$GOROOT/bin/go" run "$work/try.go"
