// Updatable learned index on disk: leaf pages with gaps whose place a small directory of lines in memory *decides*, so
// that a lookup reads the one page that its key is in, and a directory of a few hundred bytes does for a million keys.
//
// After Lan, Bao, Culpepper and Borovica-Gajic, "Updatable Learned Indexes Meet Disk-Resident DBMS - From Evaluations
// to Design Choices" (SIGMOD 2023, arXiv 2305.01237), whose four principles it follows: no height (P1: one step in
// memory, one page), light structure changes (P2: within one segment), scans over neighbouring pages (P3), and a
// storage layout of plain leaf pages (P4); and after "A Simple Yet High-Performing On-disk Learned Index" (AULID; Lan
// et al., arXiv 2306.02604), which keeps leaves of the B+tree's kind under a learned inner part. That keys are put
// where the model says, and not the model fitted to where keys are, comes from ALEX (Ding et al., SIGMOD 2020,
// section 3.1).
//
// The reason is one of information: keys of a random set stray from any line by far more than a page holds to either
// side of its border, so that a model of full pages needs about a key a page to name the right one, as much as a B+tree
// does. With room for a few more in each page the line itself is the border.
//
//   segment   at most 256 pages side by side; page = (key - first) * slope, cut off
//   page      sorted entries, filled to 0.85 when laid out; one that gets full moves its last eighth into an overflow
//             page, so that a chain stays sorted and a lookup knows where to end
//   rebuild   when a segment has an overflow page to four pages, or one of its chains has four pages, it is laid out
//             anew, in as few segments as do: at most 256 pages and their overflow are read, at most twice as many
//             written. Nothing else is ever moved.
//   append    keys above all others go into pages of their own, which are filled and laid out together by 64
//
// Deviations from the papers: the directory is a sorted array in memory, stored in the file when it is closed (AULID
// has inner nodes on disk; it is told from the pool's memory in the results); a page without a line is an overflow
// page, not a B+tree's leaf; a segment ends where more than two entries in a hundred would need a second read. Erasing
// never rebuilds, and nothing is logged.
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "core/index.h"
#include "indexes/disk/buffer_pool.h"
#include "indexes/disk/free_pages.h"
#include "indexes/disk/hybrid_layout.h"
#include "indexes/disk/leaf_page.h"
#include "indexes/disk/page_file.h"

namespace omenbench::disk {

class HybridLeaves {
 public:
  static constexpr const char* kFill = "0.85 when laid out";

  static std::vector<std::uint64_t> load(PageFile& file, std::span<const Entry> entries) {
    std::vector<HybridSegment> segments;
    PageWriter writer(file);
    for_each_plan(entries, [&](HybridSegment segment, std::span<const Entry> own) {
      segment.first_page = file.pages();
      for_each_page(segment, own, [&](const PlannedPage& planned) {
        auto& page = writer.append<LeafPage>(PageKind::kLeaf);
        page.fill(planned.entries);
        page.head.next = planned.next == 0 ? kNoPage : segment.first_page + planned.next;
      });
      segments.push_back(segment);
    });
    writer.flush();
    return words_of(segments);
  }

  HybridLeaves(PageFile& file, BufferPool& pool, std::span<const std::uint64_t> words) : pool_(pool), free_(file) {
    for (std::size_t at = 0; at < words.size(); at += 3) segments_.push_back(HybridSegment::of(words.subspan(at, 3)));
  }

  std::vector<std::uint64_t> words() const { return words_of(segments_); }
  std::uint64_t model_bytes() const { return segments_.size() * sizeof(HybridSegment) + free_.size_bytes(); }
  std::uint64_t inner_bytes() const { return 0; }
  std::vector<Counter> counters() const {
    std::uint64_t pages = 0, overflow = 0;
    for (const HybridSegment& segment : segments_) {
      pages += segment.pages;
      overflow += segment.overflow;
    }
    return {{"segments", segments_.size()},
            {"leaf_pages", pages},
            {"overflow_pages", overflow},
            {"rebuilds", rebuilds_},
            {"pages_laid_out", laid_out_}};
  }

  bool find(Key key, Payload& payload) {
    const PinnedPage page = page_of(segment_of(key), key);
    const auto& leaf = page.as<LeafPage>();
    const std::size_t place = leaf.lower_bound(key);
    if (!leaf.holds_at(place, key)) return false;
    payload = leaf.entries[place].payload;
    return true;
  }

