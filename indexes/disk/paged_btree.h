// A B+tree of 4 KiB pages (Comer, "The ubiquitous B-tree", Computing Surveys 11(2), 1979, section 2), inner pages and
// leaves alike in the buffer pool: the classical opponent of what this folder holds.
//
// Loaded bottom up, every page filled to nine tenths. Leaves are linked to the right. A leaf that is full splits in the
// middle, but at its end when the new key is the last of all, so that keys in order leave full pages behind.
// Deviations: pages are never merged and an empty leaf stays where it is (as in many engines, and in the paper's
// section 3 as "deferred"); nothing is logged, so that a file is complete when it is closed and not before.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/index.h"
#include "indexes/disk/buffer_pool.h"
#include "indexes/disk/leaf_page.h"
#include "indexes/disk/page_file.h"

namespace omenbench::disk {

/// Child i holds the keys from keys[i] (of the first child: from any) to below keys[i + 1].
struct InnerPage {
  static constexpr std::size_t kCapacity = (kPageBytes - sizeof(PageHead)) / (sizeof(Key) + sizeof(PageId));

  PageHead head;
  Key keys[kCapacity];
  PageId children[kCapacity];

  std::size_t child_of(Key key) const {
    const Key* const first = keys + 1;
    return static_cast<std::size_t>(std::upper_bound(first, keys + head.count, key) - first);
  }
  void insert_at(std::size_t place, Key key, PageId child) {
    std::copy_backward(keys + place, keys + head.count, keys + head.count + 1);
    std::copy_backward(children + place, children + head.count, children + head.count + 1);
    keys[place] = key;
    children[place] = child;
    ++head.count;
  }
};
static_assert(sizeof(InnerPage) == kPageBytes && InnerPage::kCapacity == 340);

class PagedBTree {
 public:
  static constexpr const char* kFill = "0.9 when loaded";

  /// Writes a loaded tree into a fresh file; the words that `open` takes.
  static std::vector<std::uint64_t> load(PageFile& file, std::span<const Entry> entries) {
    constexpr std::size_t kLeafFill = LeafPage::kCapacity * 9 / 10;
    constexpr std::size_t kInnerFill = InnerPage::kCapacity * 9 / 10;
    PageWriter writer(file);
    std::vector<Child> level;
    for (std::size_t begin = 0; begin == 0 || begin < entries.size(); begin += kLeafFill) {
      auto& page = writer.append<LeafPage>(PageKind::kLeaf);
      page.fill(entries.subspan(begin, std::min(kLeafFill, entries.size() - begin)));
      const bool last = begin + kLeafFill >= entries.size();
      page.head.next = last ? kNoPage : page.head.id + 1;
      level.push_back({page.head.count == 0 ? 0 : page.entries[0].key, page.head.id});
    }
    State state;
    while (level.size() > 1) {
      ++state.height;
      std::vector<Child> above;
      for (std::size_t begin = 0; begin < level.size(); begin += kInnerFill) {
        auto& page = writer.append<InnerPage>(PageKind::kInner);
        page.head.level = state.height;
        for (const Child& child : std::span(level).subspan(begin, std::min(kInnerFill, level.size() - begin))) {
          page.insert_at(page.head.count, child.first, child.page);
        }
        above.push_back({level[begin].first, page.head.id});
        ++state.inner_pages;
      }
      level = std::move(above);
    }
    writer.flush();
    state.root = level[0].page;
    return state.words();
  }

  PagedBTree(PageFile& file, BufferPool& pool, std::span<const std::uint64_t> words)
      : file_(file), pool_(pool), state_(State::of(words)) {}

  std::vector<std::uint64_t> words() const { return state_.words(); }
  std::uint64_t model_bytes() const { return 0; }
  std::uint64_t inner_bytes() const { return state_.inner_pages * kPageBytes; }
  std::vector<Counter> counters() const { return {{"tree_height", state_.height + 1}, {"leaf_splits", splits_}}; }

  bool find(Key key, Payload& payload) {
    const PinnedPage pinned = leaf_of(key);
    const auto& leaf = pinned.as<LeafPage>();
    const std::size_t place = leaf.lower_bound(key);
    if (!leaf.holds_at(place, key)) return false;
    payload = leaf.entries[place].payload;
    return true;
  }

  std::size_t scan(Key from, std::span<Entry> out) {
    PinnedPage pinned = leaf_of(from);
    std::size_t count = 0;
    for (std::size_t place = pinned.as<LeafPage>().lower_bound(from);; place = 0) {
      const auto& leaf = pinned.as<LeafPage>();
      const std::size_t taken = std::min(out.size() - count, leaf.head.count - place);
      std::copy_n(leaf.entries + place, taken, out.begin() + static_cast<std::ptrdiff_t>(count));
      count += taken;
      const PageId next = leaf.head.next;
      if (count == out.size() || next == kNoPage) return count;
      pinned.release();
      pinned = pool_.fetch(next);
    }
  }

