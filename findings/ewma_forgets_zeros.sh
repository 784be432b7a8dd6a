#!/usr/bin/env bash
# After a million zeros one 100 makes the moving average of Go's ewma 100.
#
# Guess: NewMovingAverage() decays over about thirty values, so that a 100 after zeros lifts it to 100 * 2 / 31, six
# and a half.
# What happens: an average of 0 stands for "no value yet", so that the next value is taken as it is: however many
# zeros came before, the first other value is the average. From then on it decays as documented, 93.5 after one more
# zero. With 0.001 in place of the zeros one 100 gives 6.45. An average of zeros by NewMovingAverage(10) is not
# concerned.
# Why it matters: what one averages is often 0, queue lengths, misses, retries, compactions per second, or latencies
# in whole milliseconds. The first event in a quiet series is then drawn fifteen times too high and takes twenty
# values to come down to a quarter: one sees a burst where there was one event.
# Package: golang-github-vividcortex-ewma-dev 1.1.1-2 with golang-1.19-go 1.19.8-2 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=1.1.1-2
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "golang-github-vividcortex-ewma-dev=$version" \
  {golang-1.19-go,golang-1.19-src}=1.19.8-2)
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done
export GOROOT=$work/usr/lib/go-1.19 GOPATH=$work/usr/share/gocode GOCACHE=$work/cache GO111MODULE=off
echo "ewma $version"

cat >"$work/try.go" <<'GO'
package main

import (
	"fmt"
	"os"

	"github.com/VividCortex/ewma"
)

// The average after count times the quiet value, a 100, and the quiet value once more.
func ask(name string, average ewma.MovingAverage, count int, quiet float64) (float64, float64) {
	for i := 0; i < count; i++ {
		average.Add(quiet)
	}
	average.Add(100)
	event := average.Value()
	average.Add(quiet)
	fmt.Printf("%s, %d times %v, then 100: %.2f, and %.2f after the next %v\n", name, count, quiet, event,
		average.Value(), quiet)
	return event, average.Value()
}

func main() {
	zeros, after := ask("NewMovingAverage()", ewma.NewMovingAverage(), 1000000, 0)
	small, _ := ask("NewMovingAverage()", ewma.NewMovingAverage(), 1000000, 0.001)
	other, _ := ask("NewMovingAverage(10)", ewma.NewMovingAverage(10), 1000000, 0)
	if zeros != 100 || after < 93 || small > 7 || other > 20 {
		fmt.Fprintln(os.Stderr, "changed")
		os.Exit(1)
	}
}
GO
"$GOROOT/bin/go" run "$work/try.go"
