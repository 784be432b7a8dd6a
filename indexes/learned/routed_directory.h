// The learned directory of routed_btree.h: from a key to its leaf by two table reads and one bucket, whatever the
// number of keys. The tables are an adaptive radix table like that of adaptive_radix.h, but over the boundaries between
// leaves and made to be changed: every shift is chosen for the boundaries below it, a split changes one bucket, and a
// region whose boundaries have outgrown its buckets is planned anew, alone.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <utility>
#include <vector>

#include "core/types.h"
#include "indexes/learned/routed_boundary_tree.h"
#include "indexes/learned/routed_plan.h"
#include "indexes/learned/routed_region.h"

namespace omenbench {

/// `Leaf`: has the member `floor`, below or at which no key of it lies, and prefetch().
template <class Leaf>
class RoutedDirectory {
 public:
  using Boundary = omenbench::Boundary<Leaf>;
  using BoundaryTrees = omenbench::BoundaryTrees<Leaf>;
  using RoutedBucket = omenbench::RoutedBucket<Leaf>;
  using RoutedRegion = omenbench::RoutedRegion<Leaf>;

  RoutedDirectory() = default;
  RoutedDirectory(const RoutedDirectory&) = delete;
  RoutedDirectory& operator=(const RoutedDirectory&) = delete;
  ~RoutedDirectory() { free_regions(); }

  /// For the leaves from `first` on.
  void build(Leaf* first, std::span<const Boundary> boundaries) { plan(first, boundaries); }

  Leaf* find(Key key) const {
    if (key - smallest_ > range_) [[unlikely]] {
      // Where keys are appended.
      if (key >= smallest_ && key > last_leaf_->floor) return last_leaf_;
    }
    return bucket_of(key)->find(key);
  }

  RoutedBucket* bucket_of(Key key) const {
    const Key position = key - smallest_;
    if (position > range_) [[unlikely]]
      return (key < smallest_ ? below_ : above_)->bucket(0);
    const TableEntry top = top_[position >> top_shift_];
    const std::uint64_t entry = entries_[top.base + static_cast<std::uint32_t>(position >> top.shift)];
    return reinterpret_cast<RoutedBucket*>(((entry >> 16) + (position >> (entry & 63)) * sizeof(RoutedBucket)) &
                                           (~std::uint64_t{0} >> 16));
  }

  /// `left` has been split.
  void insert(Leaf* left, const Boundary& boundary) {
    ++boundaries_;
    if (left == last_leaf_) last_leaf_ = boundary.right;
    RoutedBucket* const bucket = bucket_of(boundary.key);
    typename BoundaryTrees::Node* root = bucket->tree();
    if (root == nullptr && bucket->size() < RoutedBucket::kSlots) {
      const bool last = bucket->insert(boundary);
      if (last) pass_on(bucket, left, boundary.right);
    } else {
      insert_into_tree(bucket, root, left, boundary);
    }
    if (boundaries_ >= grown_limit_ || in_trees_ >= trees_limit_) plan_all();
  }

  /// `right` is about to be merged into `left`. False, and nothing done, where that would be expensive.
  bool remove(Key key, Leaf* left, Leaf* right) {
    RoutedBucket* const bucket = bucket_of(key);
    if (typename BoundaryTrees::Node* root = bucket->tree(); root != nullptr) {
      if (!BoundaryTrees::remove(root, key, right)) return false;
      --RoutedRegion::of(bucket)->in_trees;
      --in_trees_;
    } else {
      bucket->remove(key);
    }
    --boundaries_;
    if (right == last_leaf_) last_leaf_ = left;
    pass_on(bucket, right, left);
    if (boundaries_ < shrunk_limit_) plan_all();
    return true;
  }

  std::uint64_t size_bytes() const {
    std::uint64_t bytes = trees_.size_bytes() + region_bytes_;
    bytes += top_.capacity() * sizeof(TableEntry) + entries_.capacity() * sizeof(entries_[0]);
    bytes += some_boundaries_.capacity() * sizeof(Boundary) + some_positions_.capacity() * sizeof(Key);
    return bytes;
  }

