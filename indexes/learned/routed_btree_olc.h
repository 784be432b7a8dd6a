// The B+tree with learned inner levels (routed_btree.h) for several readers and writers at once. Leaves have version
// locks (Leis, Haubenschild and Neumann, "Optimistic lock coupling", IEEE Data Engineering Bulletin 42(1), 2019) and
// know where they begin and who follows them, so that they answer for themselves whether they are the leaf of a key, as
// in a B-link tree (Lehman and Yao, "Efficient locking for concurrent operations on B-trees", TODS 6(4), 1981). What
// leads to them need then not be right at every moment: the learned directory gives hints to readers, who take no lock
// and no version of it, and is changed by one writer at a time (routed_directory.h).
//
// Why a hint is enough. A leaf's floor does not change while the leaf is linked. A key above the floor lies in the leaf
// or in one to its right, and in this one unless it is above the floor of the next. All of that is read under the
// leaf's version. A split moves keys to the right before the directory knows, so that a reader walks right; a merge
// empties the right leaf after the directory has forgotten it, and leaves it a floor that no key is above, so that a
// reader who comes late asks the directory again.
//
// Deviations from a B-link tree: leaves alone are linked; they are merged; their memory stays that of leaves until the
// index dies (node_pool.h), and that of the directory until no reader holds it (epochs.h). Splits and merges wait for
// each other, one insert in 15 or fewer: with so many threads that these meet all the time, they are the limit.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <vector>

#include "core/index.h"
#include "core/types.h"
#include "indexes/learned/epochs.h"
#include "indexes/learned/routed_build.h"
#include "indexes/learned/routed_directory.h"
#include "indexes/learned/routed_leaf.h"
#include "indexes/trees/node_lock.h"
#include "indexes/trees/node_pool.h"

namespace omenbench {

/// A scan is atomic leaf by leaf, everything else as a whole.
class RoutedBTreeOlc {
 public:
  static constexpr bool kConcurrent = true;
  using Leaf = RoutedLeaf<VersionLock>;
  using Directory = RoutedDirectory<Leaf>;

  void build(std::span<const Entry> entries) { first_ = build_routed_leaves(entries, leaves_, directory_); }

  bool find(Key key, Payload& payload) const {
    const RunningOperation operation;
    return find_announced(key, payload);
  }

  bool lower_bound(Key key, Entry& entry) const { return scan(key, std::span(&entry, 1)) == 1; }

  std::size_t scan(Key from, std::span<Entry> out) const {
    const RunningOperation operation;
    std::size_t copied = 0;
    for (unsigned tries = 0; copied < out.size(); retry(tries)) {
      if (copy_run(from, out, copied)) return copied;
      // A writer was in the way: go on behind the last entry that is known to be right.
      if (copied == 0) continue;
      from = out[copied - 1].key;
      if (from++ == ~Key{0}) return copied;
    }
    return copied;
  }

  bool update(Key key, Payload payload) {
    const RunningOperation operation;
    for (unsigned tries = 0;; retry(tries)) {
      Place place;
      if (!locate(key, place)) continue;
      if (!place.leaf->holds(place.slot, key)) {
        if (place.leaf->lock.unchanged(place.version)) return false;
      } else if (place.leaf->lock.lock_if(place.version)) {
        store_word<true>(place.leaf->payloads[place.slot], payload);
        place.leaf->lock.unlock();
        return true;
      }
    }
  }

  bool insert(Key key, Payload payload) {
    for (unsigned tries = 0;; retry(tries)) {
      Outcome outcome = try_insert(key, payload);
      if (outcome == Outcome::kFull) outcome = try_split(key, payload);
      if (outcome != Outcome::kAgain) return outcome == Outcome::kDone;
    }
  }

  bool erase(Key key) {
    for (unsigned tries = 0;; retry(tries)) {
      bool thin = false;
      const Outcome outcome = try_erase(key, thin);
      if (thin) take_in_right(key);
      if (outcome != Outcome::kAgain) return outcome == Outcome::kDone;
    }
  }

  /// All keys of a group go through each step together, so that their cache misses overlap.
  void find_batch(std::span<const Key> keys, std::span<Payload> payloads, std::span<bool> found) const {
    const RunningOperation operation;
    for (std::size_t begin = 0; begin < keys.size(); begin += kGroup) {
      const std::size_t size = std::min(kGroup, keys.size() - begin);
      find_group(keys.subspan(begin, size), payloads.data() + begin, found.data() + begin);
    }
  }

