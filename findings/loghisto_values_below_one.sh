#!/usr/bin/env bash
# Go's loghisto tells 0 for the mean, the sum and all percentiles of times of 4 ms that are recorded in seconds.
#
# Guess: a histogram of logarithms that promises one per cent keeps one per cent at any scale, whatever the unit.
# What happens: a value is stored as the logarithm of 1 + value, in steps of a hundredth, so that below 1 the error is
# up to 0.005, not one per cent: 0.004 and all below is 0, 0.012 is 0.01005 and 0.025 is 0.0202. The count goes on
# counting. From 1 on all is as promised, and so it is for its own timers, which are in nanoseconds.
# Why it matters: seconds are the unit of metrics, and milliseconds of many latency logs: lookups that take microseconds
# are all 0 in either, next to a right count, and a mean over fast and slow operations is that of the slow ones.
# Package: golang-github-spacejam-loghisto-dev 0.0~git20150819.0.3233097-2 with golang-1.19-go 1.19.8-2 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=0.0~git20150819.0.3233097-2
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "golang-github-spacejam-loghisto-dev=$version" \
  golang-glog-dev=0.0~git20160126.23def4e-5 {golang-1.19-go,golang-1.19-src}=1.19.8-2)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
export GOROOT=$work/usr/lib/go-1.19 GOPATH=$work/usr/share/gocode GOCACHE=$work/cache GO111MODULE=off
echo "loghisto $version"

cat >"$work/try.go" <<'GO'
package main

import (
	"fmt"
	"math"
	"os"
	"time"

	"github.com/spacejam/loghisto"
)

// What is told of 1,000 times a value: the mean and the 99th percentile.
func ask(value float64) (mean, tail float64) {
	system := loghisto.NewMetricSystem(200*time.Millisecond, false)
	told := make(chan *loghisto.ProcessedMetricSet, 20)
	system.SubscribeToProcessedMetrics(told)
	system.Start()
	defer system.Stop()
	for i := 0; i < 1000; i++ {
		system.Histogram("t", value)
	}
	for set := range told {
		if set.Metrics["t_count"] > 0 {
			mean, tail = set.Metrics["t_avg"], set.Metrics["t_99"]
			break
		}
	}
	fmt.Printf("%g: mean %.5g, 99th percentile %.5g, off by %.1f %%\n", value, mean, tail, 100*math.Abs(tail/value-1))
	return mean, tail
}

func main() {
	mean, tail := ask(0.004)
	_, next := ask(0.012)
	_, third := ask(0.025)
	_, large := ask(4e6)
	if mean != 0 || tail != 0 || math.Abs(next/0.012-1) < 0.1 || math.Abs(third/0.025-1) < 0.1 ||
		math.Abs(large/4e6-1) > 0.01 {
		fmt.Fprintln(os.Stderr, "changed")
		os.Exit(1)
	}
}
GO
"$GOROOT/bin/go" run "$work/try.go"
