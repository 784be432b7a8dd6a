// Keeps XIndex in shape on a thread of its own: merges buffers into arrays, splits and merges groups, and trains the
// root anew (XIndex, PPoPP 2020, section 3.3, "two-phase compaction", and section 3.4).
//
// Phase 1 freezes the buffer of a group, sends its inserts to a temporary buffer, and publishes a new group whose array
// refers to the old records: writers that still use the old group and those that use the new one change the same
// records. Once all operations that knew the old group have ended, phase 2 copies the values; once all that may have
// followed a reference have ended, the old group is freed. A batch of groups shares these waits.
//
// Rules that make it right: (1) this thread alone changes the structure; (2) between two changes to the same group all
// operations that saw the state before the first have ended; (3) a removed record is gone for good before the new array
// leaves it out, so that nobody revives it there; (4) a frozen buffer never gets new keys, so a key that is in neither
// array nor buffer belongs in the temporary buffer.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

#include "indexes/learned/epochs.h"
#include "indexes/learned/xindex_root.h"

namespace omenbench::xindex {

/// Keys of a group after the build; groups are split at twice as many.
inline constexpr std::size_t kGroupSize = 1024;

class Compactor {
 public:
  struct Counts {
    std::atomic<std::uint64_t> compactions{0}, splits{0}, merges{0}, root_trainings{0};
  };

  explicit Compactor(std::span<const Entry> entries) {
    std::vector<Group*> groups;
    for (std::size_t begin = 0; begin == 0 || begin < entries.size(); begin += kGroupSize) {
      const std::size_t size = std::min(kGroupSize, entries.size() - begin);
      const Key pivot = begin == 0 ? 0 : entries[begin].key;
      groups.push_back(Group::of_entries(pivot, entries.data() + begin, size).release());
    }
    root_ = new Root(groups);
    thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
  }
  Compactor(const Compactor&) = delete;
  Compactor& operator=(const Compactor&) = delete;
  ~Compactor() {
    thread_.request_stop();
    thread_.join();
    for (Group* group : groups()) delete group;
    delete root_.load();
  }

  /// For use inside an operation.
  const Root& root() const { return *root_.load(std::memory_order_acquire); }
  const Counts& counts() const { return counts_; }

  /// Asks for the compaction of the group of that key.
  void request(Key pivot) {
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(pivot);
    }
    wake_.notify_one();
  }

  /// Lets the compactor make room in a full buffer. Outside of operations. Throws std::bad_alloc if it ran out of
  /// memory.
  void wait_for_room() const {
    if (failed_.load(std::memory_order_acquire)) throw std::bad_alloc();
    std::this_thread::yield();
  }

 private:
  static constexpr std::size_t kBatch = 64;

  void work(const std::stop_token& stop) {
    try {
      while (true) {
        std::vector<Key> batch;
        {
          std::unique_lock lock(mutex_);
          if (!wake_.wait(lock, stop, [this] { return !requests_.empty(); }) || stop.stop_requested()) return;
          const std::size_t rest = requests_.size() - std::min(kBatch, requests_.size());
          batch.assign(requests_.begin() + static_cast<std::ptrdiff_t>(rest), requests_.end());
          requests_.resize(rest);
        }
        compact(batch);
      }
    } catch (const std::bad_alloc&) {
      failed_.store(true, std::memory_order_release);
    }
  }

  void compact(const std::vector<Key>& batch) {
    for (const Key key : batch) {
      replace_group_of(key);
      // A merge leaves a replaced group in its slots for a while: nothing may be replaced around it until it is done.
      if (merged_.first != nullptr) finish();
    }
    if (!retired_.empty()) finish();
    if (root_is_stale()) train_root();
  }

  /// Phase 2 for all groups that were replaced.
  void finish() {
    wait_for_running_operations();
    if (const auto [old, group] = std::exchange(merged_, {}); old != nullptr) {
      replace_heads(old, group);
      wait_for_running_operations();
    }
    for (Group* group : fresh_) group->resolve();
    wait_for_running_operations();
    for (Group* group : retired_) delete group;
    retired_.clear();
    for (Group* group : std::exchange(fresh_, {})) {
      if (group->due()) request(group->pivot());
    }
  }

  bool is_fresh(const Group* group) const { return std::ranges::find(fresh_, group) != fresh_.end(); }

  /// Phase 1 for one group, if it is still due and was not replaced in this batch.
  void replace_group_of(Key key) {
    const Root::Place place = root().locate(key);
    Group& old = *place.group;
    if (is_fresh(&old) || !old.due()) return;
    Group* right = old.living() < kGroupSize / 4 ? root().next(place).group : nullptr;
    if (right != nullptr && (is_fresh(right) || old.living() + right->living() > kGroupSize)) right = nullptr;
    if (old.living() > 2 * kGroupSize) {
      split(old);
    } else {
      rewrite(old, right);
    }
    counts_.compactions.fetch_add(1, std::memory_order_relaxed);
  }

