// ALEX for several readers and writers at once (Ding et al., "ALEX: an updatable adaptive learned index", SIGMOD 2020;
// Wongkham, Lu, Liu, Zhong, Lo and Wang, "Are updatable learned indexes ready?", PVLDB 15(11), 2022, section 3.2:
// ALEX+, ALEX with optimistic locks; Leis, Haubenschild and Neumann, "Optimistic lock coupling", IEEE Data Engineering
// Bulletin 42(1), 2019). Nodes, models and decisions are those of the single-threaded index (alex.h); a reader takes a
// data node's version, searches, and asks whether the version is still the same.
//
// Why a reader finds its way without looking at any version of an inner node: while a node is in the tree, the range of
// keys that leads to it never shrinks (alex_olc_tree.h). So whatever data node it reaches, that node was the one for
// its key at some moment since it set out, and is so still unless it has been retired, which its version tells. Memory
// of retired nodes is freed after a grace period (limbo.h), and nothing that a reader follows in a node ever leads out
// of it (alex_data_node.h).
//
// Deviations from ALEX+:
// - No lock coupling on the way down, see above: inner nodes are locked only by those who change them.
// - A data node that is full is frozen and replaced by one or two new ones while readers go on in it; it is never
//   rebuilt in place, and neither are inner nodes.
// - Data nodes are not chained. A scan finds the next one from the root by the first key that it has not seen.
// - The deviations of the single-threaded index, which are listed in its files.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "core/index.h"
#include "core/types.h"
#include "indexes/learned/alex_batch.h"
#include "indexes/learned/alex_counters.h"
#include "indexes/learned/alex_olc_actions.h"
#include "indexes/learned/alex_olc_tree.h"
#include "indexes/learned/epochs.h"

namespace omenbench {

/// A scan is atomic data node by data node, everything else as a whole.
class AlexOlc {
 public:
  static constexpr bool kConcurrent = true;

  void build(std::span<const Entry> entries) { tree_.build(entries); }

  bool find(Key key, Payload& payload) const {
    const RunningOperation operation;
    return find_announced(key, payload);
  }

  bool lower_bound(Key key, Entry& entry) const {
    if (lower_bound_in_leaf(key, entry)) return true;
    Entry first;
    if (scan(key, std::span(&first, 1)) == 0) return false;
    entry = first;
    return true;
  }

  std::size_t scan(Key from, std::span<Entry> out) const;

  bool update(Key key, Payload payload) {
    return write<Freeze::kNever>(key, [&](Leaf& leaf) { return leaf.update(key, payload); });
  }
  bool insert(Key key, Payload payload) {
    return write<Freeze::kFull>(key, [&](Leaf& leaf) { return leaf.insert(key, payload) == AlexInsertion::kInserted; });
  }
  bool erase(Key key) {
    return write<Freeze::kSparse>(key, [&](Leaf& leaf) { return leaf.erase(key); });
  }

  void find_batch(std::span<const Key> keys, std::span<Payload> payloads, std::span<bool> found) const {
    const RunningOperation operation;
    for (std::size_t begin = 0; begin < keys.size(); begin += kAlexGroup) {
      const std::size_t count = std::min(kAlexGroup, keys.size() - begin);
      BasicAlexChild<AlexShared> children[kAlexGroup];
      descend_together(tree_.root(), keys.subspan(begin, count), children);
      for (std::size_t i = 0; i < count; ++i) {
        Payload& payload = payloads[begin + i];
        Answer answer = read(*children[i].data(), keys[begin + i], payload);
        if (answer == Answer::kUnknown) {
          answer = find_announced(keys[begin + i], payload) ? Answer::kPresent : Answer::kAbsent;
        }
        found[begin + i] = answer == Answer::kPresent;
      }
    }
  }

  std::vector<Counter> counters() const { return alex_counters(tree_.root(), tree_.events()); }
  std::uint64_t size_bytes() const { return sizeof(*this) + alex_bytes(tree_.root()) + tree_.limbo_bytes(); }

  const AlexOlcTree& tree() const { return tree_; }

 private:
  using Leaf = AlexOlcTree::Leaf;
  enum class Answer : std::uint8_t { kAbsent, kPresent, kUnknown };
  enum class Freeze : std::uint8_t { kNever, kFull, kSparse };
  enum class Outcome : std::uint8_t { kFalse, kTrue, kAgain };

  /// Reads that failed so often in a row keep writers out.
  static constexpr unsigned kPatience = 8;

  static void pause(unsigned tries) {
    if (tries > 1) VersionLock::pause(tries);
  }

