// boost::container::flat_map: a sorted vector of pairs behind the interface of std::map. Inserts and erases move
// everything behind them.
//
// needs: boost/container/flat_map.hpp (libboost-dev)
#include <boost/container/flat_map.hpp>
#include <boost/version.hpp>

#include "harness/register.h"
#include "indexes/map_index.h"

namespace omenbench {
namespace {

using FlatMap = boost::container::flat_map<Key, Payload>;

void build_flat_map(FlatMap& map, std::span<const Entry> entries) {
  FlatMap::sequence_type sequence;
  sequence.reserve(entries.size());
  for (const Entry& entry : entries) sequence.emplace_back(entry.key, entry.payload);
  map.adopt_sequence(boost::container::ordered_unique_range, std::move(sequence));
}

const bool registered = add_index<OrderedMapIndex<FlatMap, build_flat_map>>(
    {.name = "flat-map",
     .display = "boost::container::flat_map",
     .family = Family::kArray,
     .citation = "Boost.Container " BOOST_LIB_VERSION,
     .parameters = {{"build", "adopts a sorted vector of the exact size"}},
     .peak_bytes_per_key = 16});

}  // namespace
}  // namespace omenbench
