// The learned directory of routed_btree.h: from a key to its leaf by two table reads and one bucket, whatever the
// number of keys. The tables are an adaptive radix table like that of adaptive_radix.h, but over the boundaries between
// leaves and made to be changed: every shift is chosen for the boundaries below it, a split changes one bucket, and a
// region whose boundaries have outgrown its buckets is planned anew, alone.
//
// Where leaves say that they are shared (kReadByOthers), any number of threads may ask for leaves while one thread at a
// time changes the directory. What they get is a hint: what a reader follows was written before it could be found, and
// is freed only after a grace period (limbo.h), but several words need not belong together. So the leaf may be another
// than that of the key, and the leaves themselves have to tell (routed_btree_olc.h).
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/types.h"
#include "indexes/learned/limbo.h"
#include "indexes/learned/routed_boundary_tree.h"
#include "indexes/learned/routed_plan.h"
#include "indexes/learned/routed_region.h"

namespace omenbench {

/// `Leaf`: has the member `floor`, below or at which no key of it lies, and prefetch(). Where it is shared its floor
/// does not change while it can be found; otherwise one thread does everything.
template <class L>
class RoutedDirectory {
 public:
  using Leaf = L;
  using Boundary = omenbench::Boundary<Leaf>;
  using BoundaryTrees = omenbench::BoundaryTrees<Leaf>;
  using RoutedBucket = omenbench::RoutedBucket<Leaf>;
  using RoutedRegion = omenbench::RoutedRegion<Leaf>;
  using Plan = RoutedPlan<RoutedBucket::kSlots>;

  static constexpr bool kShared = kReadByOthers<Leaf>;

  RoutedDirectory() {
    if constexpr (kShared) tables_ = new Tables;
  }
  RoutedDirectory(const RoutedDirectory&) = delete;
  RoutedDirectory& operator=(const RoutedDirectory&) = delete;
  ~RoutedDirectory() {
    free_regions(tables());
    if constexpr (kShared) delete &tables();
  }

  /// For the leaves from `first` on.
  void build(Leaf* first, std::span<const Boundary> boundaries) { plan(tables(), first, boundaries); }

  /// The leaf of the key; where leaves are shared a hint, or null where it is being changed.
  Leaf* find(Key key) const {
    const Tables& tables = this->tables();
    if (key - tables.smallest > tables.range) [[unlikely]] {
      // Where keys are appended.
      Leaf* const last = load_word<kShared>(last_leaf_);
      if (key >= tables.smallest && key > load_word<kShared>(last->floor)) return last;
    }
    return bucket_of(key)->find(key);
  }

  RoutedBucket* bucket_of(Key key) const {
    const Tables& tables = this->tables();
    const Key position = key - tables.smallest;
    if (position > tables.range) [[unlikely]]
      return (key < tables.smallest ? tables.below : tables.above)->bucket(0);
    const TableEntry top = tables.top[position >> tables.top_shift];
    const std::uint64_t entry =
        load_word<kShared>(tables.entries[top.base + static_cast<std::uint32_t>(position >> top.shift)]);
    return reinterpret_cast<RoutedBucket*>(((entry >> 16) + (position >> (entry & 63)) * sizeof(RoutedBucket)) &
                                           (~std::uint64_t{0} >> 16));
  }

  /// `left` has been split.
  void insert(Leaf* left, const Boundary& boundary) {
    ++boundaries_;
    if (left == last_leaf_) set_last_leaf(boundary.right);
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

  /// `right` is about to be merged into `left`. False, and nothing done, where that would be expensive. To be followed
  /// by shrink(), once the leaves are merged.
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
    if (right == last_leaf_) set_last_leaf(left);
    pass_on(bucket, right, left);
    return true;
  }

  /// Makes the tables smaller where few boundaries are left.
  void shrink() {
    if (boundaries_ < shrunk_limit_) plan_all();
  }

  /// Frees what readers have ceased to use. REQUIRES: the calling thread reads nothing of it, and nobody changes it.
  void clean() requires kShared { limbo_.clean(); }

