// See key_set.h.
#include "datasets/key_set.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <utility>

#include "base/digest.h"
#include "base/numbers.h"
#include "core/error.h"
#include "core/rng.h"

namespace omenbench::datasets {
void sort_keys(std::vector<Key>& keys) {
  if (std::is_sorted(keys.begin(), keys.end())) return;
  if (keys.size() < 2048) {
    std::sort(keys.begin(), keys.end());
    return;
  }
  // All histograms in one pass: they do not depend on the order.
  std::array<std::array<std::size_t, 256>, 8> counts{};
  for (const Key key : keys) {
    for (std::size_t byte = 0; byte < 8; ++byte) ++counts[byte][(key >> (8 * byte)) & 0xFF];
  }
  std::vector<Key> other(keys.size());
  for (std::size_t byte = 0; byte < 8; ++byte) {
    auto& starts = counts[byte];
    if (std::find(starts.begin(), starts.end(), keys.size()) != starts.end()) continue;  // one value only
    std::size_t start = 0;
    for (std::size_t& slot : starts) start += std::exchange(slot, start);
    for (const Key key : keys) other[starts[(key >> (8 * byte)) & 0xFF]++] = key;
    keys.swap(other);
  }
}

std::uint64_t count_duplicates(std::span<const Key> keys) {
  std::uint64_t duplicates = 0;
  for (std::size_t i = 1; i < keys.size(); ++i) duplicates += keys[i] == keys[i - 1];
  return duplicates;
}

int make_distinct(std::vector<Key>& keys, Duplicates duplicates, const std::string& where) {
  assert(std::is_sorted(keys.begin(), keys.end()));
  if (duplicates == Duplicates::kDrop) {
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    return 0;
  }
  if (duplicates == Duplicates::kKeep) return 0;
  std::uint64_t longest = 0;
  for (std::size_t i = 0, run = 0; i < keys.size(); ++i) {
    run = i > 0 && keys[i] == keys[i - 1] ? run + 1 : 1;
    longest = std::max<std::uint64_t>(longest, run);
  }
  if (longest <= 1) return 0;
  const int k = static_cast<int>(std::bit_width(longest - 1));
  const int width = static_cast<int>(std::bit_width(keys.back()));
  if (width + k > 64) {
    throw Error(
        fmt::format("{}: keys of {} and a sequence of {} (the longest run has {} equal keys) do not "
                    "fit 64 bits; use --duplicates drop",
                    where, counted(static_cast<std::uint64_t>(width), "bit"),
                    counted(static_cast<std::uint64_t>(k), "bit"), longest));
  }
  Key previous = 0;
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const Key key = keys[i];
    number = i > 0 && key == previous ? number + 1 : 0;
    previous = key;
    keys[i] = key << k | number;
  }
  return k;
}

std::vector<Key> sample_keys(std::span<const Key> keys, std::uint64_t n, std::uint64_t seed) {
  assert(n <= keys.size());
  std::vector<Key> sample;
  sample.reserve(n);
  Rng rng(mix64(seed, "sample"));
  for (std::size_t i = 0; sample.size() < n; ++i) {
    if (rng.below(keys.size() - i) < n - sample.size()) sample.push_back(keys[i]);
  }
  return sample;
}

std::string sha256_of_keys(std::span<const Key> keys) {
  static_assert(std::endian::native == std::endian::little);
  return sha256_of({reinterpret_cast<const char*>(keys.data()), keys.size_bytes()});
}

std::string sha256_of_files(std::span<const std::string> files) {
  Digest sha;
  for (const std::string& name : files) {
    const std::uint64_t length = sha.update_from(name);
    sha.update({reinterpret_cast<const char*>(&length), sizeof length});
  }
  return sha.hex();
}

}  // namespace omenbench::datasets