  std::uint64_t size_bytes() const { return leaves_.size_bytes() + directory_.size_bytes(); }
  std::vector<Counter> counters() const { return routed_counters(directory_); }

  /// For tests, when no operation runs.
  const Directory& directory() const { return directory_; }
  std::size_t leaf_count() const { return leaves_.in_use(); }

 private:
  static constexpr std::size_t kGroup = 32;
  static constexpr unsigned kPatience = 256;
  enum class Outcome : std::uint8_t { kDone, kRefused, kFull, kAgain };

  /// Where a key lies or would lie, as of a version of the leaf.
  struct Place {
    Leaf* leaf;
    VersionLock::Version version;
    std::size_t slot;
  };

  static void retry(unsigned& tries) {
    if (++tries > 3) VersionLock::pause(tries);
  }

  /// Finds the leaf that answers for a key and the key's slot; both hold if the leaf's version does not change. False:
  /// a writer was in the way.
  bool locate(Key key, Place& place) const { return settle(directory_.find(key), key, place); }

  /// The same from a hint on.
  bool settle(Leaf* leaf, Key key, Place& place) const {
    if (leaf == nullptr) return false;
    for (;;) {
      leaf->prefetch_payloads();
      place.leaf = leaf;
      place.version = leaf->lock.read();
      place.slot = leaf->lower_bound(key);
      if (leaf->holds(place.slot, key)) return true;
      if (key <= load_word<true>(leaf->floor) && leaf != first_) return false;
      if (place.slot < leaf->size()) return true;  // a larger key is here
      Leaf* const right = leaf->right();
      if (!leaf->lock.unchanged(place.version)) return false;  // `right` may be anything
      // If it has left the list since, this leaf has changed, and what its floor is now does not matter.
      if (right == nullptr || key <= load_word<true>(right->floor)) return true;
      if (!leaf->lock.unchanged(place.version)) return false;
      leaf = right;
    }
  }

  bool find_announced(Key key, Payload& payload) const {
    for (unsigned tries = 0;; retry(tries)) {
      Place place;
      if (!locate(key, place)) continue;
      const bool present = place.leaf->holds(place.slot, key);
      const Payload found = present ? place.leaf->payload(place.slot) : 0;
      if (!place.leaf->lock.unchanged(place.version)) continue;
      if (present) payload = found;
      return present;
    }
  }

  /// Copies entries from `from` on until `out` is full or the leaves end; false when a writer was in the way. Each leaf
  /// counts only when it did not change while it was read, and the next one only when it was still linked after its
  /// version had been taken.
  bool copy_run(Key from, std::span<Entry> out, std::size_t& copied) const {
    Place place;
    if (!locate(from, place)) return false;
    if (out.size() - copied > 1) place.leaf->prefetch();
    const Leaf* leaf = place.leaf;
    VersionLock::Version version = place.version;
    for (std::size_t i = place.slot;; i = 0) {
      const std::size_t size = leaf->size();
      const std::size_t count = i < size ? std::min(size - i, out.size() - copied) : 0;
      const Leaf* const next = leaf->right();
      if (next != nullptr && copied + count < out.size()) next->prefetch();
      for (std::size_t j = 0; j < count; ++j) out[copied + j] = {leaf->key(i + j), leaf->payload(i + j)};
      if (!leaf->lock.unchanged(version)) return false;
      copied += count;
      if (copied == out.size() || next == nullptr) return true;
      const VersionLock::Version next_version = next->lock.read();
      if (!leaf->lock.unchanged(version)) return false;
      leaf = next;
      version = next_version;
    }
  }

  Outcome try_insert(Key key, Payload payload) {
    const RunningOperation operation;
    Place place;
    if (!locate(key, place)) return Outcome::kAgain;
    if (place.leaf->holds(place.slot, key)) {
      return place.leaf->lock.unchanged(place.version) ? Outcome::kRefused : Outcome::kAgain;
    }
    if (place.leaf->full()) return Outcome::kFull;
    if (!place.leaf->lock.lock_if(place.version)) return Outcome::kAgain;
    place.leaf->insert_at(place.slot, key, payload);
    place.leaf->lock.unlock();
    return Outcome::kDone;
  }

