// Any static learned index made updatable in the simplest way: a sorted delta takes the inserts, and when it has grown
// to a share of the index everything is merged and the model trained anew. This is the design that published claims
// about the cost of retraining are about (Kraska et al., "The case for learned index structures", SIGMOD 2018, section
// 3.7.1 and appendix D.1, propose it; Tang et al., "XIndex", PPoPP 2020, section 2.2, and Ding et al., "ALEX", SIGMOD
// 2020, section 1, argue against it), so it is made as fast as it can be:
//
// - The static part is asked first and is always right about the keys it holds: they are overwritten, erased (a mark in
//   place, the tombstone) and revived there, so that most operations never look at the delta.
// - The delta holds only keys that the static part does not hold, so the two are never compared.
// - Inline, an insert now and then waits for a rebuild. In the background a thread builds the successor from the static
//   part and the frozen delta while a second delta takes new keys (rebuilt_background.h); the next write after it is
//   done adopts it. While it works, more keys may arrive than a delta is meant to hold: nobody waits for the builder.
//
// needs: absl/container/flat_hash_set.h absl::flat_hash_set (libabsl-dev)
#pragma once

#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "core/index.h"
#include "harness/clock.h"
#include "indexes/learned/rebuilt_background.h"
#include "indexes/learned/rebuilt_delta.h"
#include "indexes/learned/rebuilt_run.h"

namespace omenbench {

enum class Retraining : std::uint8_t { kInline, kBackground };

/// `Locator` is one of StaticIndex. Retrains when inserted and erased keys make up `kDeltaPercent` of the static part.
template <class Locator, std::size_t kDeltaPercent, Retraining kRetraining>
class Rebuilt {
 public:
  void build(std::span<const Entry> entries) { base_ = std::make_unique<Run>(entries); }

  bool find(Key key, Payload& payload) const {
    const std::size_t i = base_->position_of(key);
    if (base_->holds(i, key)) {
      if (base_->dead(i)) return false;
      payload = base_->payload(i);
      return true;
    }
    const Payload* const added = find_added(key);
    if (added == nullptr) return false;
    payload = *added;
    return true;
  }

  bool lower_bound(Key key, Entry& entry) const {
    const std::size_t i = base_->next_living(base_->lower_bound(key));
    const auto added = added_from(key);
    const bool in_base = i < base_->size();
    if (!in_base && added.at_end()) return false;
    entry = in_base && (added.at_end() || base_->keys()[i] < added.key()) ? base_->entry(i) : added.entry();
    return true;
  }

  std::size_t scan(Key from, std::span<Entry> out) const {
    const Run& base = *base_;
    std::size_t i = base.lower_bound(from);
    std::size_t count = 0;
    for (auto added = added_from(from); !added.at_end() && count < out.size(); added.advance()) {
      i = copy_base(i, added.key(), out, count);
      if (count < out.size()) out[count++] = added.entry();
    }
    copy_base(i, ~Key{0}, out, count);
    if (count < out.size()) copy_last(out, count);
    return count;
  }

  bool update(Key key, Payload payload) {
    adopt_if_ready();
    const std::size_t i = base_->position_of(key);
    if (base_->holds(i, key)) {
      if (base_->dead(i)) return false;
      base_->set_payload(i, payload);
      record(key, payload, true);
      return true;
    }
    if (const auto it = live_.find(key); it != live_.end()) {
      it->second = payload;
      return true;
    }
    Payload* const frozen = find_frozen(key);
    if (frozen == nullptr) return false;
    Run::store(*frozen, payload);
    record(key, payload, true);
    return true;
  }

  bool insert(Key key, Payload payload) {
    adopt_if_ready();
    const std::size_t i = base_->position_of(key);
    if (base_->holds(i, key)) {
      if (!base_->dead(i)) return false;
      base_->revive(i, payload);
      record(key, payload, true);
      return true;
    }
    if (rebuild_ != nullptr) {
      if (const auto it = frozen_.find(key); it != frozen_.end()) {
        if (erased_.erase(key) == 0) return false;
        Run::store(it->second, payload);
        record(key, payload, true);
        return true;
      }
    }
    if (!live_.emplace(key, payload).second) return false;
    retrain_if_due();
    return true;
  }

  bool erase(Key key) {
    adopt_if_ready();
    const std::size_t i = base_->position_of(key);
    if (base_->holds(i, key)) {
      if (base_->dead(i)) return false;
      base_->kill(i);
      record(key, 0, false);
      retrain_if_due();
      return true;
    }
    if (live_.erase(key) == 1) return true;
    if (find_frozen(key) == nullptr) return false;
    erased_.insert(key);
    record(key, 0, false);
    return true;
  }

