// A memtable of RocksDB over one of our ordered indexes, through RocksDB's public MemTableRepFactory: the index finds a
// key, behind which its versions form a list, the newest first. `Index` is an updatable map from 64-bit keys to 64-bit
// payloads, here addresses.
//
// What the public interface hides costs something: a lookup comes as an iterator that is made for it (LookupKey is not
// public, so that Get cannot be replaced), and an iterator that is to lie in an arena lies with the memtable instead,
// until that goes (Arena is not public). Our indexes know one writer and no reader beside it: a lock of readers and
// writers stands before them, which RocksDB's skip list does without. An index knows no way back: what lies before a
// key is searched for by halves.
//
// Only for user keys of eight bytes in the order of bytes (stored_key.h).
//
// needs: rocksdb/memtablerep.h rocksdb (librocksdb-dev)
#pragma once

#include <rocksdb/memtablerep.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <memory>
#include <mutex>
#include <new>
#include <shared_mutex>
#include <span>

#include "core/types.h"
#include "indexes/engines/store_files.h"

namespace omenbench {

/// An entry of the memtable behind its link.
struct MemtableVersion {
  MemtableVersion* older = nullptr;
  char* entry() { return reinterpret_cast<char*>(this + 1); }
  const char* entry() const { return reinterpret_cast<const char*>(this + 1); }
};

template <class Index>
class IndexMemtable : public rocksdb::MemTableRep {
 public:
  using Version = MemtableVersion;

  IndexMemtable(const KeyComparator& compare, rocksdb::Allocator* allocator)
      : MemTableRep(allocator), compare_(compare) {
    index_.build({});
  }

  rocksdb::KeyHandle Allocate(std::size_t size, char** entry) override {
    char* memory = nullptr;
    MemTableRep::Allocate(size + sizeof(Version) + alignof(Version), &memory);
    const std::size_t beyond = reinterpret_cast<std::uintptr_t>(memory) % alignof(Version);
    auto* const version = new (memory + (alignof(Version) - beyond)) Version;
    *entry = version->entry();
    return version;
  }

  void Insert(rocksdb::KeyHandle handle) override {
    auto* const version = static_cast<Version*>(handle);
    const Key key = key_of(version->entry());
    const std::unique_lock lock(mutex_);
    Version* newer = nullptr;
    Version* older = newest(key);
    if (older == nullptr) {
      index_.insert(key, address_of(version));
      return;
    }
    for (; older != nullptr && compare_(version->entry(), older->entry()) > 0; older = older->older) newer = older;
    version->older = older;
    if (newer == nullptr) {
      index_.update(key, address_of(version));
    } else {
      newer->older = version;
    }
  }

  bool Contains(const char* entry) const override {
    const std::shared_lock lock(mutex_);
    for (const Version* version = newest(key_of(entry)); version != nullptr; version = version->older) {
      if (compare_(version->entry(), entry) == 0) return true;
    }
    return false;
  }

  /// Beside what the allocator gave, of which alone RocksDB decides when to flush.
  std::size_t ApproximateMemoryUsage() override { return 0; }

  Iterator* GetIterator(rocksdb::Arena* arena) override {
    if (arena == nullptr) return new Walk(*this);
    const std::scoped_lock lock(walks_mutex_);
    return new (&walks_.emplace_back()) Walk(*this);
  }