  Outcome try_erase(Key key, bool& thin) {
    const RunningOperation operation;
    Place place;
    if (!locate(key, place)) return Outcome::kAgain;
    if (!place.leaf->holds(place.slot, key)) {
      return place.leaf->lock.unchanged(place.version) ? Outcome::kRefused : Outcome::kAgain;
    }
    if (!place.leaf->lock.lock_if(place.version)) return Outcome::kAgain;
    place.leaf->erase_at(place.slot);
    thin = place.leaf->size() <= Leaf::kThin;
    place.leaf->lock.unlock();
    return Outcome::kDone;
  }

  /// Most changes are shorter than it takes to sleep and wake up.
  std::unique_lock<std::mutex> hold_structure() {
    std::unique_lock lock(structure_, std::try_to_lock);
    for (unsigned spins = 0; !lock.owns_lock() && spins < kPatience; ++spins) {
      VersionLock::pause(0);
      lock.try_lock();
    }
    if (!lock.owns_lock()) lock.lock();
    return lock;
  }

  /// Inserts into a leaf that is full, if it still is.
  Outcome try_split(Key key, Payload payload) {
    Leaf* const right = leaves_.take();  // beforehand: a page fault keeps nobody waiting
    const Outcome outcome = split_to(right, key, payload);
    if (outcome != Outcome::kDone) leaves_.give(right);
    return outcome;
  }

  Outcome split_to(Leaf* right, Key key, Payload payload) {
    const auto guard = hold_structure();  // nothing of the directory is freed, nor is any leaf split or merged
    Place place;
    if (!locate(key, place)) return Outcome::kAgain;
    Leaf* const leaf = place.leaf;
    if (leaf->holds(place.slot, key) || !leaf->full() || !leaf->lock.lock_if(place.version)) return Outcome::kAgain;
    // A reader may have come to it by an old hint, and has to see that it changes.
    right->lock.lock();
    split_routed_leaf(*leaf, *right, place.slot, key, payload);
    const Boundary<Leaf> boundary{right->floor, right};
    right->lock.unlock();
    leaf->lock.unlock();
    directory_.insert(leaf, boundary);
    directory_.clean();
    return Outcome::kDone;
  }

  /// Merges the leaf of `key` with its right neighbour, if it is thin and both fit into one: with room to spare unless
  /// one is empty.
  void take_in_right(Key key) {
    const auto guard = hold_structure();
    Leaf* const leaf = directory_.find(key);  // no hint: this thread alone can change it
    Leaf* const right = leaf->right();
    if (right == nullptr) return;
    leaf->lock.lock();
    right->lock.lock();
    const bool merges = leaf->takes_in(*right) && directory_.remove(right->floor, leaf, right);
    if (merges) {
      leaf->merge(*right);
      store_word<true>(right->floor, ~Key{0});
    }
    right->lock.unlock();
    leaf->lock.unlock();
    if (!merges) return;
    leaves_.give(right);
    directory_.shrink();
    directory_.clean();
  }

  void find_group(std::span<const Key> keys, Payload* payloads, bool* found) const {
    const Directory::RoutedBucket* buckets[kGroup];
    Leaf* leaves[kGroup];
    Place places[kGroup];
    for (std::size_t i = 0; i < keys.size(); ++i) {
      buckets[i] = directory_.bucket_of(keys[i]);
      buckets[i]->prefetch();
    }
    for (std::size_t i = 0; i < keys.size(); ++i) {
      leaves[i] = buckets[i]->find(keys[i]);
      if (leaves[i] != nullptr) leaves[i]->prefetch_keys();
    }
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (settle(leaves[i], keys[i], places[i])) {
        __builtin_prefetch(places[i].leaf->payloads + places[i].slot);
      } else {
        places[i].leaf = nullptr;
      }
    }
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const Place& place = places[i];
      if (place.leaf != nullptr) {
        found[i] = place.leaf->holds(place.slot, keys[i]);
        if (found[i]) payloads[i] = place.leaf->payload(place.slot);
        if (place.leaf->lock.unchanged(place.version)) continue;
      }
      found[i] = find_announced(keys[i], payloads[i]);
    }
  }

  Leaf* first_ = nullptr;  ///< never merged into another
  Directory directory_;
  NodePool<Leaf, true, kPagesAhead> leaves_;
  alignas(64) std::mutex structure_;  ///< held by who changes which leaves there are
};

}  // namespace omenbench