  /// One new group for one or two old neighbours.
  void rewrite(Group& old, Group* right) {
    auto* const buffer = new Buffer;
    old.freeze(buffer, buffer, 0);
    std::vector<Reference> references;
    collect(old, references);
    if (right != nullptr) {
      right->freeze(buffer, buffer, 0);
      collect(*right, references);
    }
    Group* const group = Group::of_references(old.pivot(), references.data(), references.size(), buffer).release();
    group->set_next((right != nullptr ? right : &old)->next());
    publish(old, group);
    fresh_.push_back(group);
    if (right == nullptr) return;
    // Slots lead to `right` until nobody uses `old` any more: from there a scan must not come upon `group`.
    merged_ = {right, group};
    retired_.push_back(right);
    counts_.merges.fetch_add(1, std::memory_order_relaxed);
  }

  /// Two new groups for one; the second has no slot yet.
  void split(Group& old) {
    const Key border = old.key(old.size() / 2);
    auto* const low = new Buffer;
    auto* const high = new Buffer;
    old.freeze(low, high, border);
    std::vector<Reference> references;
    collect(old, references);
    const auto middle = static_cast<std::size_t>(std::ranges::lower_bound(references, border, {}, &Reference::key) -
                                                 references.begin());
    Group* const first = Group::of_references(old.pivot(), references.data(), middle, low).release();
    Group* const second =
        Group::of_references(border, references.data() + middle, references.size() - middle, high).release();
    second->set_next(old.next());
    first->set_next(second);
    publish(old, first);
    fresh_.insert(fresh_.end(), {first, second});
    ++unindexed_;
    counts_.splits.fetch_add(1, std::memory_order_relaxed);
  }

  /// Appends everything that is not removed, ascending. REQUIRES: frozen.
  static void collect(const Group& group, std::vector<Reference>& references) {
    std::vector<Reference> added;
    for (std::size_t i = 0; i < group.buffer().size(); ++i) {
      if (!group.buffer().record(i).drop_if_removed()) {
        added.push_back({group.buffer().key(i), &group.buffer().record(i)});
      }
    }
    std::ranges::sort(added, {}, &Reference::key);
    references.reserve(references.size() + group.size() + added.size());
    auto at = added.begin();
    for (std::size_t i = 0; i < group.size(); ++i) {
      while (at != added.end() && at->key < group.key(i)) references.push_back(*at++);
      if (!group.record(i).drop_if_removed()) references.push_back({group.key(i), &group.record(i)});
    }
    references.insert(references.end(), at, added.end());
  }

  /// Puts `group` where `old` is.
  void publish(Group& old, Group* group) {
    retired_.push_back(&old);
    Group* before = root().head(root().slot_of(old.pivot()));
    if (before != &old) {
      while (before->next() != &old) before = before->next();
      before->set_next(group);
    }
    replace_heads(&old, group);
  }

  /// In all slots that lead to `old`: they are neighbours, the first that of its pivot or the one after.
  void replace_heads(const Group* old, Group* group) {
    Root& root = *root_.load(std::memory_order_relaxed);
    std::size_t slot = root.slot_of(old->pivot());
    if (root.head(slot) != old) ++slot;
    for (; slot < root.size() && root.head(slot) == old; ++slot) root.set_head(slot, group);
  }

  /// Every operation walks along its chain, and training costs time for every group: worth it when a quarter of the
  /// groups have no slot, or when the last chain, where ascending inserts pile up, is long.
  bool root_is_stale() const {
    const std::size_t slots = root().size();
    std::size_t chain = 0;
    for (const Group* group = root().head(slots - 1); group != nullptr; group = group->next()) ++chain;
    return unindexed_ > 4 + slots / 4 || chain > 4 + slots / 2048;
  }

  std::vector<Group*> groups() const {
    std::vector<Group*> groups;
    for (Root::Place at{0, root().head(0)}; at.group != nullptr; at = root().next(at)) groups.push_back(at.group);
    return groups;
  }

  void train_root() {
    const std::vector<Group*> all = groups();
    const std::unique_ptr<Root> old(root_.exchange(new Root(all), std::memory_order_acq_rel));
    wait_for_running_operations();
    for (Group* group : all) group->set_next(nullptr);
    unindexed_ = 0;
    counts_.root_trainings.fetch_add(1, std::memory_order_relaxed);
  }

  std::atomic<Root*> root_{nullptr};
  Counts counts_;
  std::atomic<bool> failed_{false};
  // Of the thread alone:
  std::vector<Group*> fresh_;           ///< published in this batch
  std::vector<Group*> retired_;         ///< replaced in this batch
  std::pair<Group*, Group*> merged_{};  ///< a right neighbour and the group that replaces it, until finish()
  std::size_t unindexed_ = 0;           ///< groups without a slot
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::vector<Key> requests_;  ///< guarded by mutex_
  std::jthread thread_;
};

}  // namespace omenbench::xindex
