// What the C interface of plugins costs: built-in indexes once more as a plugin in C would be, so that a run beside the
// built-in ones differs in the calls alone. Not a test, because it is a measurement (docs/adding-an-index.md):
//
//   cmake --build build/release --target omenbench-through-c
//   omenbench run --plugin build/release/omenbench-through-c.so -i btree -i c-btree --focus c-btree ...
//
// needs: boost/unordered/unordered_flat_map.hpp (libboost-dev)
#include <boost/unordered/unordered_flat_map.hpp>
#include <new>

#include "core/c_plugin.h"
#include "core/index.h"
#include "indexes/map_index.h"
#include "indexes/trees/btree.h"
#include "indexes/trees/simd_tree.h"

namespace omenbench {
namespace {

/// The functions of a table, each one call of the type's own. What the type lacks is never asked for.
template <class I>
struct Calls {
  static const I& of(const void* index) { return *static_cast<const I*>(index); }

  static void* build(const omb_c_entry* entries, std::size_t count) {
    I* const index = new (std::nothrow) I;
    if (index != nullptr) index->build({reinterpret_cast<const Entry*>(entries), count});
    return index;
  }
  static void destroy(void* index) { delete static_cast<I*>(index); }
  static int find(const void* index, std::uint64_t key, std::uint64_t* payload) {
    return of(index).find(key, *payload);
  }
  static int lower_bound(const void* index, std::uint64_t key, omb_c_entry* entry) {
    return of(index).lower_bound(key, *reinterpret_cast<Entry*>(entry));
  }
  static std::size_t scan(const void* index, std::uint64_t key, omb_c_entry* out, std::size_t count) {
    return of(index).scan(key, {reinterpret_cast<Entry*>(out), count});
  }
  static void find_batch(const void* index, const std::uint64_t* keys, std::uint64_t* payloads, std::uint8_t* found,
                         std::size_t count) {
    of(index).find_batch({keys, count}, {payloads, count}, {reinterpret_cast<bool*>(found), count});
  }
};

template <class I>
constexpr omb_c_index described(const char* name, const char* display, omb_c_family family) {
  using C = Calls<I>;
  omb_c_index index{};
  index.name = name;
  index.display = display;
  index.citation = "tests/bench/through_c.cc";
  index.family = family;
  index.shared_reads = 1;
  index.peak_bytes_per_key = 40;
  index.build = C::build;
  index.destroy = C::destroy;
  index.find = C::find;
  if constexpr (Ordered<I>) {
    index.lower_bound = C::lower_bound;
    index.scan = C::scan;
  }
  if constexpr (Batched<I>) index.find_batch = C::find_batch;
  return index;
}

constexpr omb_c_index kIndexes[] = {
    described<HashIndex<boost::unordered_flat_map<Key, Payload>>>("c-boost-hash", "boost-hash behind C", OMB_C_HASH),
    described<BTree<NoLock>>("c-btree", "btree behind C", OMB_C_TREE),
    described<StaticIndex<SimdTreeLocator<BestCountKernel, false>>>("c-simd-tree", "simd-tree behind C", OMB_C_TREE)};

constexpr omb_c_plugin_v1 kPlugin = {.abi = OMB_C_ABI,
                                     .index_size = sizeof(omb_c_index),
                                     .version = "1",
                                     .compiler = "g++ " __VERSION__,
                                     .isa = "native",
                                     .index_count = std::size(kIndexes),
                                     .indexes = kIndexes};

}  // namespace
}  // namespace omenbench

extern "C" [[gnu::visibility("default")]] const omb_c_plugin_v1* omb_c_plugin() { return &omenbench::kPlugin; }
