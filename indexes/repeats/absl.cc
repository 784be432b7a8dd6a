// The containers of Abseil where keys repeat. It has no hash multimap.
//
// needs: absl/container/btree_map.h absl::btree (libabsl-dev)
// needs: absl/container/flat_hash_map.h absl::flat_hash_map (libabsl-dev)
#include <absl/container/btree_map.h>
#include <absl/container/flat_hash_map.h>

#include "harness/register.h"
#include "indexes/repeats/multimap_index.h"

namespace omenbench {
namespace {

using Btree = absl::btree_multimap<Key, Payload>;

const bool registered[] = {
    add_repeats<OrderedMultimapIndex<Btree, append_all<Btree>>>("absl-btree"),
    add_repeats<HashRuns<absl::flat_hash_map<Key, PayloadRun>>>("absl-hash"),
};

}  // namespace
}  // namespace omenbench