  /// kUnknown: a writer was in the way.
  static Answer read(const Leaf& leaf, Key key, Payload& payload) {
    const AlexLock::Version version = leaf.lock.read();
    if (AlexLock::retired(version)) return Answer::kUnknown;
    Payload found = 0;
    const bool present = leaf.find(key, found);
    if (!leaf.lock.unchanged(version)) return Answer::kUnknown;
    if (present) payload = found;
    return present ? Answer::kPresent : Answer::kAbsent;
  }

  bool find_announced(Key key, Payload& payload) const {
    for (unsigned tries = 0;; pause(++tries)) {
      const Answer answer = read(*tree_.leaf(key), key, payload);
      if (answer != Answer::kUnknown) return answer == Answer::kPresent;
    }
  }

  /// False when the answer is not in the leaf of the key, or a writer was in the way.
  bool lower_bound_in_leaf(Key key, Entry& entry) const {
    const RunningOperation operation;
    const Leaf& leaf = *tree_.leaf(key);
    const AlexLock::Version version = leaf.lock.read();
    const std::size_t at = leaf.first_from(key);
    if (AlexLock::retired(version) || at >= leaf.end()) return false;
    const Entry first = leaf.slot(at);
    if (!leaf.lock.unchanged(version)) return false;
    entry = first;
    return true;
  }

  /// Copies entries from `from` on out of one data node, and moves `from` behind what it has seen: 2^64 at the end.
  bool scan_leaf(unsigned __int128& from, std::span<Entry> out, std::size_t& count, bool freeze) const;

  template <Freeze kFreeze, class Act>
  bool write(Key key, Act act) {
    for (unsigned tries = 0;; pause(++tries)) {
      bool changed_shape = false;
      const Outcome outcome = try_write<kFreeze>(key, act, changed_shape);
      if (changed_shape) tree_.clean();
      if (outcome != Outcome::kAgain) return outcome == Outcome::kTrue;
    }
  }

  template <Freeze kFreeze, class Act>
  Outcome try_write(Key key, Act act, bool& changed_shape) {
    const RunningOperation operation;
    Leaf* const leaf = tree_.leaf(key);
    const AlexLock::Version version = leaf->lock.read();
    if (!leaf->lock.try_lock(version)) return Outcome::kAgain;
    if (kFreeze == Freeze::kFull && leaf->needs_room()) {
      leaf->lock.freeze_unchanged();
      tree_.make_room(leaf, key);
      changed_shape = true;
      return Outcome::kAgain;
    }
    if (!act(*leaf)) {
      leaf->lock.unlock_unchanged();
      return Outcome::kFalse;
    }
    if (kFreeze == Freeze::kSparse && leaf->wants_to_shrink()) {
      leaf->lock.freeze();
      tree_.shrink(leaf, key);
      changed_shape = true;
    } else {
      leaf->lock.unlock();
    }
    return Outcome::kTrue;
  }

  AlexOlcTree tree_;
};

inline std::size_t AlexOlc::scan(Key from, std::span<Entry> out) const {
  const RunningOperation operation;
  std::size_t count = 0;
  unsigned __int128 next = from;
  for (unsigned tries = 0; count < out.size() && next <= ~Key{0};) {
    if (scan_leaf(next, out, count, tries >= kPatience)) {
      tries = 0;
    } else {
      pause(++tries);
    }
  }
  return count;
}

inline bool AlexOlc::scan_leaf(unsigned __int128& from, std::span<Entry> out, std::size_t& count, bool freeze) const {
  const Key first = static_cast<Key>(from);
  const Leaf& leaf = *tree_.leaf(first);
  const AlexLock::Version version = leaf.lock.read();
  if (AlexLock::retired(version)) return false;
  if (freeze && !leaf.lock.try_freeze(version)) return false;
  const std::size_t added = leaf.copy(leaf.first_from(first), out.subspan(count));
  bool valid = true;
  unsigned __int128 next = from;
  if (count + added < out.size()) {
    const AlexOlcTree::Reach reach = tree_.reach(first);
    valid = reach.leaf == &leaf;
    next = reach.end;
  }
  if (freeze) {
    leaf.lock.thaw();
  } else {
    valid = valid && leaf.lock.unchanged(version);
  }
  if (!valid) return false;
  count += added;
  // The range can have grown since its end was asked for, and the entries with it.
  from = added == 0 ? next : std::max<unsigned __int128>(next, static_cast<unsigned __int128>(out[count - 1].key) + 1);
  return true;
}

}  // namespace omenbench
