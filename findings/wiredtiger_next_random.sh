#!/usr/bin/env bash
# WiredTiger's random cursor draws some keys thousands of times and half of them never, after inserts in random order.
#
# Guess: a cursor with next_random=true draws each record with about the same chance, like a random number in 1 to n.
# What happens: after 100,000 inserts in key order it does: of 200,000 draws 14 per cent of the keys see none (13.5 by
# chance), the luckiest eleven. Right after inserts in random order half of the keys see none and the luckiest some
# thousands, since fresh keys lie in skip lists beside their pages and a draw does not weigh these. Closed and opened
# again, most keys have their share, but a leaf with few keys is still as likely as one with thousands. The
# documentation says "pseudo-random record"; next_random_sample_size is offered for spreading the draws.
# Why it matters: samples of keys for a workload of lookups, for training a model or for estimating a distribution are
# taken this way (MongoDB's $sample is). Straight after loading, lookups of such a sample hit the same few keys and
# look like a cache.
# Package: libwiredtiger-dev 3.2.1-1 (Debian 12).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=3.2.1-1
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "libwiredtiger-dev=$version" "libwiredtiger0=$version")
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work"; done

cat >"$work/try.cc" <<'CC'
#include <wiredtiger.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <numeric>
#include <random>
#include <string>
#include <vector>

constexpr int kKeys = 100000, kDraws = 200000;

static void expect(int error) {
  if (error == 0) return;
  std::fprintf(stderr, "%s\n", wiredtiger_strerror(error));
  std::exit(2);
}

struct Database {
  explicit Database(const std::string& folder) {
    expect(wiredtiger_open(folder.c_str(), nullptr, "create,cache_size=200MB", &connection));
    expect(connection->open_session(connection, nullptr, nullptr, &session));
  }
  ~Database() { expect(connection->close(connection, nullptr)); }

  WT_CONNECTION* connection = nullptr;
  WT_SESSION* session = nullptr;
};

static void insert(Database& database, const std::vector<std::uint64_t>& keys) {
  expect(database.session->create(database.session, "table:t", "key_format=Q,value_format=Q"));
  WT_CURSOR* cursor = nullptr;
  expect(database.session->open_cursor(database.session, "table:t", nullptr, nullptr, &cursor));
  for (const std::uint64_t key : keys) {
    cursor->set_key(cursor, key);
    cursor->set_value(cursor, key);
    expect(cursor->insert(cursor));
  }
  expect(cursor->close(cursor));
}

struct Draws {
  double never_per_cent;
  int most;
};

static Draws draw(const char* name, Database& database) {
  WT_CURSOR* cursor = nullptr;
  expect(database.session->open_cursor(database.session, "table:t", nullptr, "next_random=true", &cursor));
  std::vector<int> drawn(kKeys);
  for (int i = 0; i < kDraws; ++i) {
    std::uint64_t key = 0;
    expect(cursor->next(cursor));
    expect(cursor->get_key(cursor, &key));
    ++drawn[key];
  }
  const Draws draws = {100.0 * std::count(drawn.begin(), drawn.end(), 0) / kKeys,
                       *std::max_element(drawn.begin(), drawn.end())};
  std::printf("%s: never drawn %.1f %%, most often drawn %d times\n", name, draws.never_per_cent, draws.most);
  return draws;
}

int main(int, char** arguments) {
  const std::string folder = arguments[1];
  std::printf("%s, %d draws from %d keys\n", wiredtiger_version(nullptr, nullptr, nullptr), kDraws, kKeys);
  std::vector<std::uint64_t> keys(kKeys);
  std::iota(keys.begin(), keys.end(), 0);
  for (const char* name : {"/sorted", "/random"}) std::filesystem::create_directory(folder + name);
  Draws sorted = {}, random = {}, opened = {};
  {
    Database database(folder + "/sorted");
    insert(database, keys);
    sorted = draw("inserted in order", database);
  }
  {
    std::shuffle(keys.begin(), keys.end(), std::mt19937(7919));
    Database database(folder + "/random");
    insert(database, keys);
    random = draw("inserted in random order", database);
  }
  {
    Database database(folder + "/random");
    opened = draw("the same, closed and opened", database);
  }
  const bool even = sorted.never_per_cent < 25 && sorted.most < 50 && opened.never_per_cent < 35;
  return even && random.never_per_cent > 40 && random.most > 500 ? 0 : 1;
}
CC
lib=$work/usr/lib/x86_64-linux-gnu
g++ -std=c++17 -O1 -isystem "$work/usr/include" "$work/try.cc" -o "$work/try" -L"$lib" -lwiredtiger -Wl,-rpath,"$lib"
"$work/try" "$work" || { echo 'changed' >&2; exit 1; }
