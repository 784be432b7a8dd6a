// boost::container::map as AVL tree: one allocation per entry, as in std::map, with smaller nodes.
//
// needs: boost/container/map.hpp (libboost-dev)
#include <boost/container/map.hpp>
#include <boost/version.hpp>

#include "harness/register.h"
#include "indexes/map_index.h"

namespace omenbench {
namespace {

using Options = boost::container::tree_assoc_options<boost::container::tree_type<boost::container::avl_tree>>::type;
using Map = boost::container::map<Key, Payload, std::less<Key>, void, Options>;

const bool registered =
    add_index<OrderedMapIndex<Map, append_all<Map>>>({.name = "boost-avl",
                                                      .display = "boost::container::map, AVL",
                                                      .family = Family::kTree,
                                                      .citation = "Boost.Container " BOOST_LIB_VERSION,
                                                      .parameters = {{"build", "hint at the end"}},
                                                      .peak_bytes_per_key = 64});

}  // namespace
}  // namespace omenbench
