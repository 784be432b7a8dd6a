// What static indexes of 128-bit keys share when they search words of 64 bits: any locator of integers
// (static_index.h), trees and learned models alike, then serves 128-bit keys with the loops that it has.
//
// A key's word are the 64 bits of `key - smallest key` that begin at the highest bit in which any two keys differ; the
// rest of it, at most 64 bits, lies beside the payload. Random keys are told apart by their words alone, and so are
// UUIDs of version 7 as long as few share a millisecond: the word then holds what its time leaves of the random bits.
// Keys that share a word (composite keys, addresses of one network) are a run, of which the locator sees one word; in
// the run, which is sorted, the rest is halved. So whatever the keys, no model has to bridge equal words, and no error
// bound is broken by them.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/index.h"
#include "core/page_allocator.h"
#include "indexes/static_index.h"

namespace omenbench {

/// How 128-bit keys between a smallest and a largest one become words. Ascends, not strictly.
class WordProjection {
 public:
  WordProjection() = default;
  WordProjection(U128 smallest, U128 largest)
      : smallest_(smallest),
        range_(largest - smallest),
        shift_(static_cast<unsigned>(std::bit_width(high_word(range_)))),
        rest_mask_(shift_ == 0 ? 0 : ~std::uint64_t{0} >> (64 - shift_)) {}

  /// Whether the key lies between the two; REQUIRED of it below.
  bool spans(U128 key) const { return key - smallest_ <= range_; }
  bool is_below(U128 key) const { return key < smallest_; }
  std::uint64_t word(U128 key) const { return static_cast<std::uint64_t>((key - smallest_) >> shift_); }
  std::uint64_t rest(U128 key) const { return low_word(key - smallest_) & rest_mask_; }
  U128 key(std::uint64_t word, std::uint64_t rest) const { return smallest_ + (U128{word} << shift_ | rest); }

 private:
  U128 smallest_ = 0;
  U128 range_ = 0;
  unsigned shift_ = 0;  ///< at most 64
  std::uint64_t rest_mask_ = 0;
};

/// The columns that a locator is given: the distinct words, padded, and what lies beside the first key of each as long
/// as no two keys share a word.
class WordColumns {
 public:
  /// What a key has beside its word.
  struct Beside {
    std::uint64_t rest;
    Payload payload;
  };

  void assign(const U128Entries& entries) {
    const std::size_t size = entries.size();
    if (size > 0) projection_ = {entries.key(0), entries.key(size - 1)};
    beside_ = PageArray<Beside>(size);
    size_ = count_words(entries);
    words_ = PageArray<Key>(size_ + kKeyPadding);
    std::fill_n(words_.begin() + size_, kKeyPadding, ~Key{0});
    if (size_ < size) begins_ = PageArray<std::uint64_t>(size_ + 1);
    std::size_t words = 0;
    for (std::size_t i = 0; i < size; ++i) {
      const U128Entry entry = entries[i];
      const std::uint64_t word = projection_.word(entry.key);
      if (words == 0 || words_[words - 1] != word) {
        if (has_runs()) begins_[words] = i;
        words_[words++] = word;
      }
      beside_[i] = {projection_.rest(entry.key), entry.payload};
    }
    if (has_runs()) begins_[words] = size;
  }

  std::size_t size() const { return size_; }
  const Key* keys() const { return words_.data(); }
  const Beside* payloads() const { return beside_.data(); }

  const WordProjection& projection() const { return projection_; }
  std::size_t entries() const { return beside_.size(); }
  Beside& beside(std::size_t i) { return beside_[i]; }
  const Beside& beside(std::size_t i) const { return beside_[i]; }
  /// Whether any two keys share a word.
  bool has_runs() const { return begins_.size() > 0; }
  /// First entry of the word at this position; of the one behind the last, the number of entries.
  std::size_t begin_of(std::size_t position) const { return has_runs() ? begins_[position] : position; }
  void prefetch_begin(std::size_t position) const { __builtin_prefetch(begins_.data() + position); }

  /// First entry, of those with the word at `position`, whose rest is not below; the next word's first if there is
  /// none.
  std::size_t lower_bound_in_run(std::size_t position, std::uint64_t rest) const {
    const Beside* const begin = beside_.data() + begin_of(position);
    const Beside* const end = beside_.data() + begin_of(position + 1);
    const auto below = [](const Beside& beside, std::uint64_t wanted) { return beside.rest < wanted; };
    return static_cast<std::size_t>(std::lower_bound(begin, end, rest, below) - beside_.data());
  }

  std::uint64_t size_bytes() const {
    return words_.size() * sizeof(Key) + beside_.size() * sizeof(Beside) + begins_.size() * sizeof(std::uint64_t);
  }