 private:
  /// The caller destroys what it asked for in an arena, and deletes the rest.
  class Walk : public Iterator {
   public:
    explicit Walk(const IndexMemtable& table) : table_(table) {}
    bool Valid() const override { return at_ != nullptr; }
    const char* key() const override { return at_->entry(); }
    void Next() override {
      const std::shared_lock lock(table_.mutex_);
      at_ = at_->older != nullptr ? at_->older : after(table_.key_of(at_->entry()));
    }
    void Prev() override {
      const std::shared_lock lock(table_.mutex_);
      const Key key = table_.key_of(at_->entry());
      const Version* newer = nullptr;
      for (const Version* one = table_.newest(key); one != at_; one = one->older) newer = one;
      at_ = newer != nullptr ? newer : oldest(table_.below(key));
    }
    void Seek(const rocksdb::Slice& internal, const char*) override {
      const std::shared_lock lock(table_.mutex_);
      const Key key = key_of_internal(internal);
      const Entry found = table_.at_least(key);
      at_ = version_at(found.payload);
      if (at_ == nullptr || found.key != key) return;
      while (at_ != nullptr && table_.compare_(at_->entry(), internal) < 0) at_ = at_->older;
      if (at_ == nullptr) at_ = after(key);
    }
    void SeekForPrev(const rocksdb::Slice& internal, const char* entry) override {
      Seek(internal, entry);
      if (!Valid()) {
        SeekToLast();
      } else if (table_.compare_(at_->entry(), internal) > 0) {
        Prev();
      }
    }
    void SeekToFirst() override {
      const std::shared_lock lock(table_.mutex_);
      at_ = version_at(table_.at_least(0).payload);
    }
    void SeekToLast() override {
      const std::shared_lock lock(table_.mutex_);
      const Version* const last = table_.newest(~Key{0});
      at_ = oldest(last != nullptr ? last : table_.below(~Key{0}));
    }

   private:
    const Version* after(Key key) const {
      return key == ~Key{0} ? nullptr : version_at(table_.at_least(key + 1).payload);
    }
    static const Version* oldest(const Version* version) {
      while (version != nullptr && version->older != nullptr) version = version->older;
      return version;
    }

    const IndexMemtable& table_;
    const Version* at_ = nullptr;
  };
  struct alignas(Walk) WalkPlace {
    std::byte bytes[sizeof(Walk)];
  };

  static Payload address_of(const Version* version) { return reinterpret_cast<std::uintptr_t>(version); }
  static Version* version_at(Payload address) { return reinterpret_cast<Version*>(address); }

  Key key_of(const char* entry) const { return key_of_user(UserKey(entry)); }
  /// An internal key is the user's and eight bytes behind it.
  static Key key_of_internal(const rocksdb::Slice& internal) {
    return key_of_user({internal.data(), internal.size() - 8});
  }
  static Key key_of_user(const rocksdb::Slice& user) {
    if (user.size() == sizeof(Key)) return number_of_sorted(user.data());
    std::fprintf(stderr, "IndexMemtable: takes keys of eight bytes, got %zu\n", user.size());
    std::abort();
  }

  Version* newest(Key key) const {
    Payload head = 0;
    return index_.find(key, head) ? version_at(head) : nullptr;
  }
  /// The first key from this one on, and its newest version; payload 0: there is none.
  Entry at_least(Key key) const {
    Entry found{0, 0};
    return index_.lower_bound(key, found) ? found : Entry{0, 0};
  }
  /// The newest version of the greatest key below this one; null: there is none.
  const Version* below(Key key) const {
    const auto first_from = [&](Key from) {
      const Entry found = at_least(from);
      return found.payload != 0 && found.key < key ? found : Entry{0, 0};
    };
    if (key == 0 || first_from(0).payload == 0) return nullptr;
    Key step = 1;
    while (step < key && first_from(key - step).payload == 0) step = step > key / 2 ? key : step * 2;
    // From `low` on there is one below `key`, from `high` on there is none.
    Key low = key - step;
    for (Key high = key; high - low > 1;) {
      const Key middle = low + (high - low) / 2;
      const Entry found = first_from(middle);
      (found.payload != 0 ? low : high) = found.payload != 0 ? found.key : middle;
    }
    return version_at(first_from(low).payload);
  }

  const KeyComparator& compare_;
  mutable std::shared_mutex mutex_;
  Index index_;
  std::mutex walks_mutex_;
  std::deque<WalkPlace> walks_;  ///< those that were asked for in an arena, until the memtable goes
};

/// For rocksdb::Options::memtable_factory. REQUIRES: allow_concurrent_memtable_write is off.
template <class Index>
class IndexMemtableFactory : public rocksdb::MemTableRepFactory {
 public:
  using MemTableRepFactory::CreateMemTableRep;
  const char* Name() const override { return "omenbench.IndexMemtableFactory"; }
  rocksdb::MemTableRep* CreateMemTableRep(const rocksdb::MemTableRep::KeyComparator& compare,
                                          rocksdb::Allocator* allocator, const rocksdb::SliceTransform*,
                                          rocksdb::Logger*) override {
    return new IndexMemtable<Index>(compare, allocator);
  }
};

}  // namespace omenbench