  struct Shape {
    std::size_t boundaries, in_trees, regions, buckets, top, entries, tree_nodes;
  };
  Shape shape() const {
    Shape shape{boundaries_, in_trees_, 0, 0, top_.size(), entries_.size(), trees_.node_count()};
    for (const RoutedRegion* region = below_; region != nullptr; region = region->next) {
      ++shape.regions;
      shape.buckets += region->buckets;
    }
    return shape;
  }
  /// Asks for the leaves that a scan will pass behind the first, which `key` led to by way of `bucket`: `count` of
  /// them, as far as what lies in the same cache lines knows them.
  static void prefetch_behind(RoutedBucket* bucket, Key key, std::size_t count) {
    if (const typename BoundaryTrees::Node* node = bucket->tree(); node != nullptr) {
      node = BoundaryTrees::bottom(node, key);
      const std::size_t first = node->slot_of(key) + 1;
      const std::size_t end = std::min<std::size_t>(first + count, node->size() + std::size_t{1});
      for (std::size_t i = first; i < end; ++i) static_cast<const Leaf*>(node->child(i))->prefetch();
      return;
    }
    const std::size_t size = bucket->size();
    for (std::size_t i = bucket->slot_of(key) + 1; count > 0 && i <= size; ++i, --count) bucket->leaf(i)->prefetch();
    if (count == 0 || bucket->number() + 1 >= RoutedRegion::of(bucket)->buckets) return;
    const RoutedBucket* const next = bucket + 1;
    if (next->tree() != nullptr) return;
    for (std::size_t i = 0; count > 0 && i <= next->size(); ++i, --count) next->leaf(i)->prefetch();
  }

  /// How often all of it was planned, and one region alone.
  std::size_t plans() const { return plans_; }
  std::size_t region_plans() const { return region_plans_; }
  /// How many boundaries went through plans in all: what splits pay for.
  std::size_t planned_boundaries() const { return planned_boundaries_; }

 private:
  struct TableEntry {
    std::uint32_t base;
    std::uint32_t shift;
  };

  void insert_into_tree(RoutedBucket* bucket, typename BoundaryTrees::Node* root, Leaf* left,
                        const Boundary& boundary) {
    RoutedRegion* const region = RoutedRegion::of(bucket);
    bool last = true;
    if (root != nullptr) {
      last = trees_.insert(root, boundary);
      bucket->set_tree(root);
      note_in_trees(region, 1);
    } else {
      last = bucket->slot_of(boundary.key) == RoutedBucket::kSlots;
      plant(bucket, boundary);
      note_in_trees(region, RoutedBucket::kSlots + 1);
    }
    if (last) pass_on(bucket, left, boundary.right);
    if (region->in_trees > region->limit) plan_region(region);
  }

  void note_in_trees(RoutedRegion* region, std::size_t more) {
    region->in_trees += static_cast<std::uint32_t>(more);
    in_trees_ += more;
  }

  /// Turns a full bucket and one more boundary into a tree.
  void plant(RoutedBucket* bucket, const Boundary& boundary) {
    Boundary all[RoutedBucket::kSlots + 1];
    const std::size_t i = bucket->slot_of(boundary.key);
    for (std::size_t j = 0; j < RoutedBucket::kSlots; ++j) all[j + (j >= i)] = bucket->boundary(j);
    all[i] = boundary;
    bucket->set_tree(trees_.build(bucket->first_leaf(), all));
  }

  /// Buckets behind `bucket` that begin in `from` now begin in `to`.
  static void pass_on(RoutedBucket* bucket, const Leaf* from, Leaf* to) {
    RoutedRegion* region = RoutedRegion::of(bucket);
    for (std::size_t i = bucket->number() + 1;; i = 0) {
      for (; i < region->buckets; ++i) {
        if (region->bucket(i)->first_leaf() != from) return;
        region->bucket(i)->set_first_leaf(to);
      }
      region = region->next;
      if (region == nullptr) return;
    }
  }

