// How keys of each kind lie in a store that orders bytes as memcmp does: integers as eight bytes that sort as they do,
// byte strings as they are.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/key_kind.h"
#include "indexes/engines/store_files.h"
#include "indexes/read_texts.h"

namespace omenbench {

template <class K>
class StoredKey;

template <>
class StoredKey<Key> {
 public:
  StoredKey() = default;
  explicit StoredKey(Key key) : bytes_(key) {}
  std::string_view view() const { return bytes_.view(); }

 private:
  SortedBytes bytes_{0};
};

template <>
class StoredKey<Bytes> {
 public:
  StoredKey() = default;
  explicit StoredKey(Bytes key) : key_(key) {}
  std::string_view view() const { return key_; }

 private:
  Bytes key_;
};

/// A byte string for a store that takes none of no bytes: those of nothing but zero bytes, the empty one among them,
/// get one more. They come before all others and keep their order.
class FilledKey {
 public:
  explicit FilledKey(Bytes key) : key_(key) {
    if (!is_zero(key)) return;
    longer_.assign(key.size() + 1, '\0');
    key_ = longer_;
  }
  FilledKey(const FilledKey&) = delete;
  FilledKey& operator=(const FilledKey&) = delete;
  Bytes view() const { return key_; }
  /// The key that a stored one stands for.
  static Bytes read(Bytes stored) { return is_zero(stored) ? stored.substr(1) : stored; }

 private:
  static bool is_zero(Bytes key) { return key.find_first_not_of('\0') == Bytes::npos; }

  Bytes key_;
  std::string longer_;
};

/// What the keys take that are not part of an entry's sixteen bytes.
inline std::uint64_t text_bytes_of(std::span<const Entry>) { return 0; }
inline std::uint64_t text_bytes_of(const BytesEntries& entries) { return entries.text_bytes(); }

/// Keys as a store returns them, made to last until the next scan: a store's own bytes go when its cursor moves on.
template <class K>
class ReadKeys;

template <>
class ReadKeys<Key> {
 public:
  void clear() {}
  static Key keep(std::string_view stored) { return number_of_sorted(stored.data()); }
};

template <>
class ReadKeys<Bytes> : public ReadTexts {};

}  // namespace omenbench
