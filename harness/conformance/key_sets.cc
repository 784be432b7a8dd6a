// See the header.
#include "harness/conformance/key_sets.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <iterator>
#include <utility>

#include "core/record.h"
#include "core/rng.h"

namespace omenbench::conformance {
namespace {

void sort_unique(std::vector<Key>& keys) {
  std::ranges::sort(keys);
  const auto rest = std::ranges::unique(keys);
  keys.erase(rest.begin(), rest.end());
}

/// `count` keys from `first` upwards, `gap(i)` apart, stopping before 2^64.
template <class Gap>
std::vector<Key> ascending(Key first, std::size_t count, Gap gap) {
  std::vector<Key> keys{first};
  for (std::size_t i = 1; i < count; ++i) {
    const std::uint64_t step = gap(i);
    if (step > ~Key{0} - keys.back()) break;
    keys.push_back(keys.back() + step);
  }
  return keys;
}

std::vector<Key> clusters(std::size_t count, Rng& rng) {
  std::vector<Key> keys;
  while (keys.size() < count) {
    const Key centre = rng.next();
    const std::uint64_t width = std::uint64_t{1} << (4 + rng.below(40));
    for (std::size_t i = 0; i < 500; ++i) keys.push_back(centre + rng.below(width) % (i + 1) * (width / 1000 + 1));
  }
  sort_unique(keys);
  return keys;
}

std::vector<Key> powers_of_two() {
  std::vector<Key> keys{0, ~Key{0}};
  for (int bit = 0; bit < 64; ++bit) {
    for (int offset = -1; offset <= 1; ++offset) keys.push_back((Key{1} << bit) + static_cast<Key>(offset));
  }
  sort_unique(keys);
  return keys;
}

std::vector<Key> with(std::vector<Key> keys, std::initializer_list<Key> extra) {
  keys.insert(keys.end(), extra);
  sort_unique(keys);
  return keys;
}

}  // namespace

std::vector<KeySet> synthetic_key_sets(std::size_t count, std::uint64_t seed) {
  Rng rng(seed);
  const auto one = [](std::size_t) { return std::uint64_t{1}; };
  std::vector<KeySet> sets;
  sets.push_back({"empty", {}});
  sets.push_back({"single", {Key{1} << 40}});
  sets.push_back({"zero alone", {0}});
  sets.push_back({"extremes alone", {0, ~Key{0}}});
  sets.push_back({"dense from 0", ascending(0, count, one)});
  sets.push_back({"dense up to 2^64-1", ascending(~Key{0} - (count - 1), count, one)});
  sets.push_back({"dense across 2^63", ascending((Key{1} << 63) - count / 2, count, one)});
  sets.push_back({"equal gaps", ascending(7, count, [](std::size_t) { return std::uint64_t{1'000'003}; })});
  sets.push_back({"equal gaps over everything", ascending(0, count, [&](std::size_t) { return ~Key{0} / count; })});
  sets.push_back({"one huge outlier above", with(ascending(1, count, one), {~Key{0}})});
  sets.push_back({"one huge outlier below", with(ascending(~Key{0} - 2 * count, count, one), {0})});
  sets.push_back({"powers of two", powers_of_two()});
  sets.push_back({"clusters", clusters(count, rng)});
  sets.push_back(
      {"below 53 bits", ascending(0xfedcba9876000000, count, [&](std::size_t) { return 1 + rng.below(5); })});
  sets.push_back(
      {"uniform", ascending(rng.below(1000), count, [&](std::size_t) { return 1 + rng.below(~Key{0} / count); })});
  sets.push_back({"geometric gaps", ascending(1, count, [&](std::size_t i) {
                    return 1 + static_cast<std::uint64_t>(
                                   std::exp2(55.0 * static_cast<double>(i) / static_cast<double>(count)));
                  })});
  sets.push_back({"bursts and pauses", ascending(1'600'000'000'000'000'000, count, [&](std::size_t i) {
                    return i % 1000 == 0  ? rng.below(3'600'000'000'000) + 1
                           : i % 100 < 60 ? 1 + rng.below(2)
                                          : 1 + rng.below(1000);
                  })});
  sets.push_back({"alternating gaps", ascending(3, count, [](std::size_t i) {
                    return i % 2 == 0 ? std::uint64_t{1} : std::uint64_t{1} << 45;
                  })});
  sets.push_back({"staircase", ascending(0, count, [](std::size_t i) {
                    return i % 257 == 0 ? std::uint64_t{1} << (i / 257 % 50) : std::uint64_t{1};
                  })});
  return sets;
}

std::vector<KeySet> repeated_key_sets(std::size_t count, std::uint64_t seed) {
  std::vector<KeySet> sets;
  const auto add = [&](const char* name, const std::vector<Key>& distinct, auto length) {
    KeySet set{.name = name, .keys = {}, .texts = {}, .repeats = true};
    for (std::size_t i = 0; i < distinct.size(); ++i) set.keys.insert(set.keys.end(), length(i), distinct[i]);
    sets.push_back(std::move(set));
  };
  const auto of = [](std::size_t length) { return [length](std::size_t) { return length; }; };
  constexpr std::size_t kLong = 1000;
  const std::vector<Key> keys = random_keys(count, seed);
  add("every key once", every(4, keys), of(1));
  add("every key twice", every(8, keys), of(2));
  add("runs of 1,000", every(std::max<std::size_t>(1, kLong / 2), keys), of(kLong));
  add("all keys equal", {Key{1} << 40}, of(2 * kLong));
  add("runs of 0 and of 2^64-1", with(every(count / 16 + 1, keys), {0, ~Key{0}}), of(300));
  add("runs without gaps", ascending(77, count / 64 + 3, [](std::size_t) { return std::uint64_t{1}; }), of(65));
  constexpr std::size_t kLengths[] = {1,  1,  2, 1,  3,   7,   8,   9,   1,   16,  17,
                                      33, 64, 1, 66, 129, 130, 254, 255, 256, 257, 600};
  add("runs of every length", every(std::max<std::size_t>(1, count / 66), keys),
      [&](std::size_t i) { return kLengths[i % std::size(kLengths)]; });
  return sets;
}

std::vector<KeySet> record_key_sets(std::size_t count, std::uint64_t seed) {
  std::vector<KeySet> sets;
  const auto add = [&](std::uint64_t bytes, std::vector<Key> keys) {
    sets.push_back({.name = "records of " + std::to_string(bytes) + " bytes",
                    .keys = std::move(keys),
                    .texts = {},
                    .repeats = false,
                    .record_bytes = bytes});
  };
  const std::vector<Key> keys = random_keys(count, seed);
  add(9, with(keys, {0, ~Key{0}}));
  add(64, ascending(0, count, [](std::size_t) { return std::uint64_t{1}; }));
  add(100, keys);
  add(512, every(4, keys));
  add(kMostRecordBytes, every(16, keys));
  return sets;
}

std::vector<Key> random_keys(std::size_t count, std::uint64_t seed) {
  Rng rng(seed);
  std::vector<Key> keys(count);
  for (Key& key : keys) key = rng.next();
  sort_unique(keys);
  return keys;
}

std::vector<Key> every(std::size_t step, const std::vector<Key>& keys) {
  std::vector<Key> some;
  for (std::size_t i = 0; i < keys.size(); i += step) some.push_back(keys[i]);
  return some;
}

}  // namespace omenbench::conformance