  /// Appends the boundaries of a region and takes its trees away.
  void collect(RoutedRegion* region, std::vector<Boundary>& boundaries) {
    for (std::size_t i = 0; i < region->buckets; ++i) {
      RoutedBucket* const bucket = region->bucket(i);
      if (typename BoundaryTrees::Node* const root = bucket->tree(); root != nullptr) {
        trees_.dissolve(root, boundaries);
        continue;
      }
      for (std::size_t j = 0; j < bucket->size(); ++j) boundaries.push_back(bucket->boundary(j));
    }
  }

  /// A region that is not linked to others, nor from any entry yet.
  RoutedRegion* make_region(Key low, Key high, std::uint32_t shift, Leaf* first, std::span<const Boundary> boundaries) {
    const std::uint64_t buckets = parts_of(low, high, shift);
    const std::size_t bytes = RoutedRegion::bytes_of(buckets);
    auto* const region = static_cast<RoutedRegion*>(::operator new (bytes, std::align_val_t{64}));
    region_bytes_ += bytes;
    *region = {.low = low,
               .high = high,
               .previous = nullptr,
               .next = nullptr,
               .buckets = static_cast<std::uint32_t>(buckets),
               .entries_begin = 0,
               .entries_end = 0,
               .boundaries = static_cast<std::uint32_t>(boundaries.size()),
               .in_trees = 0,
               .limit = 0,
               .shift = shift};
    std::size_t next = 0;
    for (std::size_t i = 0; i < buckets; ++i) {
      RoutedBucket* const bucket = region->bucket(i);
      bucket->restart(i, first);
      const std::size_t begin = next;
      const Key number = (low >> shift) + i;
      while (next < boundaries.size() && (boundaries[next].key - smallest_) >> shift == number) ++next;
      first = fill(region, bucket, first, boundaries.subspan(begin, next - begin));
    }
    region->limit = static_cast<std::uint32_t>(region->in_trees + RoutedBucket::kSlots + boundaries.size() / 2);
    return region;
  }

  /// Puts all its boundaries into a bucket; returns the leaf behind the last.
  Leaf* fill(RoutedRegion* region, RoutedBucket* bucket, Leaf* first, std::span<const Boundary> boundaries) {
    if (boundaries.size() > RoutedBucket::kSlots) {
      bucket->set_tree(trees_.build(first, boundaries));
      note_in_trees(region, boundaries.size());
    } else {
      for (const Boundary& boundary : boundaries) bucket->insert(boundary);
    }
    return boundaries.empty() ? first : boundaries.back().right;
  }

  static void link(RoutedRegion* previous, RoutedRegion* next) {
    if (previous != nullptr) previous->next = next;
    if (next != nullptr) next->previous = previous;
  }

  void refer_to(RoutedRegion* region) {
    const auto base = reinterpret_cast<std::uintptr_t>(region->bucket(0)) -
                      static_cast<std::uintptr_t>((region->low >> region->shift) * sizeof(RoutedBucket));
    for (std::uint32_t i = region->entries_begin; i < region->entries_end; ++i)
      entries_[i] = base << 16 | region->shift;
  }

  void free_region(RoutedRegion* region) {
    region_bytes_ -= region->size_bytes();
    ::operator delete (region, std::align_val_t{64});
  }
  void free_regions() {
    while (below_ != nullptr) free_region(std::exchange(below_, below_->next));
    above_ = nullptr;
  }