  std::size_t scan(Key from, std::span<Entry> out) {
    std::size_t count = 0;
    std::size_t segment = segment_of(from);
    std::uint32_t number = segments_[segment].page_of(from);
    PinnedPage page = page_of(segment, from);
    for (std::size_t place = page.as<LeafPage>().lower_bound(from);; place = 0) {
      const auto& leaf = page.as<LeafPage>();
      const std::size_t taken = std::min(out.size() - count, leaf.head.count - place);
      std::copy_n(leaf.entries + place, taken, out.begin() + static_cast<std::ptrdiff_t>(count));
      count += taken;
      if (count == out.size()) return count;
      PageId next = leaf.head.next;
      if (next == kNoPage) {
        if (++number == segments_[segment].pages) {
          if (++segment == segments_.size()) return count;
          number = 0;
        }
        next = segments_[segment].first_page + number;
      }
      page.release();
      page = pool_.fetch(next);
    }
  }

  bool update(Key key, Payload payload) {
    PinnedPage page = page_of(segment_of(key), key);
    const std::size_t place = page.as<LeafPage>().lower_bound(key);
    if (!page.as<LeafPage>().holds_at(place, key)) return false;
    page.change<LeafPage>().entries[place].payload = payload;
    return true;
  }

  bool erase(Key key) {
    PinnedPage page = page_of(segment_of(key), key);
    const std::size_t place = page.as<LeafPage>().lower_bound(key);
    if (!page.as<LeafPage>().holds_at(place, key)) return false;
    page.change<LeafPage>().erase_at(place);
    return true;
  }

  bool insert(Key key, Payload payload) {
    for (;;) {
      const std::size_t segment = segment_of(key);
      PinnedPage page = page_of(segment, key);
      const std::size_t place = page.as<LeafPage>().lower_bound(key);
      if (page.as<LeafPage>().holds_at(place, key)) return false;
      if (!page.as<LeafPage>().full()) {
        page.change<LeafPage>().insert_at(place, {key, payload});
        return true;
      }
      if (place == LeafPage::kCapacity && is_last_page(segment, key, page.as<LeafPage>())) {
        page.release();
        append({key, payload});
        return true;
      }
      make_room(segment, key, std::move(page));
    }
  }

 private:
  static constexpr std::size_t kMoved = LeafPage::kCapacity / 8;  ///< entries that a full page gives away
  static constexpr std::size_t kAppended = 64;                    ///< pages that are laid out together

  static std::vector<std::uint64_t> words_of(std::span<const HybridSegment> segments) {
    std::vector<std::uint64_t> words;
    for (const HybridSegment& segment : segments) segment.append_to(words);
    return words;
  }

  std::size_t segment_of(Key key) const {
    const auto above = std::ranges::upper_bound(segments_, key, {}, &HybridSegment::first);
    return above == segments_.begin() ? 0 : static_cast<std::size_t>(above - segments_.begin()) - 1;
  }

  /// The page of the key's chain that it is in, or would be.
  PinnedPage page_of(std::size_t segment, Key key) {
    PinnedPage page = pool_.fetch(segments_[segment].first_page + segments_[segment].page_of(key));
    for (;;) {
      const auto& leaf = page.as<LeafPage>();
      const PageId next = leaf.head.next;
      if (next == kNoPage || (leaf.head.count != 0 && key <= leaf.used().back().key)) return page;
      page.release();
      page = pool_.fetch(next);
    }
  }

  bool is_last_page(std::size_t segment, Key key, const LeafPage& leaf) const {
    const HybridSegment& last = segments_[segment];
    return segment + 1 == segments_.size() && last.page_of(key) + 1U == last.pages && leaf.head.next == kNoPage;
  }

  /// Begins a page for a key above all others.
  void append(Entry entry) {
    const HybridSegment fresh{.first = entry.key, .slope = 0, .first_page = free_.take(1), .pages = 1, .overflow = 0};
    PinnedPage page = pool_.create(fresh.first_page, PageKind::kLeaf);
    page.change<LeafPage>().head.next = kNoPage;
    page.change<LeafPage>().insert_at(0, entry);
    page.release();
    segments_.push_back(fresh);
    if (++appended_ <= kAppended) return;
    appended_ = 1;
    // The page just begun stays by itself: it is the one that is filled next.
    const std::size_t end = segments_.size() - 1;
    std::size_t begin = end;
    while (begin > 0 && end - begin < kAppended && segments_[begin - 1].pages == 1) --begin;
    if (begin < end) lay_out(begin, end);
  }

