// The containers of the standard library where keys repeat.
#include <map>
#include <unordered_map>

#include "core/rng.h"
#include "harness/register.h"
#include "indexes/repeats/multimap_index.h"

namespace omenbench {
namespace {

using Ordered = std::multimap<Key, Payload>;

/// As in hashes/std_hash.cc.
struct Mix {
  std::size_t operator()(Key key) const { return mix64(key); }
};

const bool registered[] = {
    add_repeats<OrderedMultimapIndex<Ordered, append_all<Ordered>>>("std-map"),
    add_repeats<HashMultimapIndex<std::unordered_multimap<Key, Payload, Mix>>>("std-hash"),
};

}  // namespace
}  // namespace omenbench