  /// Chooses a new shift for one region.
  void plan_region(RoutedRegion* old) {
    if (old == below_ || old == above_) return;
    ++region_plans_;
    Leaf* const first = old->bucket(0)->first_leaf();
    std::vector<Boundary>& boundaries = some_boundaries_;
    boundaries.clear();
    collect(old, boundaries);
    planned_boundaries_ += boundaries.size();
    std::vector<Key>& positions = some_positions_;
    positions.resize(boundaries.size());
    for (std::size_t i = 0; i < boundaries.size(); ++i) positions[i] = boundaries[i].key - smallest_;
    const ShiftPlan best = RoutedPlan(positions, miss_price_).region(old->low, old->high, 0, positions.size());
    in_trees_ -= old->in_trees;
    RoutedRegion* const region = make_region(old->low, old->high, best.shift, first, boundaries);
    region->entries_begin = old->entries_begin;
    region->entries_end = old->entries_end;
    link(old->previous, region);
    link(region, old->next);
    refer_to(region);
    free_region(old);
  }

  void plan_all() {
    Leaf* const first = below_->bucket(0)->first_leaf();
    std::vector<Boundary> boundaries;
    boundaries.reserve(boundaries_);
    for (RoutedRegion* region = below_; region != nullptr; region = region->next) collect(region, boundaries);
    free_regions();
    plan(first, boundaries);
  }

  /// The whole directory: with tables, or, where most boundaries would lie in trees below them and nothing foretells
  /// which, one tree without.
  void plan(Leaf* first, std::span<const Boundary> boundaries) {
    ++plans_;
    boundaries_ = boundaries.size();
    last_leaf_ = boundaries.empty() ? first : boundaries.back().right;
    planned_boundaries_ += boundaries_;
    lay_out(first, boundaries, choose_range(boundaries));
    if (boundaries_ >= kFewBoundaries && in_trees_ > boundaries_ / 2) {
      std::vector<Boundary> same;
      for (RoutedRegion* region = below_; region != nullptr; region = region->next) collect(region, same);
      free_regions();
      smallest_ = kEmptySlot;
      range_ = 0;
      lay_out(first, boundaries, {boundaries_, boundaries_});
    }
    grown_limit_ = 2 * boundaries_ + 16;
    shrunk_limit_ = boundaries_ / 4;
    trees_limit_ = in_trees_ + boundaries_ / 2 + 16;
  }

  /// Makes the tables for the boundaries in [begin, end) and a bucket for those on either side.
  void lay_out(Leaf* first, std::span<const Boundary> boundaries, std::pair<std::size_t, std::size_t> inside) {
    const auto [begin, end] = inside;
    in_trees_ = 0;
    top_.clear();
    entries_.clear();
    below_ = make_region(0, 0, 0, first, {});
    first = fill(below_, below_->bucket(0), first, boundaries.first(begin));
    RoutedRegion* const last = plan_inside(first, boundaries.subspan(begin, end - begin));
    if (end > begin) first = boundaries[end - 1].right;
    above_ = make_region(0, 0, 0, first, {});
    fill(above_, above_->bucket(0), first, boundaries.subspan(end));
    link(last, above_);
    entries_.shrink_to_fit();
  }

  /// Which boundaries the tables cover: all, or without the few at either end that would make the range much wider. The
  /// others have a bucket at each end, as all keys beyond the last boundary have.
  std::pair<std::size_t, std::size_t> choose_range(std::span<const Boundary> boundaries) {
    std::size_t begin = 0;
    std::size_t end = boundaries.size();
    smallest_ = 0;
    range_ = 0;
    if (end == 0) return {0, 0};
    const std::size_t few = boundaries.size() / 512;
    const auto range = [&](std::size_t from, std::size_t to) { return boundaries[to - 1].key - boundaries[from].key; };
    if (range(begin, end - few) < range(begin, end) / 16) end -= few;
    if (range(begin + few, end) < range(begin, end) / 16) begin += few;
    smallest_ = boundaries[begin].key;
    range_ = range(begin, end);
    return {begin, end};
  }

  /// A part of the first table, with the shift that was chosen for its entries of the second.
  struct TopPart {
    Key low;
    Key high;
    std::size_t begin;
    std::size_t end;
    std::uint32_t shift;
  };

