#!/usr/bin/env bash
# influxdata's t-digest tells 85 for the largest of a million values, which is 10,000.
#
# Guess: a t-digest keeps its least and largest value exactly, so that Quantile(0) and Quantile(1) are these; its paper
# and the other implementations do it, and CDF of the largest value is 1.
# What happens: min and max are those of the cluster means, after clusters were merged. With compression 100 the last
# cluster holds over a hundred of a million values, and one of 10,000 among ones raises its mean to 85: that is
# Quantile(1), and Quantile(0.999999) too. An outlier among the first thousand is kept, one in the middle is not. CDF of
# the least value is 0, however many values equal it: CDF(1) is 0 where all but one are 1. No comment says it.
# Why it matters: it is the digest of InfluxDB's Flux and of many exporters in Go. The slowest operation is what one
# looks for in a tail, and it shrinks by two orders of magnitude, by when it happened.
# Package: golang-github-influxdata-tdigest-dev 0.0~git20180711.a7d76c6-1.1 with golang-1.19-go 1.19.8-2 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=0.0~git20180711.a7d76c6-1.1
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "golang-github-influxdata-tdigest-dev=$version" \
  {golang-1.19-go,golang-1.19-src}=1.19.8-2)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
export GOROOT=$work/usr/lib/go-1.19 GOPATH=$work/usr/share/gocode GOCACHE=$work/cache GO111MODULE=off
echo "influxdata/tdigest $version"

cat >"$work/try.go" <<'GO'
package main

import (
	"fmt"
	"os"

	"github.com/influxdata/tdigest"
)

// A million ones, of which the one at the given place is 10,000 instead: what the digest says is the largest.
func largest(slow int) (told, below float64) {
	digest := tdigest.NewWithCompression(100)
	for i := 0; i < 1000000; i++ {
		value := 1.0
		if i == slow {
			value = 10000
		}
		digest.Add(value, 1)
	}
	told, below = digest.Quantile(1), digest.CDF(1)
	fmt.Printf("10,000 as value %d of a million ones: Quantile(1) %.1f, CDF(1) %.3f\n", slow, told, below)
	return
}

func main() {
	early, _ := largest(500)
	late, below := largest(500000)
	if early != 10000 || late > 500 || below != 0 {
		fmt.Fprintln(os.Stderr, "changed")
		os.Exit(1)
	}
}
GO
"$GOROOT/bin/go" run "$work/try.go"
