// Sorted arrays that hold records where they hold keys. Both take records of any size, and overwrite them in place.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "core/page_allocator.h"
#include "core/record.h"
#include "indexes/static_index.h"

namespace omenbench {

/// StaticIndex with a column of records in place of payloads: a key's position is that of its record.
template <class Locator>
class StaticRecords {
 public:
  static constexpr const char* kLayout = "a column beside that of the keys, at the same position";

  void hold_records(std::uint64_t bytes) { bytes_ = bytes; }

  void build(std::span<const Entry> entries) {
    columns_.assign(entries);
    records_ = PageArray<char>(entries.size() * bytes_);
    for (std::size_t i = 0; i < entries.size(); ++i) write_record(record(i), bytes_, entries[i].payload);
    locator_.train(columns_);
  }

  bool find(Key key, Payload& answer) const {
    const std::size_t i = position_of(key);
    if (!holds(i, key)) return false;
    answer = read(i);
    return true;
  }

  bool lower_bound(Key key, Entry& entry) const { return scan(key, {&entry, 1}) == 1; }

  std::size_t scan(Key from, std::span<Entry> out) const {
    const std::size_t begin = locator_.lower_bound(columns_, from);
    const std::size_t count = std::min(out.size(), columns_.size() - begin);
    for (std::size_t i = 0; i < count; ++i) out[i] = {columns_.keys()[begin + i], read(begin + i)};
    return count;
  }

  bool update(Key key, Payload payload) {
    const std::size_t i = position_of(key);
    if (!holds(i, key)) return false;
    write_record(record(i), bytes_, payload);
    return true;
  }

  std::uint64_t size_bytes() const { return columns_.size_bytes() + records_.size() + locator_.size_bytes(); }

 private:
  std::size_t position_of(Key key) const { return omenbench::position_of(locator_, columns_, key); }
  bool holds(std::size_t i, Key key) const { return columns_.keys()[i] == key && i < columns_.size(); }
  char* record(std::size_t i) { return records_.data() + i * bytes_; }
  std::uint64_t read(std::size_t i) const { return record_answer(records_.data() + i * bytes_, bytes_); }

  std::uint64_t bytes_ = kLeastRecordBytes;
  SortedColumns columns_;
  PageArray<char> records_;
  Locator locator_;
};

/// One array of slots, each a key and its record, searched by halving: every step but the last few meets a slot that
/// shares no cache line with another.
class SortedSlots {
 public:
  static constexpr const char* kLayout = "behind its key, in one sorted array of both";

  void hold_records(std::uint64_t bytes) { bytes_ = bytes; }

  void build(std::span<const Entry> entries) {
    size_ = entries.size();
    slots_ = PageArray<char>(size_ * stride());
    for (std::size_t i = 0; i < size_; ++i) {
      std::memcpy(slot(i), &entries[i].key, sizeof(Key));
      write_record(slot(i) + sizeof(Key), bytes_, entries[i].payload);
    }
  }

  bool find(Key key, Payload& answer) const {
    const std::size_t i = bound(key);
    if (i == size_ || key_at(i) != key) return false;
    answer = read(i);
    return true;
  }

  bool lower_bound(Key key, Entry& entry) const { return scan(key, {&entry, 1}) == 1; }

  std::size_t scan(Key from, std::span<Entry> out) const {
    const std::size_t begin = bound(from);
    const std::size_t count = std::min(out.size(), size_ - begin);
    for (std::size_t i = 0; i < count; ++i) out[i] = {key_at(begin + i), read(begin + i)};
    return count;
  }

  bool update(Key key, Payload payload) {
    const std::size_t i = bound(key);
    if (i == size_ || key_at(i) != key) return false;
    write_record(slot(i) + sizeof(Key), bytes_, payload);
    return true;
  }

  std::uint64_t size_bytes() const { return slots_.size(); }

 private:
  std::uint64_t stride() const { return sizeof(Key) + bytes_; }
  char* slot(std::size_t i) { return slots_.data() + i * stride(); }
  const char* slot(std::size_t i) const { return slots_.data() + i * stride(); }
  Key key_at(std::size_t i) const { return load_word(slot(i)); }
  std::uint64_t read(std::size_t i) const { return record_answer(slot(i) + sizeof(Key), bytes_); }

  /// The first slot whose key is not below `key`.
  std::size_t bound(Key key) const {
    std::size_t first = 0;
    for (std::size_t count = size_; count > 0;) {
      const std::size_t half = count / 2;
      if (key_at(first + half) < key) {
        first += half + 1;
        count -= half + 1;
      } else {
        count = half;
      }
    }
    return first;
  }

  std::uint64_t bytes_ = kLeastRecordBytes;
  std::size_t size_ = 0;
  PageArray<char> slots_;
};

}  // namespace omenbench