  /// Chooses the shifts of both tables at the highest price for misses that keeps them within kMostBytes a boundary.
  std::vector<TopPart> plan_top(std::span<const Key> positions) {
    const auto width = static_cast<std::uint32_t>(std::bit_width(range_));
    const auto bits = static_cast<std::uint32_t>(std::bit_width(positions.size() / 64));
    top_shift_ = std::min<std::uint32_t>(63, width - std::min({width, bits, kMostTopBits}));
    for (miss_price_ = kHighestPrice;; miss_price_ /= 2) {
      const RoutedPlan plan(positions, miss_price_);
      std::vector<TopPart> parts;
      std::uint64_t bytes = 0;
      plan.each_part(0, range_, 0, positions.size(), top_shift_, [&](Key low, Key high, std::size_t i, std::size_t j) {
        const ShiftPlan best = i == j ? ShiftPlan{} : plan.entries(low, high, i, j);
        parts.push_back({low, high, i, j, best.shift});
        bytes += best.bytes;
      });
      if (bytes <= positions.size() * kMostBytes || miss_price_ <= kLowestPrice) return parts;
    }
  }

  /// Fills the tables; returns the last region.
  RoutedRegion* plan_inside(Leaf* first, std::span<const Boundary> boundaries) {
    std::vector<Key> positions(boundaries.size());
    for (std::size_t i = 0; i < boundaries.size(); ++i) positions[i] = boundaries[i].key - smallest_;
    const std::vector<TopPart> parts = plan_top(positions);
    const RoutedPlan plan(positions, miss_price_);
    RoutedRegion* last = below_;
    for (const TopPart& part : parts) {
      const auto base =
          static_cast<std::uint32_t>(entries_.size()) - static_cast<std::uint32_t>(part.low >> part.shift);
      top_.resize(top_.size() + parts_of(part.low, part.high, top_shift_), TableEntry{base, part.shift});
      const auto add = [&](Key low, Key high, std::size_t i, std::size_t j) {
        Leaf* const before = i == 0 ? first : boundaries[i - 1].right;
        RoutedRegion* const region =
            make_region(low, high, plan.region(low, high, i, j).shift, before, boundaries.subspan(i, j - i));
        region->entries_begin = static_cast<std::uint32_t>(entries_.size());
        entries_.resize(entries_.size() + parts_of(low, high, part.shift));
        region->entries_end = static_cast<std::uint32_t>(entries_.size());
        refer_to(region);
        link(last, region);
        last = region;
      };
      plan.each_part(part.low, part.high, part.begin, part.end, part.shift, add);
    }
    return last;
  }

  static constexpr std::uint32_t kMostTopBits = 12;
  /// Bytes of tables for a boundary that may be found by way of a tree. The lower, the more trees.
  static constexpr std::uint64_t kHighestPrice = 800;
  static constexpr std::uint64_t kLowestPrice = 50;
  static constexpr std::uint64_t kMostBytes = 96;
  /// With fewer the trees are too low to matter.
  static constexpr std::size_t kFewBoundaries = 256;

  Key smallest_ = 0;
  Key range_ = 0;
  std::uint32_t top_shift_ = 0;
  std::vector<TableEntry> top_;
  std::vector<std::uint64_t> entries_;
  RoutedRegion* below_ = nullptr;  ///< for keys left of the tables; the first of all regions
  RoutedRegion* above_ = nullptr;  ///< for keys right of them; the last
  Leaf* last_leaf_ = nullptr;
  BoundaryTrees trees_;
  std::uint64_t miss_price_ = kHighestPrice;
  std::vector<Boundary> some_boundaries_;  ///< of the region that is being planned
  std::vector<Key> some_positions_;
  std::uint64_t region_bytes_ = 0;
  std::size_t boundaries_ = 0;
  std::size_t in_trees_ = 0;
  std::size_t grown_limit_ = 0;  ///< with so many boundaries all is planned anew
  std::size_t shrunk_limit_ = 0;
  std::size_t trees_limit_ = 0;
  std::size_t plans_ = 0;
  std::size_t region_plans_ = 0;
  std::size_t planned_boundaries_ = 0;
};

}  // namespace omenbench
