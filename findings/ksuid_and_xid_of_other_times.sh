#!/usr/bin/env bash
# A KSUID for a record of 2010 says 2146 and comes behind all of today, and an xid for 2110 says 1973.
#
# Guess: ids that sort by time are given for any time, or refused for one that they cannot hold.
# What happens: both have 32 bits of seconds, KSUID from May 2014 on, xid from 1970, and NewRandomWithTime and
# NewWithTime cut what they are given to that without an error. 136 years are added or taken off: the id tells that
# time when asked, and compares by it. Inside of the range the order is right.
# Why it matters: keys are made with such functions where records that have a time are moved into a store that scans
# by id. Those before 2014 are most of many archives: they become the newest, a scan from "now" on is not empty, and a
# window over the oldest has other records in it.
# Package: golang-github-segmentio-ksuid-dev 1.0.4-2 and golang-github-rs-xid-dev 1.4.0-1 with golang-1.19-go 1.19.8-2
# (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download golang-github-segmentio-ksuid-dev=1.0.4-2 \
  golang-github-rs-xid-dev=1.4.0-1 {golang-1.19-go,golang-1.19-src}=1.19.8-2)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
export GOROOT=$work/usr/lib/go-1.19 GOPATH=$work/usr/share/gocode GOCACHE=$work/cache GO111MODULE=off
echo 'ksuid 1.0.4, xid 1.4.0'

cat >"$work/try.go" <<'GO'
package main

import (
	"fmt"
	"os"
	"time"

	"github.com/rs/xid"
	"github.com/segmentio/ksuid"
)

var recent = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)

// The year that each kind of id tells for one that was made for a year, and its place by the one for 2024.
func ask(year int) (told [2]int, order [2]int) {
	when := time.Date(year, 1, 1, 12, 0, 0, 0, time.UTC)
	one, err := ksuid.NewRandomWithTime(when)
	if err != nil {
		fmt.Println(year, err)
		return
	}
	reference, _ := ksuid.NewRandomWithTime(recent)
	other := xid.NewWithTime(when)
	told = [2]int{one.Time().UTC().Year(), other.Time().UTC().Year()}
	order = [2]int{ksuid.Compare(one, reference), other.Compare(xid.NewWithTime(recent))}
	fmt.Printf("%d: ksuid %s says %d and compares to 2024 as %d", year, one, told[0], order[0])
	fmt.Printf(", xid %s says %d, %d\n", other, told[1], order[1])
	return told, order
}

func main() {
	told, order := ask(2015)
	right := told == [2]int{2015, 2015} && order == [2]int{-1, -1}
	told, order = ask(2010)
	right = right && told[0] == 2146 && order[0] == 1 && told[1] == 2010
	told, order = ask(2110)
	right = right && told[1] == 1973 && order[1] == -1 && told[0] == 2110
	if !right {
		fmt.Fprintln(os.Stderr, "changed")
		os.Exit(1)
	}
}
GO
"$GOROOT/bin/go" run "$work/try.go"
