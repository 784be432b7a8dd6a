// The hash map of Boost where keys repeat. Boost.Unordered has no open-addressing multimap.
//
// needs: boost/unordered/unordered_flat_map.hpp (libboost-dev)
#include <boost/unordered/unordered_flat_map.hpp>

#include "harness/register.h"
#include "indexes/repeats/multimap_index.h"

namespace omenbench {
namespace {

const bool registered = add_repeats<HashRuns<boost::unordered_flat_map<Key, PayloadRun>>>("boost-hash");

}  // namespace
}  // namespace omenbench
