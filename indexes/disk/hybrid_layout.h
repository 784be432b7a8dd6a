// Which pages the entries of a segment of HybridLeaves lie in, and how long a segment gets: values in, values out, no
// file.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/types.h"
#include "indexes/disk/leaf_page.h"
#include "indexes/disk/page_file.h"

namespace omenbench::disk {

/// Pages of a chain, its first included, beyond which a segment is laid out anew. A layout has chains of two at most,
/// so that one more page always has its place.
inline constexpr std::size_t kLongestChain = 3;
inline constexpr std::size_t kLongestLaidOut = 2;

/// Some neighbouring pages and the line that says which of them a key belongs to.
struct HybridSegment {
  static constexpr std::uint32_t kMostPages = 256;

  Key first = 0;     ///< keys from here on to the next segment's; of the first segment also all below
  double slope = 0;  ///< pages per key
  PageId first_page = 0;
  std::uint16_t pages = 1;
  std::uint16_t overflow = 0;  ///< pages beyond those

  /// From 0; never falls as the key rises: each step of the arithmetic is monotone.
  std::uint32_t page_of(Key key) const {
    if (key <= first) return 0;
    const double page = static_cast<double>(key - first) * slope;
    return page >= pages ? pages - 1U : static_cast<std::uint32_t>(page);
  }

  /// A layout has one overflow page to eight at most, so that some more always have their place.
  bool has_too_much_overflow() const { return overflow > pages / 4 + 1; }

  void append_to(std::vector<std::uint64_t>& words) const {
    const std::uint64_t place = first_page | std::uint64_t{pages} << 32 | std::uint64_t{overflow} << 48;
    words.insert(words.end(), {first, std::bit_cast<std::uint64_t>(slope), place});
  }
  static HybridSegment of(std::span<const std::uint64_t> words) {
    return {.first = words[0],
            .slope = std::bit_cast<double>(words[1]),
            .first_page = static_cast<PageId>(words[2]),
            .pages = static_cast<std::uint16_t>(words[2] >> 32),
            .overflow = static_cast<std::uint16_t>(words[2] >> 48)};
  }
};
static_assert(sizeof(HybridSegment) == 24);

/// A segment without a place in the file, and how many entries it takes.
struct HybridPlan {
  HybridSegment segment;
  std::size_t entries = 0;
};

/// One page of a layout. Pages from HybridSegment::pages on are overflow.
struct PlannedPage {
  std::uint32_t number = 0;
  std::uint32_t next = 0;  ///< the page that it overflows into; 0: none
  std::span<const Entry> entries;
};

namespace hybrid_detail {

/// Calls `visit(number, entries)` for each page of the segment with all entries that belong there.
template <class Visit>
void for_each_bucket(const HybridSegment& segment, std::span<const Entry> entries, Visit visit) {
  std::size_t begin = 0;
  for (std::uint32_t number = 0; number < segment.pages; ++number) {
    std::size_t end = begin;
    while (end < entries.size() && segment.page_of(entries[end].key) == number) ++end;
    if (!visit(number, entries.subspan(begin, end - begin))) return;
    begin = end;
  }
}

inline std::size_t overflow_pages(std::size_t entries) {
  return entries <= LeafPage::kCapacity ? 0 : (entries - 1) / LeafPage::kCapacity;
}

/// Whether the line serves these entries: at most two of a hundred lookups need a second read, and at most one page of
/// eight overflows. Counts the overflow pages.
inline bool serves(HybridSegment& segment, std::span<const Entry> entries) {
  std::size_t left_over = 0;
  std::size_t overflow = 0;
  bool serves = true;
  for_each_bucket(segment, entries, [&](std::uint32_t, std::span<const Entry> bucket) {
    const std::size_t more = overflow_pages(bucket.size());
    overflow += more;
    if (more != 0) left_over += bucket.size() - LeafPage::kCapacity;
    serves = more < kLongestLaidOut && left_over * 50 <= entries.size() && overflow * 8 <= segment.pages;
    return serves;
  });
  segment.overflow = static_cast<std::uint16_t>(overflow);
  return serves;
}

}  // namespace hybrid_detail

/// The longest segment from the first entry on, of those that were tried: from `hint` entries down by quarters, at
/// 0.85 and at 0.7 of a page each. O(hint). A single page serves any keys.
inline HybridPlan plan_segment(std::span<const Entry> entries, std::size_t hint) {
  constexpr std::size_t kFull = LeafPage::kCapacity * 85 / 100;
  constexpr std::size_t kRoomy = LeafPage::kCapacity * 70 / 100;
  HybridPlan plan;
  if (entries.empty()) return plan;
  plan.segment.first = entries[0].key;
  std::size_t most = std::min(entries.size(), std::min(hint, HybridSegment::kMostPages * kFull));
  for (; most > kFull; most -= most / 4) {
    const Key end = most < entries.size() ? entries[most].key : entries[most - 1].key;
    for (const std::size_t fill : {kFull, kRoomy}) {
      const std::size_t pages = (most + fill - 1) / fill;
      if (pages > HybridSegment::kMostPages) continue;
      plan.segment.pages = static_cast<std::uint16_t>(pages);
      plan.segment.slope = static_cast<double>(pages) / static_cast<double>(end - plan.segment.first);
      plan.entries = most;
      if (hybrid_detail::serves(plan.segment, entries.first(most))) return plan;
    }
  }
  plan.segment.pages = 1;
  plan.segment.slope = 0;
  plan.segment.overflow = 0;
  plan.entries = std::min(entries.size(), std::max(most, kFull));
  return plan;
}

/// Calls `visit(HybridSegment, entries)` for segment after segment until all entries have one; for no entries, for an
/// empty page.
template <class Visit>
void for_each_plan(std::span<const Entry> entries, Visit visit) {
  constexpr std::size_t kGrowth = 4;
  std::size_t hint = entries.size();
  do {
    const HybridPlan plan = plan_segment(entries, hint);
    visit(plan.segment, entries.first(plan.entries));
    entries = entries.subspan(plan.entries);
    hint = kGrowth * plan.entries;
  } while (!entries.empty());
}

/// Calls `visit(PlannedPage)` for the segment's pages in the order of their numbers.
template <class Visit>
void for_each_page(const HybridSegment& segment, std::span<const Entry> entries, Visit visit) {
  std::uint32_t next = segment.pages;
  std::vector<std::span<const Entry>> overflow;
  hybrid_detail::for_each_bucket(segment, entries, [&](std::uint32_t number, std::span<const Entry> bucket) {
    const auto own = bucket.first(std::min(bucket.size(), LeafPage::kCapacity));
    if (own.size() < bucket.size()) overflow.push_back(bucket.subspan(own.size()));
    visit(PlannedPage{.number = number, .next = own.size() < bucket.size() ? next++ : 0, .entries = own});
    return true;
  });
  for (std::uint32_t i = 0; i < overflow.size(); ++i) visit(PlannedPage{segment.pages + i, 0, overflow[i]});
}

}  // namespace omenbench::disk
