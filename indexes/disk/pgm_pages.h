// The PGM-index with its segments in pages, too: a model of PagedArray that holds nothing in memory, as a B+tree does
// (Ferragina and Vinciguerra, "The PGM-index", VLDB 2020, section 2: the recursion over the segments' first keys, and
// its bound in the external-memory model, where each level costs a window of its segments).
//
// A page holds 169 segments, and of the one after its last, first key and intercept: it is known of a page alone
// whether a key belongs to it. The top level is one page. A segment predicts a place in the level below within seven,
// so that one page of each level is read, now and then that beside it.
//
// Deviations from the paper: those of pgm.h; the recursion ends at one page, not at one segment.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "core/index.h"
#include "indexes/disk/buffer_pool.h"
#include "indexes/disk/page_file.h"
#include "indexes/learned/linear_segments.h"
#include "indexes/learned/pgm.h"

namespace omenbench::disk {

struct SegmentPage {
  struct Segment {
    Key first;
    Line line;
  };
  static constexpr std::size_t kCapacity = 169;

  PageHead head;
  Key limit;                  ///< first key of the segment after the last; with head.next == kNoPage there is none
  std::int64_t limit_starts;  ///< its intercept, or the number of points
  Segment segments[kCapacity];
  char rest[kPageBytes - 32 - kCapacity * 24];

  bool last() const { return head.next == kNoPage; }
  /// Where the last segment not above the key puts it. REQUIRES: the key is in this page's range.
  std::uint64_t position(Key key) const {
    const auto after = std::ranges::upper_bound(segments, segments + head.count, key, {}, &Segment::first);
    const Segment& segment = after[-1];
    const std::int64_t limit_here = after == segments + head.count ? limit_starts : after->line.intercept;
    constexpr std::uint64_t kFarthest = std::uint64_t{1} << 62;
    const std::uint64_t rise = std::min(multiply_high(key - segment.first, segment.line.slope), kFarthest);
    const std::int64_t place = std::min(segment.line.intercept + static_cast<std::int64_t>(rise), limit_here);
    return static_cast<std::uint64_t>(std::max<std::int64_t>(place, 0));
  }
};
static_assert(sizeof(SegmentPage) == kPageBytes);

template <std::int64_t kEpsilon>
class PgmPages {
 public:
  static std::vector<std::uint64_t> fit(PageFile& file, std::span<const Key> keys) {
    std::vector<std::uint64_t> words = {keys[0]};
    PageWriter writer(file);
    LinearSegments level = fit_pgm_segments(keys.data(), keys.size(), kEpsilon);
    for (;;) {
      words.insert(words.end(), {file.pages(), level.size()});
      write_level(writer, level);
      if (level.size() <= SegmentPage::kCapacity) break;
      level = fit_pgm_segments(level.keys(), level.size(), kEpsilonInner);
    }
    writer.flush();
    return words;
  }

  PgmPages(BufferPool& pool, std::span<const std::uint64_t> words)
      : pool_(pool), words_(words.begin(), words.end()), first_(words[0]) {
    for (std::size_t at = 1; at < words.size(); at += 2) {
      const std::uint64_t pages = (words[at + 1] + SegmentPage::kCapacity - 1) / SegmentPage::kCapacity;
      levels_.push_back({static_cast<PageId>(words[at]), static_cast<PageId>(pages)});
    }
  }

  std::uint64_t position(Key key) {
    const Key known = std::max(key, first_);
    std::uint64_t at = 0;
    for (std::size_t level = levels_.size(); level > 0; --level) at = page_of(levels_[level - 1], at, known);
    return at;
  }

  const std::vector<std::uint64_t>& words() const { return words_; }
  std::uint64_t model_bytes() const { return levels_.size() * sizeof(Level) + sizeof(first_); }
  std::uint64_t inner_bytes() const {
    std::uint64_t pages = 0;
    for (const Level& level : levels_) pages += level.pages;
    return pages * kPageBytes;
  }
  std::vector<Counter> counters() const { return {{"segments", words_[2]}, {"segment_levels", levels_.size()}}; }

 private:
  static constexpr std::int64_t kEpsilonInner = 7;

  struct Level {
    PageId first, pages;
  };

  static void write_level(PageWriter& writer, const LinearSegments& level) {
    for (std::size_t begin = 0; begin < level.size(); begin += SegmentPage::kCapacity) {
      auto& page = writer.append<SegmentPage>(PageKind::kModel);
      const std::size_t end = std::min(begin + SegmentPage::kCapacity, level.size());
      for (std::size_t i = begin; i < end; ++i) page.segments[i - begin] = {level.keys()[i], level.line(i)};
      page.head.count = static_cast<std::uint16_t>(end - begin);
      page.head.next = end == level.size() ? kNoPage : page.head.id + 1;
      page.limit = level.keys()[end];  // of what stands behind the last level's keys nothing is asked
      page.limit_starts = level.intercept(end);
    }
  }

  /// What the level says of the key, whose segment is about its number `at`.
  std::uint64_t page_of(const Level& level, std::uint64_t at, Key key) {
    PageId number = static_cast<PageId>(std::min<std::uint64_t>(at / SegmentPage::kCapacity, level.pages - 1));
    PinnedPage pinned = pool_.fetch(level.first + number);
    while (number > 0 && key < pinned.as<SegmentPage>().segments[0].first) {
      pinned.release();
      pinned = pool_.fetch(level.first + --number);
    }
    while (!pinned.as<SegmentPage>().last() && key >= pinned.as<SegmentPage>().limit) {
      pinned.release();
      pinned = pool_.fetch(level.first + ++number);
    }
    return pinned.as<SegmentPage>().position(key);
  }

  BufferPool& pool_;
  std::vector<std::uint64_t> words_;
  Key first_;
  std::vector<Level> levels_;  ///< from the bottom upwards
};

}  // namespace omenbench::disk