  std::uint64_t size_bytes() const {
    std::uint64_t bytes = trees_.size_bytes() + region_bytes_;
    bytes += tables().top.capacity() * sizeof(TableEntry) + tables().entries.capacity() * sizeof(std::uint64_t);
    bytes += some_boundaries_.capacity() * sizeof(Boundary) + some_positions_.capacity() * sizeof(Key);
    return bytes;
  }

  struct Shape {
    std::size_t boundaries, in_trees, regions, buckets, top, entries, tree_nodes;
  };
  Shape shape() const {
    Shape shape{boundaries_, in_trees_, 0, 0, tables().top.size(), tables().entries.size(), trees_.node_count()};
    for (const RoutedRegion* region = tables().below; region != nullptr; region = region->next) {
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
      if (kShared && node == nullptr) return;
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

  /// What is planned as a whole.
  struct Tables {
    Key smallest = 0;
    Key range = 0;
    std::uint32_t top_shift = 0;
    std::vector<TableEntry> top{};
    std::vector<std::uint64_t> entries{};
    RoutedRegion* below = nullptr;  ///< for keys left of the tables; the first of all regions
    RoutedRegion* above = nullptr;  ///< for keys right of them; the last
  };

  /// Waiting for the readers of a region, or of all.
  struct RetiredRegion {
    RoutedDirectory* of;
    RoutedRegion* region;
    ~RetiredRegion() { of->free_region(region); }
  };
  struct RetiredTables {
    RoutedDirectory* of;
    Tables* tables;
    ~RetiredTables() {
      of->free_regions(*tables);
      delete tables;
    }
  };

  const Tables& tables() const { return const_cast<RoutedDirectory*>(this)->tables(); }
  Tables& tables() {
    if constexpr (kShared) {
      return *tables_.load(std::memory_order_acquire);
    } else {
      return tables_;
    }
  }

  void set_last_leaf(Leaf* leaf) {
    publish_words<kShared>();
    store_word<kShared>(last_leaf_, leaf);
  }

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
      ++region->trees;
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

  /// Appends the boundaries of a region.
  static void collect(RoutedRegion* region, std::vector<Boundary>& boundaries) {
    for (std::size_t i = 0; i < region->buckets; ++i) {
      RoutedBucket* const bucket = region->bucket(i);
      if (const typename BoundaryTrees::Node* const root = bucket->tree(); root != nullptr) {
        BoundaryTrees::collect(root, boundaries);
        continue;
      }
      for (std::size_t j = 0; j < bucket->size(); ++j) boundaries.push_back(bucket->boundary(j));
    }
  }

  /// A region that is not linked to others, nor from any entry yet. Positions are relative to `smallest`.
  RoutedRegion* make_region(Key smallest, Key low, Key high, std::uint32_t shift, Leaf* first,
                            std::span<const Boundary> boundaries) {
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
               .trees = 0,
               .shift = shift};
    std::size_t next = 0;
    for (std::size_t i = 0; i < buckets; ++i) {
      RoutedBucket* const bucket = region->bucket(i);
      bucket->restart(i, first);
      const std::size_t begin = next;
      const Key number = (low >> shift) + i;
      while (next < boundaries.size() && (boundaries[next].key - smallest) >> shift == number) ++next;
      first = fill(region, bucket, first, boundaries.subspan(begin, next - begin));
    }
    region->limit = static_cast<std::uint32_t>(region->in_trees + RoutedBucket::kSlots + boundaries.size() / 2);
    return region;
  }

  /// Puts all its boundaries into a bucket; returns the leaf behind the last.
  Leaf* fill(RoutedRegion* region, RoutedBucket* bucket, Leaf* first, std::span<const Boundary> boundaries) {
    if (boundaries.size() > RoutedBucket::kSlots) {
      bucket->set_tree(trees_.build(first, boundaries));
      ++region->trees;
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

  static void refer_to(Tables& tables, RoutedRegion* region) {
    const auto base = reinterpret_cast<std::uintptr_t>(region->bucket(0)) -
                      static_cast<std::uintptr_t>((region->low >> region->shift) * sizeof(RoutedBucket));
    publish_words<kShared>();
    for (std::uint32_t i = region->entries_begin; i < region->entries_end; ++i)
      store_word<kShared>(tables.entries[i], base << 16 | region->shift);
  }

  void free_region(RoutedRegion* region) {
    for (std::size_t i = 0; region->trees > 0 && i < region->buckets; ++i) {
      if (typename BoundaryTrees::Node* const root = region->bucket(i)->tree(); root != nullptr) trees_.dissolve(root);
    }
    region_bytes_ -= region->size_bytes();
    ::operator delete (region, std::align_val_t{64});
  }
  void free_regions(Tables& tables) {
    while (tables.below != nullptr) free_region(std::exchange(tables.below, tables.below->next));
    tables.above = nullptr;
  }

  /// Chooses a new shift for one region.
  void plan_region(RoutedRegion* old) {
    Tables& tables = this->tables();
    if (old == tables.below || old == tables.above) return;
    ++region_plans_;
    Leaf* const first = old->bucket(0)->first_leaf();
    std::vector<Boundary>& boundaries = some_boundaries_;
    boundaries.clear();
    collect(old, boundaries);
    planned_boundaries_ += boundaries.size();
    std::vector<Key>& positions = some_positions_;
    positions.resize(boundaries.size());
    for (std::size_t i = 0; i < boundaries.size(); ++i) positions[i] = boundaries[i].key - tables.smallest;
    const ShiftPlan best = Plan(positions, miss_price_).region(old->low, old->high, 0, positions.size());
    in_trees_ -= old->in_trees;
    RoutedRegion* const region = make_region(tables.smallest, old->low, old->high, best.shift, first, boundaries);
    region->entries_begin = old->entries_begin;
    region->entries_end = old->entries_end;
    link(old->previous, region);
    link(region, old->next);
    refer_to(tables, region);
    if constexpr (kShared) {
      limbo_.add(new RetiredRegion{this, old}, old->size_bytes());
    } else {
      free_region(old);
    }
  }

  void plan_all() {
    Tables& old = tables();
    Leaf* const first = old.below->bucket(0)->first_leaf();
    const std::vector<Boundary> boundaries = all_boundaries(old);
    if constexpr (kShared) {
      Tables* const tables = new Tables;
      const std::uint64_t bytes = region_bytes_;
      plan(*tables, first, boundaries);
      tables_.store(tables, std::memory_order_release);
      limbo_.add(new RetiredTables{this, &old}, bytes);
    } else {
      free_regions(old);
      plan(old, first, boundaries);
    }
  }

  std::vector<Boundary> all_boundaries(const Tables& tables) const {
    std::vector<Boundary> boundaries;
    boundaries.reserve(boundaries_);
    for (RoutedRegion* region = tables.below; region != nullptr; region = region->next) collect(region, boundaries);
    return boundaries;
  }

  /// The whole directory: with tables, or, where most boundaries would lie in trees below them and nothing foretells
  /// which, one tree without.
  void plan(Tables& tables, Leaf* first, std::span<const Boundary> boundaries) {
    ++plans_;
    boundaries_ = boundaries.size();
    set_last_leaf(boundaries.empty() ? first : boundaries.back().right);
    planned_boundaries_ += boundaries_;
    lay_out(tables, first, boundaries, choose_range(tables, boundaries));
    if (boundaries_ >= kFewBoundaries && in_trees_ > boundaries_ / 2) {
      free_regions(tables);
      tables.smallest = kEmptySlot;
      tables.range = 0;
      lay_out(tables, first, boundaries, {boundaries_, boundaries_});
    }
    grown_limit_ = 2 * boundaries_ + 16;
    shrunk_limit_ = boundaries_ / 4;
    trees_limit_ = in_trees_ + boundaries_ / 2 + 16;
  }

  /// Makes the tables for the boundaries in [begin, end) and a bucket for those on either side.
  void lay_out(Tables& tables, Leaf* first, std::span<const Boundary> boundaries,
               std::pair<std::size_t, std::size_t> inside) {
    const auto [begin, end] = inside;
    in_trees_ = 0;
    tables.top.clear();
    tables.entries.clear();
    tables.below = make_region(tables.smallest, 0, 0, 0, first, {});
    first = fill(tables.below, tables.below->bucket(0), first, boundaries.first(begin));
    RoutedRegion* const last = plan_inside(tables, first, boundaries.subspan(begin, end - begin));
    if (end > begin) first = boundaries[end - 1].right;
    tables.above = make_region(tables.smallest, 0, 0, 0, first, {});
    fill(tables.above, tables.above->bucket(0), first, boundaries.subspan(end));
    link(last, tables.above);
    tables.entries.shrink_to_fit();
  }

  /// Which boundaries the tables cover: all, or without the few at either end that would make the range much wider. The
  /// others have a bucket at each end, as all keys beyond the last boundary have.
  static std::pair<std::size_t, std::size_t> choose_range(Tables& tables, std::span<const Boundary> boundaries) {
    std::size_t begin = 0;
    std::size_t end = boundaries.size();
    tables.smallest = 0;
    tables.range = 0;
    if (end == 0) return {0, 0};
    const std::size_t few = boundaries.size() / 512;
    const auto range = [&](std::size_t from, std::size_t to) { return boundaries[to - 1].key - boundaries[from].key; };
    if (range(begin, end - few) < range(begin, end) / 16) end -= few;
    if (range(begin + few, end) < range(begin, end) / 16) begin += few;
    tables.smallest = boundaries[begin].key;
    tables.range = range(begin, end);
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
  std::vector<TopPart> plan_top(Tables& tables, std::span<const Key> positions) {
    const auto width = static_cast<std::uint32_t>(std::bit_width(tables.range));
    const auto bits = static_cast<std::uint32_t>(std::bit_width(positions.size() / 64));
    tables.top_shift = std::min<std::uint32_t>(63, width - std::min({width, bits, kMostTopBits}));
    for (miss_price_ = kHighestPrice;; miss_price_ /= 2) {
      const Plan plan(positions, miss_price_);
      std::vector<TopPart> parts;
      std::uint64_t bytes = 0;
      const auto add = [&](Key low, Key high, std::size_t i, std::size_t j) {
        const ShiftPlan best = i == j ? ShiftPlan{} : plan.entries(low, high, i, j);
        parts.push_back({low, high, i, j, best.shift});
        bytes += best.bytes;
      };
      plan.each_part(0, tables.range, 0, positions.size(), tables.top_shift, add);
      if (bytes <= positions.size() * kMostBytes || miss_price_ <= kLowestPrice) return parts;
    }
  }

  /// Fills the tables; returns the last region.
  RoutedRegion* plan_inside(Tables& tables, Leaf* first, std::span<const Boundary> boundaries) {
    std::vector<Key> positions(boundaries.size());
    for (std::size_t i = 0; i < boundaries.size(); ++i) positions[i] = boundaries[i].key - tables.smallest;
    const std::vector<TopPart> parts = plan_top(tables, positions);
    const Plan plan(positions, miss_price_);
    RoutedRegion* last = tables.below;
    for (const TopPart& part : parts) {
      const auto base =
          static_cast<std::uint32_t>(tables.entries.size()) - static_cast<std::uint32_t>(part.low >> part.shift);
      tables.top.resize(tables.top.size() + parts_of(part.low, part.high, tables.top_shift),
                        TableEntry{base, part.shift});
      const auto add = [&](Key low, Key high, std::size_t i, std::size_t j) {
        Leaf* const before = i == 0 ? first : boundaries[i - 1].right;
        RoutedRegion* const region = make_region(tables.smallest, low, high, plan.region(low, high, i, j).shift, before,
                                                 boundaries.subspan(i, j - i));
        region->entries_begin = static_cast<std::uint32_t>(tables.entries.size());
        tables.entries.resize(tables.entries.size() + parts_of(low, high, part.shift));
        region->entries_end = static_cast<std::uint32_t>(tables.entries.size());
        refer_to(tables, region);
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

  struct Nothing {};

  std::conditional_t<kShared, std::atomic<Tables*>, Tables> tables_{};
  Leaf* last_leaf_ = nullptr;
  alignas(kShared ? 64 : alignof(BoundaryTrees)) BoundaryTrees trees_;  ///< from here on readers read nothing
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
  [[no_unique_address]] std::conditional_t<kShared, Limbo, Nothing>
      limbo_;  ///< the last: what is in it needs the others
};

}  // namespace omenbench
