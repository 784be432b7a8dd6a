#!/usr/bin/env bash
# go-metrics' Timer tells a Max, Min and Sum of 1,028 remembered values, next to a Count of all.
#
# Guess: percentiles come from a sample, as in every such library; count, sum, least and largest cost a word each and
# are exact, so that Sum / Count is the mean.
# What happens: all but Count are read off the sample of 1,028, of which the newest are the likeliest. Of 100,000
# durations of 1 ms with one of ten seconds in the middle, Max is 1 ms in nearly every run, and Sum is 1.028 s and not
# 110, so that Sum / Count is 10 us where the mean is 1.1 ms. The comments at the methods say "in the sample".
# Why it matters: the slowest operation is what one looks at Max for, and it is gone just when the run was long; rates
# from Sum are off by the length of the run.
# Package: golang-github-rcrowley-go-metrics-dev 0.0~git20180125.8732c61-3 with golang-1.19-go 1.19.8-2 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=0.0~git20180125.8732c61-3
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "golang-github-rcrowley-go-metrics-dev=$version" \
  {golang-1.19-go,golang-1.19-src}=1.19.8-2)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
export GOROOT=$work/usr/lib/go-1.19 GOPATH=$work/usr/share/gocode GOCACHE=$work/cache GO111MODULE=off
echo "go-metrics $version"

cat >"$work/try.go" <<'GO'
package main

import (
	"fmt"
	"os"
	"time"

	"github.com/rcrowley/go-metrics"
)

func main() {
	const values, runs = 100000, 10
	forgotten := 0
	var sum, count int64
	for run := 0; run < runs; run++ {
		timer := metrics.NewTimer()
		for i := 0; i < values; i++ {
			duration := time.Millisecond
			if i == values/2 {
				duration = 10 * time.Second
			}
			timer.Update(duration)
		}
		sum, count = timer.Sum(), timer.Count()
		if timer.Max() == int64(time.Millisecond) {
			forgotten++
		}
		timer.Stop()
	}
	fmt.Printf("%d x 1 ms, one of them 10 s: Max is 1 ms in %d of %d runs\n", values, forgotten, runs)
	fmt.Printf("Count %d, Sum %v, Sum / Count %v\n", count, time.Duration(sum), time.Duration(sum/count))
	if forgotten < 5 || count != values || sum > int64(12*time.Second) {
		fmt.Fprintln(os.Stderr, "changed")
		os.Exit(1)
	}
}
GO
"$GOROOT/bin/go" run "$work/try.go"
