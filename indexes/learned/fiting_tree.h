// FITing-Tree: a B-tree over the first keys of linear segments instead of over keys (Galakatos, Markovitch, Binnig,
// Fonseca and Kraska, "FITing-Tree: A Data-aware Index Structure", SIGMOD 2019). A lookup descends the tree,
// interpolates within a known error, and looks into the segment's buffer; a full buffer is merged and its segment cut
// anew by ShrinkingCone (section 5).
//
// Deviations from the paper: (1) slopes are integers with 64 fractional bits; (2) a segment has at most kLongest
// entries, so that an insert into a set that one line fits does not rewrite it all; one that outgrows this is cut
// evenly; (3) erase, which the paper leaves out, marks the entry; a segment that lost half its entries is cut anew,
// together with its right neighbour when few are left. The tree is absl::btree_map.
//
// needs: absl/container/btree_map.h absl::btree (libabsl-dev)
#pragma once

#include <absl/container/btree_map.h>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <utility>
#include <vector>

#include "core/index.h"
#include "core/types.h"
#include "indexes/learned/fiting_tree_segment.h"

namespace omenbench {

/// Not thread-safe for writes; any number of concurrent readers.
class FitingTree {
 public:
  using Segment = fiting_tree::Segment;
  static constexpr std::size_t kBuffer = 64;
  static constexpr std::size_t kLongest = 1024;

  FitingTree() { replace(tree_.end(), tree_.end(), {}); }

  void build(std::span<const Entry> entries) {
    replace(tree_.begin(), tree_.end(), entries);
    merges_ = 0;
  }

  bool find(Key key, Payload& payload) const {
    const Payload* const found = segment_for(key)->second->find(key);
    if (found == nullptr) return false;
    payload = *found;
    return true;
  }

  bool lower_bound(Key key, Entry& entry) const { return scan(key, {&entry, 1}) == 1; }

  std::size_t scan(Key from, std::span<Entry> out) const {
    std::size_t count = 0;
    for (auto at = segment_for(from); at != tree_.end() && count < out.size(); ++at) {
      count += at->second->scan(from, out.subspan(count));
    }
    return count;
  }

  bool update(Key key, Payload payload) {
    auto* const found = const_cast<Payload*>(segment_for(key)->second->find(key));
    if (found == nullptr) return false;
    *found = payload;
    return true;
  }

  bool insert(Key key, Payload payload) {
    const auto at = segment_for(key);
    Segment& segment = *at->second;
    const std::uint64_t bytes = segment.buffer_bytes();
    if (!segment.insert({key, payload})) return false;
    bytes_ += segment.buffer_bytes() - bytes;
    if (segment.buffered() == kBuffer) merge(at);
    return true;
  }

  bool erase(Key key) {
    const auto at = segment_for(key);
    if (!at->second->erase(key)) return false;
    if (at->second->sparse()) merge(at);
    return true;
  }

  std::uint64_t size_bytes() const {
    return sizeof(*this) + bytes_ + tree_.size() * (sizeof(Key) + sizeof(Segment*)) * 6 / 5;
  }

  std::vector<Counter> counters() const { return {{"segments", tree_.size()}, {"merges", merges_}}; }

  /// Calls visit(first key, segment) in order; for tests.
  template <class Visit>
  void for_each_segment(Visit visit) const {
    for (const auto& [first, segment] : tree_) visit(first, *segment);
  }

 private:
  /// By a key that is at most the segment's lowest, and above all before it. The first is 0, and its segment stays even
  /// when it is empty: every key has a segment.
  using Tree = absl::btree_map<Key, Segment::Owner>;
  static constexpr std::size_t kFew = 64;

  Tree::iterator segment_for(Key key) { return std::prev(tree_.upper_bound(key)); }
  Tree::const_iterator segment_for(Key key) const { return std::prev(tree_.upper_bound(key)); }

  /// Cuts the entries of a segment anew.
  void merge(Tree::iterator at) {
    auto end = std::next(at);
    std::size_t total = at->second->entries();
    if (total < kFew && end != tree_.end()) total += (end++)->second->entries();
    std::vector<Entry> entries(total);
    std::size_t count = 0;
    for (auto from = at; from != end; ++from) count += from->second->scan(0, std::span(entries).subspan(count));
    replace(at, end, entries);
    ++merges_;
  }

  /// Puts segments of the entries in the place of [begin, end); the new first one is found where the old one was.
  void replace(Tree::iterator begin, Tree::iterator end, std::span<const Entry> entries) {
    const Key low = begin == tree_.begin() ? 0 : begin->first;
    for (auto at = begin; at != end; ++at) bytes_ -= at->second->fixed_bytes() + at->second->buffer_bytes();
    auto hint = tree_.erase(begin, end);
    const auto add = [&](Key first, Segment::Owner segment) {
      bytes_ += segment->fixed_bytes();
      hint = std::next(tree_.emplace_hint(hint, first, std::move(segment)));
    };
    const std::size_t pieces = (entries.size() + kLongest - 1) / kLongest;
    const std::size_t longest = pieces == 0 ? 0 : (entries.size() + pieces - 1) / pieces;
    bool leads = true;
    fiting_tree::for_each_cone(entries, longest, [&](Key first, Segment::Owner segment) {
      add(std::exchange(leads, false) ? low : first, std::move(segment));
    });
    if (entries.empty() && low == 0) add(low, Segment::make({}, 0));
  }

  Tree tree_;
  std::uint64_t bytes_ = 0;
  std::uint64_t merges_ = 0;
};

}  // namespace omenbench
