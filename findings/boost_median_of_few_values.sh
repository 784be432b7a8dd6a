#!/usr/bin/env bash
# The median of 1, 2 and 3 is 3 by Boost.Accumulators, that of 30, 20 and 10 is 10, and that of 1 and 2 is 0.
#
# Guess: median(accumulator) is exact for a handful of values, as it is not much work, or says that it needs more.
# What happens: tag::median is an estimate with five markers (P-square), which hold the first five values as they
# come. Before there are five, the one in the middle place is told: the third value, whatever it is, and 0 if there
# are two. With five it is exact; so are mean and count at any time. tag::p_square_quantile, for any quantile, does
# the same.
# Why it matters: three trials are what many benchmarks take, and their median is what is compared. This is the last
# of the three, so that warm-up looks like a result, and of two it is 0 without an error.
# Package: libboost1.81-dev 1.81.0-5+deb12u1 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=1.81.0-5+deb12u1
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "libboost1.81-dev=$version")
dpkg-deb -x "$work"/libboost1.81-dev_*.deb "$work"

cat >"$work/try.cc" <<'CC'
#include <boost/accumulators/accumulators.hpp>
#include <boost/accumulators/statistics/count.hpp>
#include <boost/accumulators/statistics/mean.hpp>
#include <boost/accumulators/statistics/median.hpp>
#include <boost/accumulators/statistics/p_square_quantile.hpp>
#include <boost/accumulators/statistics/stats.hpp>
#include <boost/version.hpp>
#include <cstdio>
#include <vector>

namespace acc = boost::accumulators;

static double ask(const std::vector<double>& values) {
  acc::accumulator_set<double, acc::stats<acc::tag::count, acc::tag::mean, acc::tag::median>> all;
  acc::accumulator_set<double, acc::stats<acc::tag::p_square_quantile>> tail(acc::quantile_probability = 0.9);
  for (const double value : values) {
    std::printf("%g ", value);
    all(value);
    tail(value);
  }
  std::printf(": count %zu, mean %g, median %g, 90th percentile %g\n", acc::count(all), acc::mean(all),
              acc::median(all), acc::p_square_quantile(tail));
  return acc::median(all);
}

int main() {
  std::printf("Boost %s\n", BOOST_LIB_VERSION);
  const double up = ask({1, 2, 3}), down = ask({30, 20, 10}), two = ask({1, 2}), four = ask({9, 8, 1, 7});
  const double five = ask({5, 4, 3, 2, 1});
  return up != 3 || down != 10 || two != 0 || four != 1 || five != 3;
}
CC
g++ -std=c++17 -O1 -w -isystem "$work/usr/include" "$work/try.cc" -o "$work/try"
"$work/try" || { echo 'changed' >&2; exit 1; }
