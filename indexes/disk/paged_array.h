// Sorted entries packed into full pages, and a learned model in memory that predicts a key's position and with it its
// page: what the read-only learned indexes are on a disk. A lookup reads the predicted page, and from there the one
// beside it for as long as the key lies beyond its first or last entry; so that a wrong guess costs one read more, not
// a search. Payloads are updated in place.
//
// The model is that of the index in memory (indexes/learned/): segments over the keys' positions within epsilon, and a
// root that finds a key's segment. Segments are stored in the file and read when it is opened, roots are made from
// them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/index.h"
#include "indexes/disk/buffer_pool.h"
#include "indexes/disk/leaf_page.h"
#include "indexes/disk/page_file.h"
#include "indexes/learned/linear_segments.h"

namespace omenbench::disk {

/// Where an entry is: its page, pinned, the page's place among all and the entry's in it. No page: beyond the last.
struct PlaceInPages {
  PinnedPage page;
  PageId number = 0;
  std::size_t at = 0;

  const LeafPage& leaf() const { return page.as<LeafPage>(); }
  bool holds(Key key) const { return page && leaf().holds_at(at, key); }
};

/// `Model` offers `static LinearSegments fit(const Key*, size_t)` over at least one key, a constructor from those
/// segments, `find(segments, key)`, which is the last segment not above a key that is not below the first, and
/// `size_bytes()`.
template <class Model>
class PagedArray {
 public:
  static constexpr const char* kFill = "1";

  static std::vector<std::uint64_t> load(PageFile& file, std::span<const Entry> entries) {
    const PageId first = file.pages();
    std::vector<Key> keys;
    keys.reserve(entries.size());
    for (const Entry& entry : entries) keys.push_back(entry.key);
    PageWriter writer(file);
    for (std::size_t begin = 0; begin < entries.size(); begin += LeafPage::kCapacity) {
      auto& page = writer.append<LeafPage>(PageKind::kLeaf);
      page.fill(entries.subspan(begin, std::min(LeafPage::kCapacity, entries.size() - begin)));
    }
    writer.flush();
    return words_of(first, entries.size(), keys.empty() ? LinearSegments() : Model::fit(keys.data(), keys.size()));
  }

  PagedArray(PageFile&, BufferPool& pool, std::span<const std::uint64_t> words)
      : pool_(pool), first_(static_cast<PageId>(words[0])), size_(words[1]) {
    if (size_ == 0) return;
    for (std::size_t at = 2; at < words.size(); at += 3) {
      segments_.append(words[at], {words[at + 1], static_cast<std::int64_t>(words[at + 2])});
    }
    segments_.finish(size_);
    model_ = Model(segments_);
    pages_ = static_cast<PageId>((size_ + LeafPage::kCapacity - 1) / LeafPage::kCapacity);
  }

  std::vector<std::uint64_t> words() const { return words_of(first_, size_, segments_); }
  std::uint64_t model_bytes() const { return size_ == 0 ? 0 : segments_.size_bytes() + model_.size_bytes(); }
  std::uint64_t inner_bytes() const { return 0; }
  std::vector<Counter> counters() const { return {{"segments", segments_.size()}}; }

  bool find(Key key, Payload& payload) {
    const PlaceInPages place = lower_bound(key);
    if (!place.holds(key)) return false;
    payload = place.leaf().entries[place.at].payload;
    return true;
  }

  bool update(Key key, Payload payload) {
    PlaceInPages place = lower_bound(key);
    if (!place.holds(key)) return false;
    place.page.change<LeafPage>().entries[place.at].payload = payload;
    return true;
  }

  std::size_t scan(Key from, std::span<Entry> out) {
    PlaceInPages place = lower_bound(from);
    std::size_t count = 0;
    while (place.page) {
      const LeafPage& leaf = place.leaf();
      const std::size_t taken = std::min(out.size() - count, leaf.head.count - place.at);
      std::copy_n(leaf.entries + place.at, taken, out.begin() + static_cast<std::ptrdiff_t>(count));
      count += taken;
      if (count == out.size() || ++place.number == pages_) break;
      place.page.release();
      place = {pool_.fetch(first_ + place.number), place.number, 0};
    }
    return count;
  }

 private:
  static std::vector<std::uint64_t> words_of(PageId first, std::uint64_t size, const LinearSegments& segments) {
    std::vector<std::uint64_t> words = {first, size};
    for (std::size_t i = 0; i < segments.size(); ++i) {
      const Line& line = segments.line(i);
      words.insert(words.end(), {segments.keys()[i], line.slope, static_cast<std::uint64_t>(line.intercept)});
    }
    return words;
  }

  PageId predicted_page(Key key) const {
    const Key known = std::max(key, segments_.keys()[0]);
    const std::size_t position = segments_.window_begin(model_.find(segments_, known), known, 0);
    return static_cast<PageId>(std::min(position, static_cast<std::size_t>(size_ - 1)) / LeafPage::kCapacity);
  }

  /// The first entry that is not below the key.
  PlaceInPages lower_bound(Key key) {
    if (size_ == 0) return {};
    PageId number = predicted_page(key);
    PinnedPage page = pool_.fetch(first_ + number);
    while (number > 0 && key < page.as<LeafPage>().entries[0].key) {
      PinnedPage left = pool_.fetch(first_ + number - 1);
      if (left.as<LeafPage>().used().back().key < key) return {std::move(page), number, 0};
      page = std::move(left);
      --number;
    }
    while (page.as<LeafPage>().used().back().key < key) {
      if (++number == pages_) return {};
      page.release();
      page = pool_.fetch(first_ + number);
    }
    const std::size_t at = page.as<LeafPage>().lower_bound(key);
    return {std::move(page), number, at};
  }

  BufferPool& pool_;
  PageId first_;
  PageId pages_ = 0;
  std::uint64_t size_;
  LinearSegments segments_;
  Model model_;
};

}  // namespace omenbench::disk