  /// Moves the tail of a full page into an overflow page. May lay the segment out anew, which moves every entry.
  void make_room(std::size_t segment, Key key, PinnedPage page) {
    auto& leaf = page.change<LeafPage>();
    if (leaf.head.next != kNoPage) {
      PinnedPage next = pool_.fetch(leaf.head.next);
      if (next.as<LeafPage>().head.count + kMoved <= LeafPage::kCapacity) {
        leaf.move_tail(LeafPage::kCapacity - kMoved, next.change<LeafPage>());
        return;
      }
    }
    const PageId id = free_.take(1);
    PinnedPage fresh = pool_.create(id, PageKind::kLeaf);
    auto& right = fresh.change<LeafPage>();
    right.head.next = std::exchange(leaf.head.next, id);
    leaf.move_tail(LeafPage::kCapacity - kMoved, right);
    fresh.release();
    page.release();
    HybridSegment& changed = segments_[segment];
    ++changed.overflow;
    if (changed.has_too_much_overflow() || chain_length(changed, key) > kLongestChain) lay_out(segment, segment + 1);
  }

  std::size_t chain_length(const HybridSegment& segment, Key key) {
    std::size_t length = 0;
    for (PageId id = segment.first_page + segment.page_of(key); id != kNoPage; ++length) {
      id = pool_.fetch(id).as<LeafPage>().head.next;
    }
    return length;
  }

  /// Gives the entries of segments [begin, end) new pages and lines.
  void lay_out(std::size_t begin, std::size_t end) {
    const std::vector<Entry> entries = take_entries(begin, end);
    std::vector<HybridSegment> fresh;
    for_each_plan(entries, [&](HybridSegment segment, std::span<const Entry> own) {
      segment.first_page = free_.take(segment.pages);
      write_pages(segment, own);
      fresh.push_back(segment);
    });
    ++rebuilds_;
    const auto place = segments_.erase(segments_.begin() + static_cast<std::ptrdiff_t>(begin),
                                       segments_.begin() + static_cast<std::ptrdiff_t>(end));
    segments_.insert(place, fresh.begin(), fresh.end());
  }

  /// Reads the entries of segments and frees their pages.
  std::vector<Entry> take_entries(std::size_t begin, std::size_t end) {
    std::vector<Entry> entries;
    for (const HybridSegment& segment : std::span(segments_).subspan(begin, end - begin)) {
      for (std::uint32_t number = 0; number < segment.pages; ++number) {
        for (PageId id = segment.first_page + number; id != kNoPage;) {
          PinnedPage page = pool_.fetch(id);
          const auto& leaf = page.as<LeafPage>();
          entries.insert(entries.end(), leaf.used().begin(), leaf.used().end());
          const PageId next = leaf.head.next;
          page.release();
          pool_.discard(id);
          if (id != segment.first_page + number) free_.give(id, 1);
          id = next;
        }
      }
      free_.give(segment.first_page, segment.pages);
    }
    return entries;
  }

  void write_pages(const HybridSegment& segment, std::span<const Entry> entries) {
    const PageId overflow = segment.overflow == 0 ? kNoPage : free_.take(segment.overflow);
    const auto id_of = [&](std::uint32_t number) {
      return number < segment.pages ? segment.first_page + number : overflow + (number - segment.pages);
    };
    for_each_page(segment, entries, [&](const PlannedPage& planned) {
      PinnedPage page = pool_.create(id_of(planned.number), PageKind::kLeaf);
      auto& leaf = page.change<LeafPage>();
      leaf.fill(planned.entries);
      leaf.head.next = planned.next == 0 ? kNoPage : id_of(planned.next);
      ++laid_out_;
    });
  }

  BufferPool& pool_;
  FreePages free_;
  std::vector<HybridSegment> segments_;
  std::size_t appended_ = 0;  ///< pages begun since the last were laid out together
  std::uint64_t rebuilds_ = 0, laid_out_ = 0;
};

}  // namespace omenbench::disk