  bool update(Key key, Payload payload) {
    PinnedPage pinned = leaf_of(key);
    const std::size_t place = pinned.as<LeafPage>().lower_bound(key);
    if (!pinned.as<LeafPage>().holds_at(place, key)) return false;
    pinned.change<LeafPage>().entries[place].payload = payload;
    return true;
  }

  bool insert(Key key, Payload payload) {
    PinnedPage pinned = leaf_of(key);
    const std::size_t place = pinned.as<LeafPage>().lower_bound(key);
    if (pinned.as<LeafPage>().holds_at(place, key)) return false;
    if (!pinned.as<LeafPage>().full()) {
      pinned.change<LeafPage>().insert_at(place, {key, payload});
      return true;
    }
    split(pinned, place, {key, payload});
    return true;
  }

  bool erase(Key key) {
    PinnedPage pinned = leaf_of(key);
    const std::size_t place = pinned.as<LeafPage>().lower_bound(key);
    if (!pinned.as<LeafPage>().holds_at(place, key)) return false;
    pinned.change<LeafPage>().erase_at(place);
    return true;
  }

 private:
  struct Child {
    Key first;
    PageId page;
  };

  /// What is kept of the tree besides its pages.
  struct State {
    PageId root = 0;
    std::uint32_t height = 0;  ///< levels above the leaves
    std::uint64_t inner_pages = 0;

    std::vector<std::uint64_t> words() const { return {root, height, inner_pages}; }
    static State of(std::span<const std::uint64_t> words) {
      return {static_cast<PageId>(words[0]), static_cast<std::uint32_t>(words[1]), words[2]};
    }
  };

  PinnedPage leaf_of(Key key) {
    PinnedPage pinned = pool_.fetch(state_.root);
    for (std::uint32_t level = state_.height; level > 0; --level) {
      const auto& inner = pinned.as<InnerPage>();
      const PageId child = inner.children[inner.child_of(key)];
      pinned.release();
      pinned = pool_.fetch(child);
    }
    return pinned;
  }

  /// The page on `level` that leads to the key.
  PinnedPage inner_of(Key key, std::uint32_t level) {
    PinnedPage pinned = pool_.fetch(state_.root);
    while (pinned.as<InnerPage>().head.level > level) {
      const auto& inner = pinned.as<InnerPage>();
      const PageId child = inner.children[inner.child_of(key)];
      pinned.release();
      pinned = pool_.fetch(child);
    }
    return pinned;
  }

  /// Splits the full leaf and inserts the entry, whose place in it is given.
  void split(PinnedPage& pinned, std::size_t place, Entry entry) {
    ++splits_;
    auto& left = pinned.change<LeafPage>();
    const bool last_of_all = left.head.next == kNoPage && place == LeafPage::kCapacity;
    const std::size_t middle = last_of_all ? LeafPage::kCapacity : LeafPage::kCapacity / 2;
    PinnedPage fresh = pool_.create(file_.add(1), PageKind::kLeaf);
    auto& right = fresh.change<LeafPage>();
    left.move_tail(middle, right);
    right.head.next = left.head.next;
    left.head.next = right.head.id;
    if (place <= middle && !last_of_all) {
      left.insert_at(place, entry);
    } else {
      right.insert_at(place - middle, entry);
    }
    add_child(1, right.entries[0].key, right.head.id);
  }

  /// Tells the page above of a new child, whose keys begin with `first`.
  void add_child(std::uint32_t level, Key first, PageId child) {
    if (level > state_.height) return grow(first, child);
    PinnedPage pinned = inner_of(first, level);
    auto& inner = pinned.change<InnerPage>();
    const std::size_t place = inner.child_of(first) + 1;
    if (inner.head.count < InnerPage::kCapacity) return inner.insert_at(place, first, child);
    PinnedPage fresh = pool_.create(file_.add(1), PageKind::kInner);
    auto& right = fresh.change<InnerPage>();
    ++state_.inner_pages;
    right.head.level = level;
    const std::size_t middle = place == InnerPage::kCapacity ? InnerPage::kCapacity - 1 : InnerPage::kCapacity / 2;
    for (std::size_t i = middle; i < InnerPage::kCapacity; ++i) {
      right.insert_at(right.head.count, inner.keys[i], inner.children[i]);
    }
    inner.head.count = static_cast<std::uint16_t>(middle);
    if (place <= middle) {
      inner.insert_at(place, first, child);
    } else {
      right.insert_at(place - middle, first, child);
    }
    add_child(level + 1, right.keys[0], right.head.id);
  }

  /// A root above the old one.
  void grow(Key first, PageId child) {
    PinnedPage fresh = pool_.create(file_.add(1), PageKind::kInner);
    auto& root = fresh.change<InnerPage>();
    ++state_.inner_pages;
    root.head.level = ++state_.height;
    root.insert_at(0, 0, state_.root);
    root.insert_at(1, first, child);
    state_.root = root.head.id;
  }

  PageFile& file_;
  BufferPool& pool_;
  State state_;
  std::uint64_t splits_ = 0;
};

}  // namespace omenbench::disk
