// A sorted array of byte strings searched by halving: the textbook baseline. Each step reads where a key lies and then
// the key, two misses in large arrays.
#include "harness/register.h"
#include "indexes/static_bytes_index.h"

namespace omenbench {
namespace {

struct BytesBinarySearch {
  void train(const SortedTexts&) {}
  std::size_t lower_bound(const SortedTexts& texts, Bytes key) const { return texts.lower_bound(key, 0, texts.size()); }
  std::uint64_t size_bytes() const { return 0; }
};

const bool registered =
    add_index<StaticBytesIndex<BytesBinarySearch>>({.name = "bytes-binary-search",
                                                    .display = "binary search over sorted byte strings",
                                                    .family = Family::kArray,
                                                    .citation = "Knuth, TAOCP 3, section 6.2.1",
                                                    .peak_bytes_per_key = 14});

}  // namespace
}  // namespace omenbench
