// Sorted entries packed into full pages, and a learned model that predicts a key's position and with it its page: what
// the read-only learned indexes are on a disk. A lookup reads the predicted page. Where the key lies beyond its first
// or last entry it goes on with the page beside it, which nearly always is the one, and from there in steps that double
// until the key is between two pages, and by halves. Payloads are updated in place.
//
// Models are those of the indexes in memory (indexes/learned/), over the keys' positions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/index.h"
#include "indexes/disk/buffer_pool.h"
#include "indexes/disk/leaf_page.h"
#include "indexes/disk/page_file.h"

namespace omenbench::disk {

/// Where an entry is: its page, pinned, the page's place among all and the entry's in it. No page: beyond the last.
struct PlaceInPages {
  PinnedPage page;
  PageId number = 0;
  std::size_t at = 0;

  const LeafPage& leaf() const { return page.as<LeafPage>(); }
  bool holds(Key key) const { return page && leaf().holds_at(at, key); }
};

/// A `Model` offers
///
///   static vector<uint64_t> fit(PageFile&, span<const Key>)   over at least one key; may write pages; its words
///   Model(BufferPool&, span<const uint64_t> words)            over a file that was loaded
///   position(key)                                             about where the key is, or anything
///   words(), model_bytes(), inner_bytes(), counters()         as DiskIndex asks (disk_index.h)
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
    return words_of(first, entries.size(), keys.empty() ? std::vector<std::uint64_t>() : Model::fit(file, keys));
  }

  PagedArray(PageFile&, BufferPool& pool, std::span<const std::uint64_t> words)
      : pool_(pool), first_(static_cast<PageId>(words[0])), size_(words[1]) {
    if (size_ == 0) return;
    model_.emplace(pool, words.subspan(2));
    pages_ = static_cast<PageId>((size_ + LeafPage::kCapacity - 1) / LeafPage::kCapacity);
  }

  std::vector<std::uint64_t> words() const {
    return words_of(first_, size_, model_ ? model_->words() : std::vector<std::uint64_t>());
  }
  std::uint64_t model_bytes() const { return model_ ? model_->model_bytes() : 0; }
  std::uint64_t inner_bytes() const { return model_ ? model_->inner_bytes() : 0; }
  std::vector<Counter> counters() const { return model_ ? model_->counters() : std::vector<Counter>(); }

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
  static std::vector<std::uint64_t> words_of(PageId first, std::uint64_t size,
                                             const std::vector<std::uint64_t>& of_model) {
    std::vector<std::uint64_t> words = {first, size};
    words.insert(words.end(), of_model.begin(), of_model.end());
    return words;
  }

  PageId predicted_page(Key key) {
    return static_cast<PageId>(std::min(model_->position(key), size_ - 1) / LeafPage::kCapacity);
  }

  /// The first entry that is not below the key.
  PlaceInPages lower_bound(Key key) {
    if (size_ == 0) return {};
    // Pages before `low` end below the key; page `high`, which is pinned unless there is none, begins above it.
    PageId low = 0, high = pages_;
    PinnedPage above;
    PageId number = predicted_page(key);
    for (PageId step = 1; low < high; step *= 2) {
      PinnedPage page = pool_.fetch(first_ + number);
      const LeafPage& leaf = page.as<LeafPage>();
      if (leaf.used().back().key < key) {
        low = number + 1;
      } else if (key < leaf.entries[0].key) {
        high = number;
        above = std::move(page);
      } else {
        const std::size_t at = leaf.lower_bound(key);
        return {std::move(page), number, at};
      }
      number = next_probe(low, high, step);
    }
    if (high == pages_) return {};
    return {std::move(above), high, 0};
  }

  /// Of the pages from `low` to below `high`: the one `step` beyond the last known one, the middle when both ends are
  /// known.
  PageId next_probe(PageId low, PageId high, PageId step) const {
    if (low > 0 && high < pages_) return low + (high - low) / 2;
    const PageId reach = std::min(step, high - low);
    return high == pages_ ? low + reach - 1 : high - reach;
  }

  BufferPool& pool_;
  PageId first_;
  PageId pages_ = 0;
  std::uint64_t size_;
  std::optional<Model> model_;  ///< none over no entries
};

}  // namespace omenbench::disk
