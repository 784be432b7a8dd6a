// What ALEX tells about itself: counts of nodes and events, and its size. For one thread and for many.
#pragma once

#include <cstdint>
#include <vector>

#include "core/index.h"
#include "indexes/learned/alex_build.h"

namespace omenbench {

/// What a tree did since it was built.
struct AlexEvents {
  std::uint64_t expansions = 0;
  std::uint64_t retrains = 0;
  std::uint64_t sideways_splits = 0;
  std::uint64_t downward_splits = 0;
  std::uint64_t widenings = 0;
  std::uint64_t contractions = 0;
  std::uint64_t shifted = 0;   ///< entries moved by insertions, in nodes that were rebuilt since
  std::uint64_t inserted = 0;  ///< the same for insertions
};

/// The counters of an index, with those of the nodes below `root` added to its events.
template <class Sharing>
std::vector<Counter> alex_counters(BasicAlexChild<Sharing> root, AlexEvents events) {
  std::uint64_t inner_nodes = 0;
  std::uint64_t data_nodes = 0;
  visit_alex(
      root, [&](const BasicAlexInnerNode<Sharing>&) { ++inner_nodes; },
      [&](const BasicAlexDataNode<Sharing>& leaf) {
        ++data_nodes;
        events.shifted += leaf.shifted();
        events.inserted += leaf.inserted();
      });
  return {{"inner_nodes", inner_nodes},
          {"data_nodes", data_nodes},
          {"expansions", events.expansions},
          {"retrains", events.retrains},
          {"sideways_splits", events.sideways_splits},
          {"downward_splits", events.downward_splits},
          {"widenings", events.widenings},
          {"contractions", events.contractions},
          {"insertions", events.inserted},
          {"shifted_entries", events.shifted}};
}

/// Bytes of all nodes from `root` on.
template <class Sharing>
std::uint64_t alex_bytes(BasicAlexChild<Sharing> root) {
  std::uint64_t bytes = 0;
  visit_alex(
      root, [&](const BasicAlexInnerNode<Sharing>& node) { bytes += node.size_bytes(); },
      [&](const BasicAlexDataNode<Sharing>& leaf) { bytes += leaf.size_bytes(); });
  return bytes;
}

}  // namespace omenbench
