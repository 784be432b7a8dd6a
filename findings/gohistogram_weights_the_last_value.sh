#!/usr/bin/env bash
# The weighted histogram of VividCortex's gohistogram, told to remember 30 values, remembers little more than the last.
#
# Guess: with alpha = 2 / (N + 1), as its documentation says and as exponential averages have it, about N values count;
# the median of uniform numbers stays near the middle.
# What happens: on each new value the other counts are multiplied by alpha and not by 1 - alpha. With 2 / 31 a count is
# 6 per cent of itself one value later, Count() is 1.07, and the median is the last value itself in most steps, outside
# the middle half every second time. Merged counts vanish in the end and the mean is NaN. With alpha = 1 - 2 / 31 all
# is as one expects.
# Why it matters: it is one of few streaming histograms with a window in Go, made for latencies over the last minute. A
# median from it jumps with every operation, and a p99 is whatever came last.
# Package: golang-github-vividcortex-gohistogram-dev 1.0.0-2 with golang-1.19-go 1.19.8-2 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=1.0.0-2
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "golang-github-vividcortex-gohistogram-dev=$version" \
  {golang-1.19-go,golang-1.19-src}=1.19.8-2)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
export GOROOT=$work/usr/lib/go-1.19 GOPATH=$work/usr/share/gocode GOCACHE=$work/cache GO111MODULE=off
echo "gohistogram $version"

cat >"$work/try.go" <<'GO'
package main

import (
	"fmt"
	"math/rand"
	"os"

	"github.com/VividCortex/gohistogram"
)

// Adds uniform numbers below 100; returns how many of 10,000 medians are outside 25 to 75 and how many the last value.
func ask(name string, alpha float64) (outside, last int, count float64) {
	const warming, steps = 1000, 10000
	random := rand.New(rand.NewSource(7919))
	histogram := gohistogram.NewWeightedHistogram(80, alpha)
	for i := 0; i < warming+steps; i++ {
		value := random.Float64() * 100
		histogram.Add(value)
		median := histogram.Quantile(0.5)
		if i < warming {
			continue
		}
		if median < 25 || median > 75 {
			outside++
		}
		if median == value {
			last++
		}
	}
	count = histogram.Count()
	fmt.Printf("alpha %s: Count() %.2f, Mean() %.1f; of %d medians %d outside 25 to 75, %d the last value itself\n", name,
		count, histogram.Mean(), steps, outside, last)
	return
}

func main() {
	outside, last, count := ask("2/31", 2.0/31)
	few, _, window := ask("1 - 2/31", 1-2.0/31)
	if count > 1.2 || outside < 4000 || last < 6000 || few > 500 || window < 15 {
		fmt.Fprintln(os.Stderr, "changed")
		os.Exit(1)
	}
}
GO
"$GOROOT/bin/go" run "$work/try.go"
