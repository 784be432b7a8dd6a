// boost::unordered_flat_map: open addressing in groups of 15 slots with 16 bytes of metadata.
//
// needs: boost/unordered/unordered_flat_map.hpp (libboost-dev)
#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/version.hpp>

#include "harness/register.h"
#include "indexes/map_index.h"

namespace omenbench {
namespace {

// 256 bytes per 15 slots; right after the table doubled, 7/16 of the slots are taken.
const bool registered = add_index<HashIndex<boost::unordered_flat_map<Key, Payload>>>(
    {.name = "boost-hash",
     .display = "boost::unordered_flat_map",
     .family = Family::kHash,
     .citation = "Boost.Unordered " BOOST_LIB_VERSION,
     .parameters = {{"hash", "boost::hash, which the container mixes (it is not marked as avalanching)"},
                    {"build", "reserves"}},
     .peak_bytes_per_key = 40});

}  // namespace
}  // namespace omenbench
