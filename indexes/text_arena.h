// Where indexes of byte strings keep the texts of their keys: chunks of pages that only grow. What an index forgets
// stays until the index dies, as in a log that nobody compacts.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "core/key_kind.h"
#include "core/page_allocator.h"

namespace omenbench {

/// One entry of an index that reaches its keys by address: payload and key in one place, so that whoever proves the key
/// has the payload at hand. The text goes on behind the struct as far as the key needs.
struct TextRecord {
  Payload payload;
  std::uint32_t size;
  char text[4];
  Bytes key() const { return {text, size}; }
};

class TextArena {
 public:
  /// The next `bytes` lie in one chunk.
  void reserve(std::size_t bytes) {
    if (bytes > static_cast<std::size_t>(end_ - at_)) open(bytes);
  }

  /// Room for `bytes`, aligned to `alignment`, a power of two of at most 64.
  char* take(std::size_t bytes, std::size_t alignment = 1) {
    const std::size_t skip = (alignment - reinterpret_cast<std::uintptr_t>(at_) % alignment) % alignment;
    if (bytes + skip > static_cast<std::size_t>(end_ - at_)) {
      open(std::max(bytes, kChunk));
    } else {
      at_ += skip;
    }
    return std::exchange(at_, at_ + bytes);
  }

  /// A copy that lives as long as the arena.
  Bytes keep(Bytes key) {
    char* const copy = take(key.size());
    if (!key.empty()) std::memcpy(copy, key.data(), key.size());
    return {copy, key.size()};
  }

  TextRecord* keep(Bytes key, Payload payload) {
    const std::size_t bytes = std::max(sizeof(TextRecord), offsetof(TextRecord, text) + key.size());
    auto* const record = reinterpret_cast<TextRecord*>(take(bytes, alignof(TextRecord)));
    record->payload = payload;
    record->size = static_cast<std::uint32_t>(key.size());
    if (!key.empty()) std::memcpy(record->text, key.data(), key.size());
    return record;
  }

  std::uint64_t size_bytes() const { return bytes_; }

 private:
  static constexpr std::size_t kChunk = std::size_t{1} << 18;
  static constexpr std::size_t kPage = 4096;

  void open(std::size_t bytes) {
    bytes = (bytes + kPage - 1) / kPage * kPage;
    chunks_.emplace_back(bytes);
    bytes_ += bytes;
    at_ = chunks_.back().data();
    end_ = at_ + bytes;
  }

  std::vector<PageArray<char>> chunks_;
  char* at_ = nullptr;
  char* end_ = nullptr;
  std::uint64_t bytes_ = 0;
};

}  // namespace omenbench
