// The hash-enhanced prefix table (HPT) of LITS (bytes_lits.h): a model of how texts are distributed, of one row per
// hash of a prefix, which says how likely each byte comes next and so which share of the texts is below it. Where a
// text lies among all is found byte by byte: cdf += probability * (share below the byte), probability *= (share of the
// byte).
//
// What is computed here is that recurrence in integers, as range coders do (Martin, "Range encoding", 1979): `low` and
// `range` are the part of [0, 2^64) that begins with the bytes read so far, and the parts of longer texts lie within.
// So order is kept exactly: no text ever gets a place above that of a greater one, whatever the rows hold.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/key_kind.h"
#include "core/page_allocator.h"
#include "indexes/static_bytes_index.h"

namespace omenbench {

class PrefixTable {
 public:
  using Hash = std::uint32_t;

  /// Of the first bytes of a text.
  static Hash hash_of(Bytes prefix) {
    Hash hash = 0x811c9dc5;
    for (const char c : prefix) hash = extended(hash, static_cast<unsigned char>(c));
    return hash;
  }

  bool trained() const { return rows_.size() > 0; }

  /// Counts what follows the prefixes of sampled texts and makes rows of it. `text(i)` is the i-th of `count` ascending
  /// texts, which all share `shared` bytes. A text is read as far as its neighbours make it necessary.
  template <class Text>
  void train(std::size_t count, std::size_t shared, Text text) {
    bits_ = std::clamp(static_cast<int>(std::bit_width(count / kTextsPerRow)), 0, kMostBits);
    std::vector<std::array<std::uint32_t, kSymbols>> counts(std::size_t{1} << bits_);
    const std::size_t step = std::max<std::size_t>(1, count / kSample);
    for (std::size_t i = 0; i < count; i += step) {
      const Bytes key = text(i);
      std::size_t until = shared;
      if (i > 0) until = std::max(until, common_prefix(text(i - 1), key));
      if (i + 1 < count) until = std::max(until, common_prefix(key, text(i + 1)));
      Hash hash = hash_of(key.substr(0, shared));
      for (std::size_t at = shared; at <= until; ++at) {
        if (at == key.size()) {
          ++counts[row_of(hash)][0];
          break;
        }
        const auto byte = static_cast<unsigned char>(key[at]);
        ++counts[row_of(hash)][byte + std::size_t{1}];
        hash = extended(hash, byte);
      }
    }
    rows_ = PageArray<Row>(counts.size());
    for (std::size_t i = 0; i < counts.size(); ++i) rows_[i] = row(counts[i]);
  }

  /// Where a text lies, and how many of its bytes were read to know that.
  struct Place {
    std::uint64_t low;
    std::size_t read;
  };

  /// The place of a text among those that share its first `depth` bytes, whose hash is given, read until it is known to
  /// within `enough`.
  Place place(Bytes key, std::size_t depth, Hash hash, std::uint64_t enough) const {
    std::uint64_t low = 0, range = ~std::uint64_t{0};
    const auto* const text = reinterpret_cast<const unsigned char*>(key.data());
    std::size_t at = depth;
    for (; at < key.size() && range > enough; ++at) {
      const std::uint16_t* const bounds = rows_[row_of(hash)].data() + text[at] + 1;
      const std::uint64_t part = range >> kShareBits;
      low += part * bounds[0];
      range = part * static_cast<std::uint64_t>(bounds[1] - bounds[0]);
      hash = extended(hash, text[at]);
    }
    return {low, at - depth};
  }

  std::uint64_t size_bytes() const { return rows_.size() * sizeof(Row); }

 private:
  /// The end of the text, and 256 bytes.
  static constexpr std::size_t kSymbols = 257;
  static constexpr int kMostBits = 10, kShareBits = 16;
  static constexpr std::size_t kTextsPerRow = 64, kSample = std::size_t{1} << 17;
  static constexpr std::uint64_t kAll = (1U << kShareBits) - 1;
  /// The share below each symbol, and kAll.
  using Row = std::array<std::uint16_t, kSymbols + 1>;

  static Hash extended(Hash hash, unsigned char byte) { return (hash ^ byte) * 0x9e3779b1U; }
  std::size_t row_of(Hash hash) const { return std::uint64_t{hash} << bits_ >> 32; }

  /// Every symbol has a share, so that texts that differ have different places unless the range ends before.
  static Row row(const std::array<std::uint32_t, kSymbols>& counts) {
    std::uint64_t total = 0;
    for (const std::uint32_t count : counts) total += count;
    Row bounds{};
    std::uint64_t below = 0;
    for (std::size_t i = 0; i <= kSymbols; ++i) {
      const std::uint64_t shared = total == 0 ? i * (kAll - kSymbols) / kSymbols : below * (kAll - kSymbols) / total;
      bounds[i] = static_cast<std::uint16_t>(i + shared);
      if (i < kSymbols) below += counts[i];
    }
    return bounds;
  }

  PageArray<Row> rows_;
  int bits_ = 0;
};

}  // namespace omenbench
