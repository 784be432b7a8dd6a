// The library's maps with records as their values.
#include <map>
#include <unordered_map>

#include "core/rng.h"
#include "indexes/map_index.h"
#include "indexes/records/embedded.h"

namespace omenbench {
namespace {

struct Mix {
  std::size_t operator()(Key key) const { return mix64(key); }
};

template <class Value>
using Ordered = OrderedMapIndex<std::map<Key, Value>, append_all<std::map<Key, Value>>>;
template <class Value>
using Hash = HashIndex<std::unordered_map<Key, Value, Mix>>;

const bool registered[] = {
    add_embedded<Ordered>("std-map"),
    add_embedded<Hash>("std-hash"),
};

}  // namespace
}  // namespace omenbench
