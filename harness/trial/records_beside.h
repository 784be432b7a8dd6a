// An index with its records beside it: it maps keys to the places of records, and those lie in a heap of their own. Any
// index can hold records that way, and the trial runs it through the very same loops, instantiated once more, so that
// rows of payload words pay nothing for those of records (docs/adr/0015-records.md).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/index.h"
#include "core/page_allocator.h"
#include "core/record.h"

namespace omenbench {

/// Records of one size in large blocks, as a store of rows in memory has them: a record stays where it is, and the room
/// of one that was removed is used again.
class RecordHeap {
 public:
  void hold_records(std::uint64_t bytes) { bytes_ = bytes; }
  /// Room for that many records, one after the other.
  char* take_many(std::uint64_t count) {
    blocks_.emplace_back(count * bytes_);
    return blocks_.back().data();
  }
  char* take() {
    if (!free_.empty()) {
      char* const record = free_.back();
      free_.pop_back();
      return record;
    }
    if (left_ < bytes_) {
      left_ = std::max(kBlockBytes, bytes_);
      next_ = blocks_.emplace_back(left_).data();
    }
    left_ -= bytes_;
    return std::exchange(next_, next_ + bytes_);
  }
  void give_back(char* record) { free_.push_back(record); }

  void write(char* record, Payload payload) const { write_record(record, bytes_, payload); }
  std::uint64_t read(const char* record) const { return record_answer(record, bytes_); }
  std::uint64_t record_bytes() const { return bytes_; }
  std::uint64_t size_bytes() const {
    std::uint64_t bytes = free_.capacity() * sizeof(char*);
    for (const PageArray<char>& block : blocks_) bytes += block.size();
    return bytes;
  }

 private:
  static constexpr std::uint64_t kBlockBytes = std::uint64_t{1} << 20;

  std::uint64_t bytes_ = kLeastRecordBytes;
  std::vector<PageArray<char>> blocks_;
  char* next_ = nullptr;
  std::uint64_t left_ = 0;  ///< of the block that `next_` lies in
  std::vector<char*> free_;
};

/// What the trial of `I` runs where payloads are records: the payload of `I` is the address of a record.
template <Index I>
class RecordsBeside {
 public:
  using KeyType = KeyOf<I>;
  static constexpr const char* kLayout = "beside the index";

  void hold_records(std::uint64_t bytes) { heap_.hold_records(bytes); }

  void build(std::span<const Entry> entries) {
    PageArray<Entry> placed(entries.size());
    char* record = heap_.take_many(entries.size());
    for (std::size_t i = 0; i < entries.size(); ++i, record += heap_.record_bytes()) {
      heap_.write(record, entries[i].payload);
      placed[i] = {entries[i].key, address_of(record)};
    }
    index_.build({placed.data(), placed.size()});
  }

  bool find(KeyType key, Payload& answer) { return find_in(*this, key, answer); }
  bool find(KeyType key, Payload& answer) const requires SharedReads<I> { return find_in(*this, key, answer); }

  bool lower_bound(KeyType key, Entry& entry) requires Ordered<I> { return bound_in(*this, key, entry); }
  bool lower_bound(KeyType key, Entry& entry) const requires Ordered<const I> { return bound_in(*this, key, entry); }

  std::size_t scan(KeyType from, std::span<Entry> out) requires Ordered<I> { return scan_in(*this, from, out); }
  std::size_t scan(KeyType from, std::span<Entry> out) const requires Ordered<const I> {
    return scan_in(*this, from, out);
  }

  bool update(KeyType key, Payload payload) requires Updatable<I> {
    Payload address = 0;
    if (!index_.find(key, address)) return false;
    heap_.write(record_at(address), payload);
    return true;
  }

  bool insert(KeyType key, Payload payload) requires Insertable<I> {
    char* const record = heap_.take();
    heap_.write(record, payload);
    if (index_.insert(key, address_of(record))) return true;
    heap_.give_back(record);
    return false;
  }

  bool erase(KeyType key) requires Erasable<I> {
    Payload address = 0;
    if (!index_.find(key, address) || !index_.erase(key)) return false;
    heap_.give_back(record_at(address));
    return true;
  }

  std::vector<Counter> counters() const requires ReportsCounters<I> { return index_.counters(); }
  std::uint64_t size_bytes() const requires requires(const I& index) { index.size_bytes(); }
  { return index_.size_bytes() + heap_.size_bytes(); }

 private:
  static Payload address_of(const char* record) { return reinterpret_cast<Payload>(record); }
  static char* record_at(Payload address) { return reinterpret_cast<char*>(address); }

  static bool find_in(auto& self, KeyType key, Payload& answer) {
    Payload address = 0;
    if (!self.index_.find(key, address)) return false;
    answer = self.heap_.read(record_at(address));
    return true;
  }
  static bool bound_in(auto& self, KeyType key, Entry& entry) {
    if (!self.index_.lower_bound(key, entry)) return false;
    entry.payload = self.heap_.read(record_at(entry.payload));
    return true;
  }
  static std::size_t scan_in(auto& self, KeyType from, std::span<Entry> out) {
    const std::size_t count = self.index_.scan(from, out);
    for (Entry& entry : out.first(count)) entry.payload = self.heap_.read(record_at(entry.payload));
    return count;
  }

  RecordHeap heap_;
  I index_;
};

}  // namespace omenbench
