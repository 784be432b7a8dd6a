// An index that keeps 2^64-1 for itself, as many published ones do: right on all keys but that one.
#include "harness/register.h"
#include "tests/workloads/map_index.h"

namespace omenbench {
namespace {

struct KeepsASentinel : MapIndex {
  bool find(Key key, Payload& payload) const { return key != ~Key{0} && MapIndex::find(key, payload); }
};

const bool registered = add_index<KeepsASentinel>({.name = "test-sentinel",
                                                   .display = "has no key 2^64-1",
                                                   .family = Family::kTree,
                                                   .citation = "for tests",
                                                   .peak_bytes_per_key = 200});

}  // namespace
}  // namespace omenbench
