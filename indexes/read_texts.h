// Keys that an index puts together, or that lie where its next step overwrites them, made to last until its next
// operation.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

#include "core/key_kind.h"

namespace omenbench {

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

 private:
  static constexpr std::size_t kChunk = 2 * kMaxKeyBytes;
  std::vector<std::unique_ptr<char[]>> chunks_;
  std::size_t chunk_ = 0, used_ = 0;
};

}  // namespace omenbench
