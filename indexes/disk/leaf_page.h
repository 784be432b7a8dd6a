// A page of sorted entries, the same in every index of this folder.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

#include "core/types.h"
#include "indexes/disk/page_file.h"

namespace omenbench::disk {

struct LeafPage {
  static constexpr std::size_t kCapacity = (kPageBytes - sizeof(PageHead)) / sizeof(Entry);

  PageHead head;
  Entry entries[kCapacity];

  std::span<const Entry> used() const { return {entries, head.count}; }
  bool full() const { return head.count == kCapacity; }

  /// The place of the first entry whose key is not below.
  std::size_t lower_bound(Key key) const {
    return static_cast<std::size_t>(std::ranges::lower_bound(used(), key, {}, &Entry::key) - used().begin());
  }
  bool holds_at(std::size_t place, Key key) const { return place < head.count && entries[place].key == key; }

  /// REQUIRES: not full; the order stays.
  void insert_at(std::size_t place, Entry entry) {
    std::copy_backward(entries + place, entries + head.count, entries + head.count + 1);
    entries[place] = entry;
    ++head.count;
  }
  void erase_at(std::size_t place) {
    std::copy(entries + place + 1, entries + head.count, entries + place);
    --head.count;
  }
  /// Moves the entries from `begin` on to the front of `right`. REQUIRES: there is room.
  void move_tail(std::size_t begin, LeafPage& right) {
    const std::size_t moved = head.count - begin;
    std::copy_backward(right.entries, right.entries + right.head.count, right.entries + right.head.count + moved);
    std::copy(entries + begin, entries + head.count, right.entries);
    right.head.count = static_cast<std::uint16_t>(right.head.count + moved);
    head.count = static_cast<std::uint16_t>(begin);
  }
  void fill(std::span<const Entry> from) {
    std::ranges::copy(from, entries);
    head.count = static_cast<std::uint16_t>(from.size());
  }
};
static_assert(sizeof(LeafPage) == kPageBytes && LeafPage::kCapacity == 255);

}  // namespace omenbench::disk
