#!/usr/bin/env bash
# Walking backwards through the keys with a prefix finds none of 10,000 in badger.
#
# Guess: an iterator with Reverse and Prefix set begins at the last key that has the prefix, as one without Reverse
# begins at the first; Rewind is there for it.
# What happens: Rewind seeks the prefix itself, and backwards that is the greatest key not above it: all keys with the
# prefix are longer and lie above. The iterator is at once at its end, as if there were no such keys, without an
# error. Seek("k") with Reverse finds nothing for the same reason; one has to seek the prefix with a byte 0xFF behind
# it. Forwards, and backwards through all keys, Rewind is right, and the comment on it has no exception.
# Why it matters: keys of tables or series lie behind prefixes in one store, and "the latest ten" is a walk backwards.
# A benchmark of it times empty walks, which look quick.
# Package: golang-github-dgraph-io-badger-dev 2.2007.2-3 with golang-1.19-go 1.19.8-2 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=2.2007.2-3
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "golang-github-dgraph-io-badger-dev=$version" \
  golang-github-cespare-xxhash-dev=2.1.1-2 golang-github-dgraph-io-ristretto-dev=0.0.3-2 \
  golang-github-dgryski-go-farm-dev=0.0~git20171119.ac7624ea8da3-1.1 golang-github-dustin-go-humanize-dev=1.0.0-3 \
  golang-github-golang-protobuf-1-5-dev=1.5.2-3 golang-google-protobuf-dev=1.28.1-3 \
  golang-github-golang-snappy-dev=0.0.2-3 golang-github-pkg-errors-dev=0.9.1-2 golang-golang-x-net-dev=1:0.7.0+dfsg-1 \
  golang-golang-x-sys-dev=0.3.0-1 {golang-1.19-go,golang-1.19-src}=1.19.8-2)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
export GOROOT=$work/usr/lib/go-1.19 GOPATH=$work/usr/share/gocode GOCACHE=$work/cache GO111MODULE=off CGO_ENABLED=0
echo "badger $version"

cat >"$work/try.go" <<'GO'
package main

import (
	"encoding/binary"
	"fmt"
	"log"
	"os"

	"github.com/dgraph-io/badger"
)

// A walk over the keys alone, from where begin puts the iterator.
func walk(transaction *badger.Txn, name string, reverse bool, prefix string, begin func(*badger.Iterator)) int {
	iterator := transaction.NewIterator(badger.IteratorOptions{Reverse: reverse, Prefix: []byte(prefix)})
	defer iterator.Close()
	count := 0
	for begin(iterator); iterator.Valid(); iterator.Next() {
		count++
	}
	fmt.Printf("%s: %d keys\n", name, count)
	return count
}

func main() {
	store, err := badger.Open(badger.DefaultOptions(os.Args[1]).WithLogger(nil))
	if err != nil {
		log.Fatal(err)
	}
	batch := store.NewWriteBatch()
	for i := uint64(0); i < 10000; i++ {
		key := make([]byte, 9)
		key[0] = 'k'
		binary.BigEndian.PutUint64(key[1:], i)
		if err := batch.Set(key, nil); err != nil {
			log.Fatal(err)
		}
	}
	if err := batch.Flush(); err != nil {
		log.Fatal(err)
	}
	var told []int
	err = store.View(func(transaction *badger.Txn) error {
		rewind := (*badger.Iterator).Rewind
		told = append(told,
			walk(transaction, "forwards, prefix k", false, "k", rewind),
			walk(transaction, "backwards, all", true, "", rewind),
			walk(transaction, "backwards, prefix k", true, "k", rewind),
			walk(transaction, "backwards from k", true, "", func(iterator *badger.Iterator) { iterator.Seek([]byte("k")) }),
			walk(transaction, "backwards, prefix k, from k and 0xFF", true, "k",
				func(iterator *badger.Iterator) { iterator.Seek([]byte("k\xff")) }))
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	if err := store.Close(); err != nil {
		log.Fatal(err)
	}
	if fmt.Sprint(told) != "[10000 10000 0 0 10000]" {
		fmt.Fprintln(os.Stderr, "changed")
		os.Exit(1)
	}
}
GO
"$GOROOT/bin/go" run "$work/try.go" "$work/store"