 private:
  std::size_t count_words(const U128Entries& entries) const {
    std::size_t words = 0;
    std::uint64_t last = 0;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const std::uint64_t word = projection_.word(entries.key(i));
      words += words == 0 || word != last;
      last = word;
    }
    return words;
  }

  WordProjection projection_;
  PageArray<Key> words_;
  PageArray<Beside> beside_;
  PageArray<std::uint64_t> begins_;  ///< only where keys share words
  std::size_t size_ = 0;
};

/// A static index of 128-bit keys: payloads can be overwritten, keys neither added nor removed. `Locator` as that of
/// StaticIndex, given WordColumns.
template <class Locator>
class StaticWordsIndex {
 public:
  using KeyType = U128;

  void build(const U128Entries& entries) {
    columns_.assign(entries);
    locator_.train(columns_);
  }

  bool find(U128 key, Payload& payload) const {
    const std::size_t i = entry_of(key);
    if (i == kNone) return false;
    payload = columns_.beside(i).payload;
    return true;
  }

  bool lower_bound(U128 key, U128Entry& entry) const { return scan(key, std::span(&entry, 1)) == 1; }

  std::size_t scan(U128 from, std::span<U128Entry> out) const {
    auto [position, i] = first_not_below(from);
    std::size_t count = 0;
    for (; count < out.size() && i < columns_.entries(); ++i) {
      if (i == columns_.begin_of(position + 1)) ++position;
      const WordColumns::Beside& beside = columns_.beside(i);
      out[count++] = {columns_.projection().key(columns_.keys()[position], beside.rest), beside.payload};
    }
    return count;
  }

  bool update(U128 key, Payload payload) {
    const std::size_t i = entry_of(key);
    if (i == kNone) return false;
    columns_.beside(i).payload = payload;
    return true;
  }

  void find_batch(std::span<const U128> keys, std::span<Payload> payloads, std::span<bool> found) const requires
      requires(const Locator& locator, const WordColumns& columns, std::span<const Key> words,
               std::span<std::size_t> positions) {
    locator.locate_batch(columns, words, positions);
  }
  {
    Key words[kLocateBatch];
    std::size_t positions[kLocateBatch];
    for (std::size_t begin = 0; begin < keys.size(); begin += kLocateBatch) {
      const std::size_t size = std::min(kLocateBatch, keys.size() - begin);
      for (std::size_t i = 0; i < size; ++i) words[i] = columns_.projection().word(keys[begin + i]);
      locator_.locate_batch(columns_, std::span<const Key>(words, size), std::span(positions, size));
      if (columns_.has_runs()) {
        for (std::size_t i = 0; i < size; ++i) columns_.prefetch_begin(positions[i]);
      } else {
        for (std::size_t i = 0; i < size; ++i) __builtin_prefetch(columns_.payloads() + positions[i]);
      }
      for (std::size_t i = 0; i < size; ++i) {
        const std::size_t entry = entry_at(positions[i], words[i], keys[begin + i]);
        found[begin + i] = entry != kNone;
        if (entry != kNone) payloads[begin + i] = columns_.beside(entry).payload;
      }
    }
  }

  std::uint64_t size_bytes() const { return columns_.size_bytes() + locator_.size_bytes(); }

 private:
  static constexpr std::size_t kNone = ~std::size_t{0};

  struct Place {
    std::size_t position;  ///< of the entry's word
    std::size_t entry;
  };

  std::size_t entry_of(U128 key) const {
    const std::uint64_t word = columns_.projection().word(key);
    return entry_at(position_of(locator_, columns_, word), word, key);
  }

  /// The entry of the key, if its word is at this position; else kNone. Of keys that are not spanned the word may be
  /// that of another key, and the rest too.
  std::size_t entry_at(std::size_t position, std::uint64_t word, U128 key) const {
    if (columns_.keys()[position] != word || position >= columns_.size()) return kNone;
    const std::uint64_t rest = columns_.projection().rest(key);
    std::size_t i = position;
    if (columns_.has_runs()) {
      i = columns_.lower_bound_in_run(position, rest);
      if (i == columns_.begin_of(position + 1)) return kNone;
    }
    return columns_.beside(i).rest == rest && columns_.projection().spans(key) ? i : kNone;
  }

  Place first_not_below(U128 key) const {
    if (columns_.size() == 0 || columns_.projection().is_below(key)) return {0, 0};
    if (!columns_.projection().spans(key)) return {columns_.size(), columns_.entries()};
    const std::uint64_t word = columns_.projection().word(key);
    const std::size_t position = locator_.lower_bound(columns_, word);
    if (columns_.keys()[position] != word) return {position, columns_.begin_of(position)};
    return {position, columns_.lower_bound_in_run(position, columns_.projection().rest(key))};
  }

  WordColumns columns_;
  Locator locator_;
};

}  // namespace omenbench
