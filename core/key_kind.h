// Kinds of keys, and how a key of each kind travels. 64-bit integers are the default (core/types.h) and travel as they
// are. Byte strings travel as one word that says where they lie in a text segment, so that entries, operations and all
// that is shared between processes are the same plain data for every kind. Where each byte string of a row has sixteen
// bytes (UUIDs, IPv6 addresses), an index may take them as 128-bit integers instead: the bytes are read, the highest
// first, as the key is used, so that both orders are one and indexes of both kinds stand in one row.
//
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
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

#include "core/rng.h"
#include "core/types.h"

namespace omenbench {

enum class KeyKind : std::uint8_t { kU64, kBytes, kU128 };
inline constexpr int kKeyKinds = 3;

constexpr std::string_view to_string(KeyKind kind) {
  constexpr std::string_view kNames[kKeyKinds] = {"u64", "bytes", "u128"};
  return kNames[static_cast<int>(kind)];
}

/// The other way; none: it names no kind.
constexpr std::optional<KeyKind> key_kind_of(std::string_view name) {
  for (int i = 0; i < kKeyKinds; ++i) {
    if (to_string(static_cast<KeyKind>(i)) == name) return static_cast<KeyKind>(i);
  }
  return std::nullopt;
}

/// Whether keys of this kind are places in a text.
constexpr bool in_text(KeyKind kind) { return kind != KeyKind::kU64; }

/// A byte string as a key: ordered as memcmp orders it, a prefix before what it begins. Any bytes, also none.
using Bytes = std::string_view;

/// A byte string of sixteen bytes as an integer, ordered alike.
__extension__ typedef unsigned __int128 U128;
inline constexpr std::size_t kU128Bytes = sizeof(U128);

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

constexpr std::uint64_t high_word(U128 key) { return static_cast<std::uint64_t>(key >> 64); }
constexpr std::uint64_t low_word(U128 key) { return static_cast<std::uint64_t>(key); }
constexpr U128 u128_of(std::uint64_t high, std::uint64_t low) { return U128{high} << 64 | low; }
/// The integer that sixteen bytes stand for, the highest first.
inline U128 load_u128(const char* at) {
  return u128_of(__builtin_bswap64(load_word(at)), __builtin_bswap64(load_word(at + 8)));
}
/// The word of the sixteen bytes that the key stands for.
inline std::uint64_t word_of(U128 key) {
  std::uint64_t sum = kU128Bytes * 0xd1342543de82ef95ULL;
  sum += std::rotr(__builtin_bswap64(high_word(key)) * kGoldenGamma, 29);
  return sum + std::rotr(__builtin_bswap64(low_word(key)) * (3 * kGoldenGamma), 29);
}

/// The key that lies at a place of a text. REQUIRES of U128: it has sixteen bytes.
template <class K>
K key_at(const char* text, Key place);
template <>
inline Bytes key_at<Bytes>(const char* text, Key place) {
  return bytes_at(text, place);
}
template <>
inline U128 key_at<U128>(const char* text, Key place) {
  return load_u128(text + offset_of(place));
}

/// A key that lies in a text, with its payload.
template <class K>
struct TextEntry {
  using KeyType = K;
  K key{};
  Payload payload = 0;
  friend bool operator==(const TextEntry&, const TextEntry&) = default;
};
using BytesEntry = TextEntry<Bytes>;
using U128Entry = TextEntry<U128>;

/// What an index of such keys is built of: entries whose keys lie in a text, seen as an ascending array. The text is
/// valid as long as the entries are: the index copies what it needs.
template <class K>
class TextEntries {
 public:
  TextEntries() = default;
  TextEntries(std::span<const Entry> entries, const char* text) : entries_(entries), text_(text) {}

  std::size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }
  K key(std::size_t i) const { return key_at<K>(text_, entries_[i].key); }
  TextEntry<K> operator[](std::size_t i) const { return {key(i), entries_[i].payload}; }
  /// Of all keys together. O(size).
  std::uint64_t text_bytes() const {
    std::uint64_t bytes = 0;
    for (const Entry& entry : entries_) bytes += length_of(entry.key);
    return bytes;
  }

  class Iterator {
   public:
    Iterator(const TextEntries* entries, std::size_t at) : entries_(entries), at_(at) {}
    TextEntry<K> operator*() const { return (*entries_)[at_]; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    bool operator==(const Iterator& other) const { return at_ == other.at_; }

   private:
    const TextEntries* entries_;
    std::size_t at_;
  };
  Iterator begin() const { return {this, 0}; }
  Iterator end() const { return {this, size()}; }

 private:
  std::span<const Entry> entries_;
  const char* text_ = nullptr;
};
using BytesEntries = TextEntries<Bytes>;
using U128Entries = TextEntries<U128>;

/// A key that lies in a text as an operation brings it, with its word among the row's entries.
template <class K>
struct SentText {
  K key;
  Key identity;
};

/// What differs between kinds: the entries that an index is built of and returns, and how an operation's key is read
/// from its word. `text` is that of the stream; payloads are made of the identity, the word among the row's entries.
template <class K>
struct KeyTraits {
  static constexpr KeyKind kKind = std::is_same_v<K, Bytes> ? KeyKind::kBytes : KeyKind::kU128;
  static_assert(std::is_same_v<K, Bytes> || std::is_same_v<K, U128>, "a key is Key, Bytes or U128");
  using EntryType = TextEntry<K>;
  using EntriesType = TextEntries<K>;
  using SentType = SentText<K>;
  static EntriesType entries(std::span<const Entry> entries, const char* text) { return {entries, text}; }
  static K read(Key word, const char* text) { return key_at<K>(text, word); }
  static SentType send(Key word, const char* text) {
    return {key_at<K>(text, word), load_word(text + offset_of(word) - sizeof(Key))};
  }
  static K key(const SentType& sent) { return sent.key; }
  static Key identity(const SentType& sent) { return sent.identity; }
};

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

/// The kind of key that an index takes: `using KeyType = Bytes` declares byte strings, `U128` those of sixteen bytes as
/// integers, nothing means 64-bit integers.
template <class I>
using KeyOf = typename detail::KeyOfIndex<I>::type;
template <class I>
using EntryOf = typename KeyTraits<KeyOf<I>>::EntryType;
template <class I>
using EntriesOf = typename KeyTraits<KeyOf<I>>::EntriesType;
template <class I>
using SentOf = typename KeyTraits<KeyOf<I>>::SentType;

}  // namespace omenbench
