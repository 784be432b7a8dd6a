// Keys that an index puts together, or that lie where its next step overwrites them, made to last until its next
// operation.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "core/key_kind.h"

namespace omenbench {

/// memcpy of texts that are mostly short, without a call.
inline void copy_short(Bytes text, char* to) {
  const char* const from = text.data();
  const std::size_t size = text.size();
  const auto both_ends = [&](auto block) {
    for (std::size_t i = 0; i + 2 * sizeof block <= size; i += sizeof block) {
      std::memcpy(&block, from + i, sizeof block);
      std::memcpy(to + i, &block, sizeof block);
    }
    // The last two blocks overlap what was copied.
    auto last = block;
    const std::size_t left = size % sizeof block + sizeof block;
    std::memcpy(&block, from + (size - left), sizeof block);
    std::memcpy(&last, from + (size - sizeof last), sizeof last);
    std::memcpy(to + (size - left), &block, sizeof block);
    std::memcpy(to + (size - sizeof last), &last, sizeof last);
  };
  struct Block32 {
    char bytes[32];
  };
  if (size >= 32) return both_ends(Block32{});
  if (size >= 8) return both_ends(std::uint64_t{});
  for (std::size_t i = 0; i < size; ++i) to[i] = from[i];
}

class ReadTexts {
 public:
  /// The keys kept so far are void, their room is used again.
  void clear() {
    chunk_ = 0;
    used_ = 0;
  }

  /// Room for a key of `bytes` bytes.
  char* take(std::size_t bytes) {
    while (chunk_ < chunks_.size() && used_ + bytes > kChunk) {
      ++chunk_;
      used_ = 0;
    }
    if (chunk_ == chunks_.size()) chunks_.push_back(std::make_unique<char[]>(kChunk));
    char* const room = chunks_[chunk_].get() + used_;
    used_ += bytes;
    return room;
  }

  Bytes keep(Bytes key) {
    char* const copy = take(key.size());
    std::copy(key.begin(), key.end(), copy);
    return {copy, key.size()};
  }

  /// A key of two parts.
  Bytes keep(Bytes first, Bytes rest) {
    char* const copy = take(first.size() + rest.size());
    copy_short(first, copy);
    copy_short(rest, copy + first.size());
    return {copy, first.size() + rest.size()};
  }

 private:
  static constexpr std::size_t kChunk = 2 * kMaxKeyBytes;
  std::vector<std::unique_ptr<char[]>> chunks_;
  std::size_t chunk_ = 0, used_ = 0;
};

}  // namespace omenbench
