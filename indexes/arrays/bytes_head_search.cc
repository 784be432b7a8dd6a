// A sorted array of byte strings with the first eight bytes of each beside it (after what all keys share), as databases
// call "poor man's normalised keys": Graefe, "Modern B-tree techniques", Foundations and Trends in Databases 3(4),
// 2011, section 3.3. Heads are halved without branches; only keys of equal heads are compared whole.
#include <algorithm>

#include "harness/register.h"
#include "indexes/static_bytes_index.h"

namespace omenbench {
namespace {

class BytesHeadSearch {
 public:
  void train(const SortedTexts& texts) {
    const std::size_t size = texts.size();
    if (size == 0) return;
    const Bytes first = texts.key(0);
    prefix_ = first.substr(0, common_prefix(first, texts.key(size - 1)));
    heads_ = PageArray<std::uint64_t>(size);
    for (std::size_t i = 0; i < size; ++i) heads_[i] = head_of(texts.key(i), prefix_.size());
  }

  std::size_t lower_bound(const SortedTexts& texts, Bytes key) const {
    const std::size_t size = heads_.size();
    if (const int order = key.substr(0, prefix_.size()).compare(prefix_); order != 0) return order < 0 ? 0 : size;
    const std::uint64_t head = head_of(key, prefix_.size());
    const std::size_t low = first_not_below(head);
    std::size_t high = low;
    for (std::size_t step = 1; high < size && heads_[high] == head; step *= 2) high = std::min(size, high + step);
    return low == high ? low : texts.lower_bound(key, low, high);
  }

  std::uint64_t size_bytes() const { return heads_.size() * sizeof(std::uint64_t); }

 private:
  std::size_t first_not_below(std::uint64_t head) const {
    const std::uint64_t* base = heads_.data();
    std::size_t left = heads_.size();
    if (left == 0) return 0;
    while (left > 1) {
      const std::size_t half = left / 2;
      __builtin_prefetch(base + half / 2);
      __builtin_prefetch(base + half + half / 2);
      base += base[half - 1] < head ? half : 0;
      left -= half;
    }
    return static_cast<std::size_t>(base - heads_.data()) + (*base < head);
  }

  Bytes prefix_;  ///< of all keys, in the first of them
  PageArray<std::uint64_t> heads_;
};

const bool registered = add_index<StaticBytesIndex<BytesHeadSearch>>(
    {.name = "bytes-head-search",
     .display = "binary search over 8-byte heads of byte strings",
     .family = Family::kArray,
     .citation = "Graefe, Modern B-tree techniques, 2011, section 3.3 (poor man's normalised keys)",
     .parameters = {{"head", "8 bytes after the common prefix"}},
     .peak_bytes_per_key = 22});

}  // namespace
}  // namespace omenbench
