// How ALEX is loaded (Ding et al., "ALEX: an updatable adaptive learned index", SIGMOD 2020, section 4.6): one data
// node, or an inner node over several when the cost model finds that cheaper, and so on below. Also walks over whole
// trees.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "core/types.h"
#include "indexes/learned/alex_data_node.h"
#include "indexes/learned/alex_data_node_writes.h"
#include "indexes/learned/alex_fanout_tree.h"
#include "indexes/learned/alex_inner_node.h"

namespace omenbench {

/// Fewest keys that are split.
inline constexpr std::size_t kAlexSplitKeys = 64;

template <class Sharing>
BasicAlexDataNode<Sharing>* make_alex_node(std::span<const Entry> entries, double density) {
  const std::size_t capacity = AlexDataNode::capacity_for(entries.size(), density);
  return new BasicAlexDataNode<Sharing>(entries, capacity, fit_alex(entries, capacity));
}

/// Builds subtrees from left to right. The data nodes of `AlexAlone` are chained, from one that is given on.
template <class Sharing>
class AlexBuilder {
 public:
  using Inner = BasicAlexInnerNode<Sharing>;
  using Data = BasicAlexDataNode<Sharing>;
  using Child = BasicAlexChild<Sharing>;

  explicit AlexBuilder(Data* last = nullptr) : last_(last) {}

  /// One data node, or an inner node over several when that is cheaper.
  Child subtree(std::span<const Entry> entries) {
    const std::size_t capacity = AlexDataNode::capacity_for(entries.size(), AlexDensity::kBuilt);
    const bool fits = entries.size() <= AlexFanoutTree::kMaxKeys;
    AlexFit fit;
    if (fits) fit = fit_alex(entries, capacity);
    // An inner node costs a traversal at least.
    if (!fits || (entries.size() >= kAlexSplitKeys && fit.cost() > AlexCosts::kTraversal)) {
      AlexFanoutTree tree(entries);
      if (!fits || tree.cost() < AlexFanoutTree::data_node_cost(entries, fit.cost())) {
        return Child(inner(entries, tree));
      }
    }
    return Child(append(new Data(entries, capacity, fit)));
  }

  /// An inner node as `tree`, the fanout tree of these entries, proposes.
  Inner* inner(std::span<const Entry> entries, AlexFanoutTree& tree) {
    const std::vector<AlexCut> cuts = tree.cuts();
    std::vector<Child> children;
    children.reserve(std::size_t{1} << tree.fanout_bits());
    for (const AlexCut& cut : cuts) {
      children.resize(cut.slot_end, subtree(entries.subspan(cut.begin, cut.end - cut.begin)));
    }
    auto* const node = new Inner(entries.front().key, tree.shift(), std::move(children));
    node->child_count = cuts.size();
    return node;
  }

  /// The data node that was built last.
  Data* last() const { return last_; }

 private:
  Data* append(Data* node) {
    if constexpr (!Sharing::kShared) {
      node->previous = last_;
      if (last_ != nullptr) last_->next = node;
    }
    last_ = node;
    return node;
  }

  Data* last_;
};

/// Calls `on_inner` for every inner and `on_data` for every data node, once each, parents first.
template <class Sharing, class OnInner, class OnData>
void visit_alex(BasicAlexChild<Sharing> child, const OnInner& on_inner, const OnData& on_data) {
  if (child.is_data()) return on_data(*child.data());
  on_inner(*child.inner());
  const std::vector<BasicAlexChild<Sharing>>& children = child.inner()->children;
  for (std::size_t i = 0; i < children.size(); ++i) {
    if (i == 0 || children[i] != children[i - 1]) visit_alex(children[i], on_inner, on_data);
  }
}

template <class Sharing>
void destroy_alex(BasicAlexChild<Sharing> child) {
  if (child.is_data()) {
    delete child.data();
    return;
  }
  BasicAlexInnerNode<Sharing>* const node = child.inner();
  for (std::size_t i = 0; i < node->children.size(); ++i) {
    if (i + 1 == node->children.size() || node->slots[i] != node->slots[i + 1]) destroy_alex(node->slots[i]);
  }
  delete node;
}

}  // namespace omenbench
