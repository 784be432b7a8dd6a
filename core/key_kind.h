// Kinds of keys, and how a key of each kind travels. 64-bit integers are the default (core/types.h) and travel as they
// are. Byte strings travel as one word that says where they lie in a text segment, so that entries, operations and all
// that is shared between processes are the same plain data for both kinds:
//
//   entries      the word is a place in the row's text, which holds the keys one after the other in ascending order;
//                places therefore ascend as the keys do, and stand for them wherever only order and identity matter
//   operations   the word is a place in the stream's text, which holds the keys again in the order of the operations,
//                so that a caller has its key at hand; the eight bytes before each are its word in the row's text
//
// Everything above is the same for all kinds. Which kind an index takes is the type of its key (KeyOf), and the kind is
// erased where the type of the index is: at the height of a trial.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "core/rng.h"
#include "core/types.h"

namespace omenbench {

enum class KeyKind : std::uint8_t { kU64, kBytes };
inline constexpr int kKeyKinds = 2;

constexpr std::string_view to_string(KeyKind kind) { return kind == KeyKind::kU64 ? "u64" : "bytes"; }

/// A byte string as a key: ordered as memcmp orders it, a prefix before what it begins. Any bytes, also none.
using Bytes = std::string_view;

/// Longest byte string that can be a key.
inline constexpr std::size_t kMaxKeyBytes = 65536;

/// A place in a text segment: offset and length.
inline constexpr int kLengthBits = 17;
constexpr Key place_of(std::uint64_t offset, std::size_t length) { return offset << kLengthBits | length; }
constexpr std::uint64_t offset_of(Key place) { return place >> kLengthBits; }
constexpr std::size_t length_of(Key place) { return place & ((std::uint64_t{1} << kLengthBits) - 1); }
inline Bytes bytes_at(const char* text, Key place) { return {text + offset_of(place), length_of(place)}; }

/// Eight bytes as they lie in memory.
inline std::uint64_t load_word(const char* at) {
  std::uint64_t word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

/// Fewer than eight bytes, of which nothing beyond the last is read; the others are 0. The first is the lowest.
inline std::uint64_t load_short(const char* at, std::size_t size) {
  if (size >= 4) {
    std::uint32_t low, high;
    std::memcpy(&low, at, 4);
    std::memcpy(&high, at + size - 4, 4);
    return low | std::uint64_t{high} << (8 * (size - 4));
  }
  if (size == 0) return 0;
  const auto byte = [&](std::size_t i) { return std::uint64_t{static_cast<unsigned char>(at[i])} << (8 * i); };
  return byte(0) | byte(size / 2) | byte(size - 1);
}

/// The first eight bytes from `from` on, the first one highest, 0 where the key has ended: heads order as the keys do,
/// but for those that they do not tell apart. REQUIRES: from <= key.size().
inline std::uint64_t head_of(Bytes key, std::size_t from = 0) {
  static_assert(std::endian::native == std::endian::little);
  const std::size_t left = key.size() - from;
  return __builtin_bswap64(left >= 8 ? load_word(key.data() + from) : load_short(key.data() + from, left));
}

/// A word that every byte and the length change: what checksums take for a key. Sums of words times odd constants, one
/// for each position, do not wait for each other.
inline std::uint64_t word_of(Bytes key) {
  std::uint64_t factor = kGoldenGamma;
  std::uint64_t sum = key.size() * 0xd1342543de82ef95ULL;
  std::size_t i = 0;
  for (; i + 8 <= key.size(); i += 8, factor += 2 * kGoldenGamma)
    sum += std::rotr(load_word(key.data() + i) * factor, 29);
  return sum + std::rotr(load_short(key.data() + i, key.size() - i) * factor, 29);
}

/// One byte string with its payload.
struct BytesEntry {
  Bytes key;
  Payload payload = 0;
  friend bool operator==(const BytesEntry&, const BytesEntry&) = default;
};

/// What an index of byte strings is built of: entries whose keys lie in a text, seen as an ascending array. The text is
/// valid as long as the entries are: the index copies what it needs.
class BytesEntries {
 public:
  BytesEntries() = default;
  BytesEntries(std::span<const Entry> entries, const char* text) : entries_(entries), text_(text) {}

  std::size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }
  Bytes key(std::size_t i) const { return bytes_at(text_, entries_[i].key); }
  BytesEntry operator[](std::size_t i) const { return {key(i), entries_[i].payload}; }
  /// Of all keys together. O(size).
  std::uint64_t text_bytes() const {
    std::uint64_t bytes = 0;
    for (const Entry& entry : entries_) bytes += length_of(entry.key);
    return bytes;
  }

  class Iterator {
   public:
    Iterator(const BytesEntries* entries, std::size_t at) : entries_(entries), at_(at) {}
    BytesEntry operator*() const { return (*entries_)[at_]; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    bool operator==(const Iterator& other) const { return at_ == other.at_; }

   private:
    const BytesEntries* entries_;
    std::size_t at_;
  };
  Iterator begin() const { return {this, 0}; }
  Iterator end() const { return {this, size()}; }

 private:
  std::span<const Entry> entries_;
  const char* text_ = nullptr;
};

/// A byte string as an operation brings it, with its word among the row's entries.
struct SentBytes {
  Bytes key;
  Key identity;
};

/// What differs between kinds: the entries that an index is built of and returns, and how an operation's key is read
/// from its word. `text` is that of the stream; payloads are made of the identity, the word among the row's entries.
template <class K>
struct KeyTraits;

template <>
struct KeyTraits<Key> {
  static constexpr KeyKind kKind = KeyKind::kU64;
  using EntryType = Entry;
  using EntriesType = std::span<const Entry>;
  using SentType = Key;
  static constexpr EntriesType entries(std::span<const Entry> entries, const char*) { return entries; }
  static constexpr Key read(Key word, const char*) { return word; }
  static constexpr Key send(Key word, const char*) { return word; }
  static constexpr Key key(Key sent) { return sent; }
  static constexpr Key identity(Key sent) { return sent; }
};

template <>
struct KeyTraits<Bytes> {
  static constexpr KeyKind kKind = KeyKind::kBytes;
  using EntryType = BytesEntry;
  using EntriesType = BytesEntries;
  using SentType = SentBytes;
  static EntriesType entries(std::span<const Entry> entries, const char* text) { return {entries, text}; }
  static Bytes read(Key word, const char* text) { return bytes_at(text, word); }
  static SentBytes send(Key word, const char* text) {
    return {bytes_at(text, word), load_word(text + offset_of(word) - sizeof(Key))};
  }
  static Bytes key(const SentBytes& sent) { return sent.key; }
  static Key identity(const SentBytes& sent) { return sent.identity; }
};

namespace detail {
template <class I>
struct KeyOfIndex {
  using type = Key;
};
template <class I>
requires requires { typename I::KeyType; }
struct KeyOfIndex<I> {
  using type = typename I::KeyType;
};
}  // namespace detail

/// The kind of key that an index takes: `using KeyType = Bytes` declares byte strings, nothing means 64-bit integers.
template <class I>
using KeyOf = typename detail::KeyOfIndex<I>::type;
template <class I>
using EntryOf = typename KeyTraits<KeyOf<I>>::EntryType;
template <class I>
using EntriesOf = typename KeyTraits<KeyOf<I>>::EntriesType;
template <class I>
using SentOf = typename KeyTraits<KeyOf<I>>::SentType;

}  // namespace omenbench
