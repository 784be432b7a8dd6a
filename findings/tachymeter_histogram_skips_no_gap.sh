#!/usr/bin/env bash
# Go's tachymeter counts one second among 999 times of 1 ms in the bin "100.9ms - 200.8ms".
#
# Guess: the histogram has as many equal bins between the least and the largest time as asked for, ten, and each counts
# the times in its range; some are empty.
# What happens: a time that does not fit into the bin at hand goes into the next one, however far above that it lies, so
# that there are no empty bins and what follows a gap is told too low. 1, 2, 3 and 4 ms are four bins of one each, the
# last labelled "1.9ms - 2.2ms". Max, mean and percentiles beside it are right. Times that are spread evenly, without
# gaps, come out right, too.
# Why it matters: it is a package for timing loops of lookups, and prints this histogram and a page with it. The
# second mode of latencies, a miss or a compaction, is drawn next to the first: at 150 ms for a second, a tenth of what
# the line above says.
# Package: golang-github-jamiealquiza-tachymeter-dev 2.0.0-3 with golang-1.19-go 1.19.8-2 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=2.0.0-3
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "golang-github-jamiealquiza-tachymeter-dev=$version" \
  {golang-1.19-go,golang-1.19-src}=1.19.8-2)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
export GOROOT=$work/usr/lib/go-1.19 GOPATH=$work/usr/share/gocode GOCACHE=$work/cache GO111MODULE=off
echo "tachymeter $version"

cat >"$work/try.go" <<'GO'
package main

import (
	"fmt"
	"os"
	"time"

	"github.com/jamiealquiza/tachymeter"
)

// The bins that tachymeter has of these times, and the label of the last one.
func ask(times []time.Duration) (bins int, last string) {
	meter := tachymeter.New(&tachymeter.Config{Size: len(times)})
	for _, one := range times {
		meter.AddTime(one)
	}
	told := meter.Calc()
	fmt.Printf("%d times from %v to %v, in bins of %v:", told.Samples, told.Time.Min, told.Time.Max, told.HistogramBinSize)
	for _, bin := range *told.Histogram {
		for label, count := range bin {
			fmt.Printf(" %q: %d", label, count)
			last = label
		}
	}
	fmt.Println()
	return len(*told.Histogram), last
}

func main() {
	few := []time.Duration{}
	for i := 1; i <= 4; i++ {
		few = append(few, time.Duration(i)*time.Millisecond)
	}
	slow := make([]time.Duration, 1000)
	for i := range slow {
		slow[i] = time.Millisecond
	}
	slow[999] = time.Second
	even := make([]time.Duration, 1000)
	for i := range even {
		even[i] = time.Duration(i+1) * time.Millisecond
	}
	fewBins, fewLast := ask(few)
	slowBins, slowLast := ask(slow)
	evenBins, evenLast := ask(even)
	wrong := fewBins == 4 && fewLast == "1.9ms - 2.2ms" && slowBins == 2 && slowLast == "100.9ms - 200.8ms"
	if !wrong || evenBins != 10 || evenLast != "900.1ms - 1s" {
		fmt.Fprintln(os.Stderr, "changed")
		os.Exit(1)
	}
}
GO
"$GOROOT/bin/go" run "$work/try.go"
