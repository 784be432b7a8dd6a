#!/usr/bin/env bash
# go-memdb's LowerBound over an integer index finds 838 of 1,000 keys from 900 up, where there are 100.
#
# Guess: the index is an immutable radix tree over bytes that order as the integers do; LowerBound and a walk over the
# index are in numerical order.
# What happens: UintFieldIndex and IntFieldIndex write a key as a varint, its lowest seven bits first. That order is the
# numerical one below 128, and for signed keys from 0 to 63 alone. Of the keys 0 to 999 LowerBound(500) gives 70, of
# which 22 are smaller, and LowerBound(900) 838. Lookups are right. The comment at LowerBound promises the rows that
# are greater than or equal to the argument, for range scans, and names no kind of index.
# Why it matters: it is the usual in-process table of Go programs with transactions and secondary indexes, on a radix
# tree that one compares with B-trees. A range scan returns a plausible number of rows, and those of other keys; a test
# with fewer than 64 keys passes.
# Package: golang-github-hashicorp-go-memdb-dev 1.2.1-1 with golang-1.19-go 1.19.8-2 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=1.2.1-1
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "golang-github-hashicorp-go-memdb-dev=$version" \
  golang-github-hashicorp-go-immutable-radix-dev=1.3.1-3 golang-github-hashicorp-golang-lru-dev=0.5.4-2 \
  {golang-1.19-go,golang-1.19-src}=1.19.8-2)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
export GOROOT=$work/usr/lib/go-1.19 GOPATH=$work/usr/share/gocode GOCACHE=$work/cache GO111MODULE=off
echo "go-memdb $version"

cat >"$work/try.go" <<'GO'
package main

import (
	"fmt"
	"os"

	"github.com/hashicorp/go-memdb"
)

const keys = 1000

type row struct{ Key uint64 }

// How many rows LowerBound gives from a key upwards, and how many of them are smaller than that key.
func from(txn *memdb.Txn, bound uint64) (rows, smaller int) {
	found, err := txn.LowerBound("t", "id", bound)
	if err != nil {
		panic(err)
	}
	for next := found.Next(); next != nil; next = found.Next() {
		rows++
		if next.(*row).Key < bound {
			smaller++
		}
	}
	fmt.Printf("LowerBound(%d): %d rows, %d of them smaller; there are %d\n", bound, rows, smaller, keys-bound)
	return
}

func main() {
	index := &memdb.IndexSchema{Name: "id", Unique: true, Indexer: &memdb.UintFieldIndex{Field: "Key"}}
	table := &memdb.TableSchema{Name: "t", Indexes: map[string]*memdb.IndexSchema{"id": index}}
	db, err := memdb.NewMemDB(&memdb.DBSchema{Tables: map[string]*memdb.TableSchema{"t": table}})
	if err != nil {
		panic(err)
	}
	load := db.Txn(true)
	for key := uint64(0); key < keys; key++ {
		if err := load.Insert("t", &row{key}); err != nil {
			panic(err)
		}
	}
	load.Commit()

	txn := db.Txn(false)
	points := 0
	for key := uint64(0); key < keys; key++ {
		if found, err := txn.First("t", "id", key); err == nil && found != nil && found.(*row).Key == key {
			points++
		}
	}
	fmt.Printf("%d of %d keys are found by themselves\n", points, keys)
	small, _ := from(txn, 100)
	middle, smaller := from(txn, 500)
	large, _ := from(txn, 900)
	if points != keys || small != 900 || middle != 70 || smaller != 22 || large != 838 {
		fmt.Fprintln(os.Stderr, "changed")
		os.Exit(1)
	}
}
GO
"$GOROOT/bin/go" run "$work/try.go"
