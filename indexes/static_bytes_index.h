// What static indexes over sorted byte strings share, as static_index.h does for integers: the copy of the entries, and
// all operations in terms of one function that maps a key to its position, which a `Locator` supplies.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>

#include "core/index.h"
#include "core/key_kind.h"
#include "core/page_allocator.h"

namespace omenbench {

/// Length of the longest common prefix.
inline std::size_t common_prefix(Bytes a, Bytes b) {
  const std::size_t limit = std::min(a.size(), b.size());
  std::size_t i = 0;
  for (; i + 8 <= limit; i += 8) {
    const std::uint64_t differs = load_word(a.data() + i) ^ load_word(b.data() + i);
    if (differs != 0) return i + static_cast<std::size_t>(std::countr_zero(differs)) / 8;
  }
  while (i < limit && a[i] == b[i]) ++i;
  return i;
}

/// The texts of all keys one after the other, where each begins in five bytes, and the payloads: 13 bytes a key beyond
/// the text.
class SortedTexts {
 public:
  void assign(const BytesEntries& entries) {
    size_ = entries.size();
    text_ = PageArray<char>(entries.text_bytes());
    starts_ = PageArray<char>(kStartBytes * (size_ + 1) + sizeof(std::uint64_t));
    payloads_ = PageArray<Payload>(size_);
    std::uint64_t at = 0;
    for (std::size_t i = 0; i < size_; ++i) {
      const BytesEntry entry = entries[i];
      put_start(i, at);
      if (!entry.key.empty()) std::memcpy(text_.data() + at, entry.key.data(), entry.key.size());
      at += entry.key.size();
      payloads_[i] = entry.payload;
    }
    put_start(size_, at);
  }

  std::size_t size() const { return size_; }
  Bytes key(std::size_t i) const {
    const std::uint64_t begin = start(i);
    return {text_.data() + begin, start(i + 1) - begin};
  }
  BytesEntry entry(std::size_t i) const { return {key(i), payloads_[i]}; }
  const Payload* payloads() const { return payloads_.data(); }
  Payload* payloads() { return payloads_.data(); }
  std::uint64_t size_bytes() const { return text_.size() + starts_.size() + payloads_.size() * sizeof(Payload); }

  /// The first of the keys in [low, high) that is not below `key`; high when there is none.
  std::size_t lower_bound(Bytes wanted, std::size_t low, std::size_t high) const {
    while (low < high) {
      const std::size_t middle = low + (high - low) / 2;
      if (key(middle) < wanted) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

 private:
  static constexpr std::size_t kStartBytes = 5;
  std::uint64_t start(std::size_t i) const {
    return load_word(starts_.data() + kStartBytes * i) & ((std::uint64_t{1} << (8 * kStartBytes)) - 1);
  }
  void put_start(std::size_t i, std::uint64_t at) { std::memcpy(starts_.data() + kStartBytes * i, &at, kStartBytes); }

  PageArray<char> text_;
  PageArray<char> starts_;
  PageArray<Payload> payloads_;
  std::size_t size_ = 0;
};

/// `Locator`: `train(texts)` after the texts are in place, `lower_bound(texts, key)` the position of the first key not
/// below, size_bytes() of what it keeps besides.
template <class Locator>
class StaticBytesIndex {
 public:
  using KeyType = Bytes;

  void build(const BytesEntries& entries) {
    texts_.assign(entries);
    locator_.train(texts_);
  }

  bool find(Bytes key, Payload& payload) const {
    const std::size_t i = locator_.lower_bound(texts_, key);
    if (i == texts_.size() || texts_.key(i) != key) return false;
    payload = texts_.payloads()[i];
    return true;
  }

  bool lower_bound(Bytes key, BytesEntry& entry) const {
    const std::size_t i = locator_.lower_bound(texts_, key);
    if (i == texts_.size()) return false;
    entry = texts_.entry(i);
    return true;
  }

  std::size_t scan(Bytes from, std::span<BytesEntry> out) const {
    const std::size_t begin = locator_.lower_bound(texts_, from);
    const std::size_t count = std::min(out.size(), texts_.size() - begin);
    for (std::size_t i = 0; i < count; ++i) out[i] = texts_.entry(begin + i);
    return count;
  }

  bool update(Bytes key, Payload payload) {
    const std::size_t i = locator_.lower_bound(texts_, key);
    if (i == texts_.size() || texts_.key(i) != key) return false;
    texts_.payloads()[i] = payload;
    return true;
  }

  std::uint64_t size_bytes() const { return texts_.size_bytes() + locator_.size_bytes(); }

 private:
  SortedTexts texts_;
  Locator locator_;
};

}  // namespace omenbench
