#!/usr/bin/env bash
# The 50th percentile of 1, 2, 3, 4, 5 is 2.5 by Go's montanaflynn/stats, whose median is 3.
#
# Guess: Percentile is one of the usual definitions, the nearest rank or linear interpolation between ranks; they differ
# by a fraction of the way to the next value and agree with the median at 50.
# What happens: where n * p / 100 is no whole number, the values at the ranks below and above it are averaged, half and
# half wherever it lies between them. The 50th percentile of an odd number of values lies below their median, and the
# 95th of 19 times 100 and twice 10,000, rank 19.95, is 5,050: a time that nobody measured. Numpy's default and the
# nearest rank say 10,000. Below rank 1 there is no answer but an error and NaN. PercentileNearestRank of the same
# package is what its name says; the documentation calls the other one "relative standing".
# Why it matters: load generators and command line tools in Go take their percentiles from it. With few samples, as of
# trials or of slow engines, the tail that is told is the mean of a usual value and an outlier.
# Package: golang-github-montanaflynn-stats-dev 0.6.4-2 with golang-1.19-go 1.19.8-2 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=0.6.4-2
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "golang-github-montanaflynn-stats-dev=$version" \
  {golang-1.19-go,golang-1.19-src}=1.19.8-2)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
export GOROOT=$work/usr/lib/go-1.19 GOPATH=$work/usr/share/gocode GOCACHE=$work/cache GO111MODULE=off
echo "montanaflynn/stats $version"

cat >"$work/try.go" <<'GO'
package main

import (
	"fmt"
	"os"

	"github.com/montanaflynn/stats"
)

func main() {
	five := []float64{1, 2, 3, 4, 5}
	half, _ := stats.Percentile(five, 50)
	median, _ := stats.Median(five)
	fmt.Println(five, "50th percentile", half, "median", median)

	var times []float64
	for i := 0; i < 19; i++ {
		times = append(times, 100)
	}
	times = append(times, 10000, 10000)
	tail, _ := stats.Percentile(times, 95)
	nearest, _ := stats.PercentileNearestRank(times, 95)
	fmt.Println("19 times 100 and twice 10000: 95th percentile", tail, "nearest rank", nearest)

	first, err := stats.Percentile(times, 1)
	fmt.Println("and the first percentile", first, "error:", err)
	if half != 2.5 || median != 3 || tail != 5050 || nearest != 10000 || err == nil {
		fmt.Fprintln(os.Stderr, "changed")
		os.Exit(1)
	}
}
GO
"$GOROOT/bin/go" run "$work/try.go"
