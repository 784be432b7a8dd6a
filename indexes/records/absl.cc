// Abseil's maps with records as their values: slots of a hash table, and of a B-tree's nodes (256 bytes each, or as
// large as three entries).
//
// needs: absl/container/btree_map.h absl::btree (libabsl-dev)
// needs: absl/container/flat_hash_map.h absl::flat_hash_map (libabsl-dev)
#include <absl/container/btree_map.h>
#include <absl/container/flat_hash_map.h>

#include "indexes/map_index.h"
#include "indexes/records/embedded.h"

namespace omenbench {
namespace {

template <class Value>
using Ordered = OrderedMapIndex<absl::btree_map<Key, Value>, append_all<absl::btree_map<Key, Value>>>;
template <class Value>
using Hash = HashIndex<absl::flat_hash_map<Key, Value>>;

const bool registered[] = {
    add_embedded<Ordered>("absl-btree"),
    add_embedded<Hash>("absl-hash"),
};

}  // namespace
}  // namespace omenbench
