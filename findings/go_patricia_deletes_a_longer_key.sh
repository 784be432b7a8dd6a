#!/usr/bin/env bash
# Delete("10") of a go-patricia trie that holds "1000" and not "10" returns true and removes "1000".
#
# Guess: Delete removes the key that it is given; for one that is not there it returns false and leaves the trie alone.
# What happens: it goes down to the node whose path begins with the key, and deletes the value there, though the path
# goes on. A key that is a prefix of exactly one stored key, or ends within the path before a fork that has a value,
# deletes that one. Of random words over three letters nearly half of the deletions of absent ones that are prefixes
# of others remove one. Get and Match of the same key say that it is not there.
# Why it matters: it is a trie for prefix searches used in well-known Go programs. A workload with deletes of absent
# keys loses rows that it never named, and what it deleted looks right, as the returned value does.
# Package: golang-github-tchap-go-patricia-dev 2.3.1-1 with golang-1.19-go 1.19.8-2 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=2.3.1-1
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "golang-github-tchap-go-patricia-dev=$version" \
  {golang-1.19-go,golang-1.19-src}=1.19.8-2)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
export GOROOT=$work/usr/lib/go-1.19 GOPATH=$work/usr/share/gocode GOCACHE=$work/cache GO111MODULE=off
echo "go-patricia $version"

cat >"$work/try.go" <<'GO'
package main

import (
	"fmt"
	"math/rand"
	"os"
	"strings"

	"github.com/tchap/go-patricia/patricia"
)

func keys(trie *patricia.Trie) []string {
	found := []string{}
	trie.Visit(func(key patricia.Prefix, _ patricia.Item) error {
		found = append(found, string(key))
		return nil
	})
	return found
}

func word() patricia.Prefix {
	letters := make([]byte, 1+rand.Intn(8))
	for i := range letters {
		letters[i] = "abc"[rand.Intn(3)]
	}
	return patricia.Prefix(letters)
}

func main() {
	trie := patricia.NewTrie()
	for _, key := range []string{"1000", "2000", "2500"} {
		trie.Set(patricia.Prefix(key), key)
	}
	fmt.Println("holds", keys(trie), "and has 10:", trie.Match(patricia.Prefix("10")))
	told := trie.Delete(patricia.Prefix("10"))
	left := strings.Join(keys(trie), " ")
	fmt.Println("Delete(10):", told, "- left:", left)
	fork := trie.Delete(patricia.Prefix("2"))
	fmt.Println("Delete(2):", fork, "- left:", keys(trie))

	rand.Seed(7919)
	prefixes, removed := 0, 0
	for i := 0; i < 2000; i++ {
		trie, held := patricia.NewTrie(), map[string]bool{}
		for len(held) < 30 {
			key := word()
			trie.Set(key, true)
			held[string(key)] = true
		}
		absent := word()
		if held[string(absent)] || !trie.MatchSubtree(absent) {
			continue
		}
		prefixes++
		trie.Delete(absent)
		if len(keys(trie)) < len(held) {
			removed++
		}
	}
	fmt.Println("of", prefixes, "absent words that are prefixes of others,", removed, "deleted one of these")
	if !told || left != "2000 2500" || fork || removed < prefixes/4 {
		fmt.Fprintln(os.Stderr, "changed")
		os.Exit(1)
	}
}
GO
"$GOROOT/bin/go" run "$work/try.go"