  /// Of rebuilds that were adopted. Stalls are the owner's: a whole rebuild inline; starting and adopting one else.
  std::vector<Counter> counters() const {
    return {{"retrains", retrains_}, {"retrain_ns", retrain_ns_}, {"longest_stall_ns", longest_stall_ns_}};
  }

 private:
  using Run = SortedRun<Locator>;
  using Rebuild = BackgroundRebuild<Run>;

  /// Below this a rebuild costs less than the bookkeeping around it.
  static constexpr std::size_t kSmallestDelta = 512;
  static constexpr bool kBackground = kRetraining == Retraining::kBackground;

  const Payload* find_added(Key key) const {
    if (const auto it = live_.find(key); it != live_.end()) return &it->second;
    return const_cast<Rebuilt*>(this)->find_frozen(key);
  }

  /// The payload of a key of the frozen delta that was not erased since.
  Payload* find_frozen(Key key) {
    if (!kBackground || rebuild_ == nullptr) return nullptr;
    const auto it = frozen_.find(key);
    return it == frozen_.end() || erased_.contains(key) ? nullptr : &it->second;
  }

  auto added_from(Key from) const {
    const auto erased = [this](Key key) { return erased_.contains(key); };
    return DeltaCursor(live_, kBackground && rebuild_ != nullptr ? &frozen_ : nullptr, from, erased);
  }

  /// Appends living entries from position `i` with keys below `border` to `out`; returns the position after them.
  std::size_t copy_base(std::size_t i, Key border, std::span<Entry> out, std::size_t& count) const {
    const Run& base = *base_;
    const Key* const keys = base.keys();
    std::size_t filled = count;
    if (base.dead_count() == 0) {
      for (; keys[i] < border && filled < out.size(); ++i) out[filled++] = base.entry(i);
    } else {
      for (i = base.next_living(i); keys[i] < border && filled < out.size(); i = base.next_living(i + 1)) {
        out[filled++] = base.entry(i);
      }
    }
    count = filled;
    return i;
  }

  /// Appends the entry of key 2^64-1, which no border is above, if the static part holds it.
  void copy_last(std::span<Entry> out, std::size_t& count) const {
    const std::size_t size = base_->size();
    if (size > 0 && base_->keys()[size - 1] == ~Key{0} && !base_->dead(size - 1)) out[count++] = base_->entry(size - 1);
  }

  void record(Key key, Payload payload, bool alive) {
    if constexpr (kBackground) {
      if (rebuild_ != nullptr) rebuild_->record({key, payload, alive});
    }
  }

  void retrain_if_due() {
    if (rebuild_ != nullptr) return;
    const std::size_t waiting = live_.size() + base_->dead_count();
    if (waiting < std::max(kSmallestDelta, base_->size() / 100 * kDeltaPercent)) return;
    const std::uint64_t start = steady_now_ns();
    if constexpr (kBackground) {
      frozen_ = std::exchange(live_, {});
      rebuild_ = std::make_unique<Rebuild>(*base_, frozen_);
    } else {
      base_ = std::make_unique<Run>(base_->merged_with(entries_of(live_)));
      live_.clear();
      ++retrains_;
      retrain_ns_ += steady_now_ns() - start;
    }
    longest_stall_ns_ = std::max(longest_stall_ns_, steady_now_ns() - start);
  }

  void adopt_if_ready() {
    if (!kBackground || rebuild_ == nullptr || !rebuild_->ready()) return;
    const std::uint64_t start = steady_now_ns();
    typename Rebuild::Result result = rebuild_->finish();
    rebuild_.reset();
    base_.swap(result.run);
    live_.merge(result.revived);
    // Returning large arrays to the kernel takes milliseconds.
    janitor_ = std::jthread([run = std::move(result.run), delta = std::exchange(frozen_, {})] {});
    erased_.clear();
    ++retrains_;
    retrain_ns_ += result.build_ns;
    longest_stall_ns_ = std::max(longest_stall_ns_, steady_now_ns() - start);
    retrain_if_due();
  }

  std::unique_ptr<Run> base_;
  Delta live_;
  // During a rebuild in the background:
  Delta frozen_;                     ///< keys are fixed, payloads are not
  absl::flat_hash_set<Key> erased_;  ///< keys of frozen_
  std::uint64_t retrains_ = 0;
  std::uint64_t retrain_ns_ = 0;
  std::uint64_t longest_stall_ns_ = 0;
  std::jthread janitor_;              ///< frees what the last rebuild replaced
  std::unique_ptr<Rebuild> rebuild_;  ///< last: its thread reads the static part and the frozen delta
};

}  // namespace omenbench
