// See text_statistics.h.
#include "datasets/describe/text_statistics.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cmath>

#include "core/key_kind.h"

namespace omenbench::datasets {
namespace {

using Numbers = std::vector<std::uint32_t>;

Spread spread_of(Numbers numbers) {
  if (numbers.empty()) return {};
  const auto quantile = [&](double q) -> std::uint64_t {
    const auto rank = static_cast<std::ptrdiff_t>(q * static_cast<double>(numbers.size() - 1));
    std::ranges::nth_element(numbers, numbers.begin() + rank);
    return numbers[static_cast<std::size_t>(rank)];
  };
  double sum = 0;
  for (const std::uint32_t number : numbers) sum += number;
  const auto [low, high] = std::ranges::minmax(numbers);
  return {low, quantile(0.5), quantile(0.99), high, sum / static_cast<double>(numbers.size())};
}

std::size_t shared_by(Bytes a, Bytes b) {
  return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

/// Where two keys differ first, in bits of a form in which every byte follows a bit that says that there is one. In it
/// no key is a prefix of another. REQUIRES: distinct.
std::uint32_t first_bit(Bytes a, Bytes b, std::size_t shared) {
  constexpr std::size_t kBits = 9;
  if (shared == a.size() || shared == b.size()) return static_cast<std::uint32_t>(kBits * shared);
  const auto differing = static_cast<unsigned char>(a[shared] ^ b[shared]);
  return static_cast<std::uint32_t>(kBits * shared + 1) + static_cast<std::uint32_t>(std::countl_zero(differing));
}

/// How many of `bits`, from each on, are smaller than all before them: inner nodes above a leaf on that side of it.
Numbers minima_from_each(const Numbers& bits) {
  Numbers counts(bits.size());
  Numbers ascending;  // of what is still ahead, the nearest on top
  for (std::size_t i = bits.size(); i-- > 0;) {
    while (!ascending.empty() && ascending.back() >= bits[i]) ascending.pop_back();
    ascending.push_back(bits[i]);
    counts[i] = static_cast<std::uint32_t>(ascending.size());
  }
  return counts;
}

/// Of every key, given where each differs from the next.
Numbers trie_depths(Numbers bits) {
  const std::size_t keys = bits.size() + 1;
  Numbers depths = minima_from_each(bits);
  depths.push_back(0);
  std::ranges::reverse(bits);
  const Numbers behind = minima_from_each(bits);
  for (std::size_t i = 1; i < keys; ++i) depths[i] += behind[keys - 1 - i];
  return depths;
}

std::vector<PositionStatistics> positions_of(std::span<const Key> places, const char* text, std::uint64_t shared) {
  std::array<std::array<std::uint64_t, 256>, kPositions> counts{};
  for (const Key place : places) {
    const Bytes key = bytes_at(text, place).substr(shared, kPositions);
    for (std::size_t i = 0; i < key.size(); ++i) ++counts[i][static_cast<unsigned char>(key[i])];
  }
  std::vector<PositionStatistics> positions;
  for (std::size_t i = 0; i < kPositions; ++i) {
    std::uint64_t there = 0;
    for (const std::uint64_t count : counts[i]) there += count;
    if (there == 0) break;
    PositionStatistics one{.position = shared + i + 1,
                           .share = static_cast<double>(there) / static_cast<double>(places.size())};
    for (const std::uint64_t count : counts[i]) {
      if (count == 0) continue;
      const double part = static_cast<double>(count) / static_cast<double>(there);
      one.entropy -= part * std::log2(part);
      ++one.values;
    }
    one.entropy = std::max(one.entropy, 0.0);  // -0 of one value
    positions.push_back(one);
  }
  return positions;
}

Projection projection_of(std::span<const Key> places, const char* text, std::uint64_t shared) {
  Projection result;
  const auto word = [&](std::size_t i) { return head_of(bytes_at(text, places[i]), shared); };
  for (std::size_t begin = 0, end = 0; begin < places.size(); begin = end) {
    const Key own = word(begin);
    for (end = begin + 1; end < places.size() && word(end) == own;) ++end;
    ++result.words;
    result.told_apart += end - begin == 1;
    result.most_alike = std::max<std::uint64_t>(result.most_alike, end - begin);
  }
  return result;
}

}  // namespace

TextStatistics text_statistics(std::span<const Key> places, std::string_view text) {
  assert(!places.empty());
  const auto key = [&](std::size_t i) { return bytes_at(text.data(), places[i]); };
  TextStatistics result;
  result.shared = places.size() == 1 ? 0 : shared_by(key(0), key(places.size() - 1));
  Numbers lengths, common, bits;
  for (std::size_t i = 0; i < places.size(); ++i) {
    lengths.push_back(static_cast<std::uint32_t>(key(i).size()));
    result.bytes += key(i).size();
    if (i == 0) continue;
    const std::size_t same = shared_by(key(i - 1), key(i));
    common.push_back(static_cast<std::uint32_t>(same));
    bits.push_back(first_bit(key(i - 1), key(i), same));
  }
  Numbers needed(places.size(), 0);  // a single key is told from others by nothing
  for (std::size_t i = 0; i < common.size(); ++i) {
    needed[i] = std::max(needed[i], common[i] + 1);
    needed[i + 1] = std::max(needed[i + 1], common[i] + 1);
  }
  result.length = spread_of(std::move(lengths));
  result.neighbours = spread_of(std::move(common));
  result.distinguishing_bytes = spread_of(std::move(needed));
  result.distinguishing_bits = spread_of(trie_depths(std::move(bits)));
  result.positions = positions_of(places, text.data(), result.shared);
  result.projection = projection_of(places, text.data(), result.shared);
  return result;
}

std::vector<Key> projected_words(std::span<const Key> places, std::string_view text, std::uint64_t shared) {
  std::vector<Key> words;
  for (const Key place : places) {
    const Key word = head_of(bytes_at(text.data(), place), shared);
    if (words.empty() || words.back() != word) words.push_back(word);
  }
  return words;
}

}  // namespace omenbench::datasets
