// How keys of each kind lie in a store that orders bytes as memcmp does: integers as eight bytes that sort as they do,
// byte strings as they are.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "core/key_kind.h"
#include "indexes/engines/store_files.h"

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
class ReadKeys<Bytes> {
 public:
  /// The keys kept so far are void, their room is used again.
  void clear() {
    chunk_ = 0;
    used_ = 0;
  }

  Bytes keep(std::string_view stored) {
    while (chunk_ < chunks_.size() && used_ + stored.size() > kChunk) {
      ++chunk_;
      used_ = 0;
    }
    if (chunk_ == chunks_.size()) chunks_.push_back(std::make_unique<char[]>(kChunk));
    char* const copy = chunks_[chunk_].get() + used_;
    std::copy(stored.begin(), stored.end(), copy);
    used_ += stored.size();
    return {copy, stored.size()};
  }

 private:
  static constexpr std::size_t kChunk = 2 * kMaxKeyBytes;
  std::vector<std::unique_ptr<char[]>> chunks_;
  std::size_t chunk_ = 0, used_ = 0;
};

}  // namespace omenbench
