// The delta of an index that is rebuilt: what was inserted since the last rebuild began. A B-tree, because it has to
// answer point lookups, ordered reads and inserts at up to a tenth of all keys; and while a successor of the static
// part is built from it, a second one on top.
//
// needs: absl/container/btree_map.h absl::btree (libabsl-dev)
#pragma once

#include <absl/container/btree_map.h>

#include <vector>

#include "core/types.h"

namespace omenbench {

using Delta = absl::btree_map<Key, Payload>;

/// All of it, ascending. Another thread may overwrite payloads meanwhile, as relaxed atomic words.
inline std::vector<Entry> entries_of(const Delta& delta) {
  std::vector<Entry> entries;
  entries.reserve(delta.size());
  for (const auto& [key, payload] : delta) entries.push_back({key, __atomic_load_n(&payload, __ATOMIC_RELAXED)});
  return entries;
}

/// Walks through up to two deltas with disjoint keys as if they were one. Two, because during a rebuild in the
/// background the first is frozen; it may hold keys that were erased since, which `Erased(key)` tells.
template <class Erased>
class DeltaCursor {
 public:
  /// `frozen` may be nullptr.
  DeltaCursor(const Delta& live, const Delta* frozen, Key from, Erased erased) : live_(live), erased_(erased) {
    live_at_ = live.lower_bound(from);
    if (frozen != nullptr) {
      frozen_at_ = frozen->lower_bound(from);
      frozen_end_ = frozen->end();
      skip_erased();
    }
    choose();
  }

  bool at_end() const { return at_end_; }
  /// REQUIRES: !at_end().
  Key key() const { return entry_.key; }
  const Entry& entry() const { return entry_; }

  void advance() {
    if (from_frozen_) {
      ++frozen_at_;
      skip_erased();
    } else {
      ++live_at_;
    }
    choose();
  }

 private:
  void skip_erased() {
    while (frozen_at_ != frozen_end_ && erased_(frozen_at_->first)) ++frozen_at_;
  }

  void choose() {
    const bool live_ended = live_at_ == live_.end();
    const bool frozen_ended = frozen_at_ == frozen_end_;
    at_end_ = live_ended && frozen_ended;
    if (at_end_) return;
    from_frozen_ = !frozen_ended && (live_ended || frozen_at_->first < live_at_->first);
    const auto& [key, payload] = from_frozen_ ? *frozen_at_ : *live_at_;
    entry_ = {key, payload};
  }

  const Delta& live_;
  Erased erased_;
  Delta::const_iterator live_at_{};
  Delta::const_iterator frozen_at_{};
  Delta::const_iterator frozen_end_{};
  Entry entry_{};
  bool from_frozen_ = false;
  bool at_end_ = false;
};

}  // namespace omenbench
