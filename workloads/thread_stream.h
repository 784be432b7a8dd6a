// The operations of one thread and the answers that a correct index must give to them.
//
// Threads: every thread writes only keys of its own partition (ordinal % threads == thread), so that its answers do not
// depend on how threads interleave. What the others see is restricted to what cannot change under them:
//   rows that write, but keep their keys: lookups of foreign keys check presence only; scans check their count only;
//     lower bounds ask for own keys.
//   rows that insert or erase: lookups and lower bounds ask for own keys; scans start where so many keys were loaded
//     above that even every erase of the stream leaves enough of them, so that the count is known.
// Misses fall between keys of the universe, which no thread ever inserts.
#pragma once

#include <array>
#include <cassert>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/operation.h"
#include "core/page_allocator.h"
#include "core/rng.h"
#include "workloads/key_chooser.h"
#include "workloads/live_keys.h"
#include "workloads/missing_keys.h"
#include "workloads/stream.h"

namespace omenbench {

/// Draws operation kinds with the shares of a phase's mix.
class KindPicker {
 public:
  KindPicker(const WorkloadPhase& phase, std::uint64_t seed) : rng_(seed) {
    double sum = 0;
    for (int kind = 0; kind < kOpKinds; ++kind) {
      if (phase.mix[kind] <= 0) continue;
      sum += phase.mix[kind];
      kinds_[count_] = static_cast<OpKind>(kind);
      limits_[count_++] = sum;
    }
    assert(count_ > 0);
  }
  OpKind draw() {
    if (count_ == 1) return kinds_[0];
    const double u = rng_.uniform();
    int i = 0;
    while (i + 1 < count_ && u >= limits_[i]) ++i;
    return kinds_[i];
  }

 private:
  Rng rng_;
  int count_ = 0;
  std::array<OpKind, kOpKinds> kinds_{};
  std::array<double, kOpKinds> limits_{};
};

/// The answer word that an operation must get (core/operation.h), and what it is about.
struct Answer {
  std::uint64_t word = 0;
  std::uint64_t ordinal = 0;  ///< of the key; that of the key above for misses
  bool hit = true;
};

/// What all threads of one stream share.
struct Universe {
  Universe(const Workload& w, const StreamRequest& r, const Population& p)
      : workload(w),
        request(r),
        population(p),
        keys(p.keys()),
        live(keys, r.payload_seed, w.mutates(), r.key_text ? r.key_text->data() : nullptr, p.keys_repeat(),
             r.record_bytes) {}

  const Workload& workload;
  const StreamRequest& request;
  const Population& population;
  std::span<const Key> keys;  ///< those that may ever be present
  LiveKeys live;
  std::optional<MissingKeys> missing;
  bool shared_writes = false;          ///< several threads, and some of them write
  std::uint64_t scan_start_limit = 0;  ///< in rows that reshape with several threads: scans start below this ordinal
  PageArray<std::uint32_t> touches;    ///< per key, where the chooser is skewed
};

/// Draws the lengths of a phase's scans.
class LengthPicker {
 public:
  explicit LengthPicker(const ScanLength& length)
      : length_(length),
        count_(length.longest - length.shortest + 1),
        zipf_(length.theta > 0 ? count_ : 1, length.theta > 0 ? length.theta : 1.0) {}
  std::uint32_t draw(Rng& rng) const {
    if (count_ == 1) return length_.shortest;
    return length_.shortest + static_cast<std::uint32_t>(length_.theta > 0 ? zipf_.draw(rng) : rng.below(count_));
  }

 private:
  ScanLength length_;
  std::uint32_t count_;
  Zipf zipf_;
};

/// Where a thread's chooser starts when it walks through the keys, or through the recorded accesses, of which it has
/// seen so many.
inline Walk walk_of(KeyChooser chooser, std::uint64_t keys, std::uint64_t thread, std::uint64_t threads,
                    std::uint64_t seen) {
  if (chooser == KeyChooser::kRecorded) return {.first = thread + seen * threads, .step = threads};
  return {.first = keys / threads * thread + seen, .step = 1};
}

/// Generates the operations of one thread. Threads must be generated one after the other: they share the universe.
class ThreadStreamMaker {
 public:
  /// `before`: operations of the thread in other stretches, which a walk through the keys continues.
  ThreadStreamMaker(Universe& universe, std::uint64_t thread, std::uint64_t seed, std::uint64_t before);

  /// The seed of a phase's kinds alone, so that they can be counted beforehand.
  static std::uint64_t kind_seed(std::uint64_t seed, std::size_t phase) { return mix64(mix64(seed, "kinds"), phase); }

  /// From now on the operations are those of this phase. REQUIRES: before the first `next`.
  void begin_phase(std::size_t phase);

  /// Writes the next operation into `operation`, a fresh one; the universe then is as if it had been performed. Throws
  /// Error when no key is left for it.
  Answer next(Operation& operation);

  /// Hotspot: whether the last key is one of the hot ones.
  bool last_was_hot() const { return last_was_hot_; }

 private:
  Answer make(Operation& operation);
  Answer lookup(Operation& operation);
  Answer lower_bound(Operation& operation);
  Answer scan(Operation& operation);
  Answer insert(Operation& operation);
  Answer erase(Operation& operation);
  Answer write(Operation& operation, std::uint64_t ordinal, std::uint64_t answer);
  /// What the chooser draws, with the cache misses of its key under way.
  std::uint64_t next_ordinal();
  /// `latest`: the key of an age that the chooser draws.
  std::uint64_t next_by_age();
  /// A live key as the chooser wants it; when it keeps naming absent ones, the next live one after its choice. Where
  /// keys repeat its first entry: a key is drawn as often as it repeats. `own`: of this thread's partition.
  std::uint64_t pick_live(bool own);
  /// The neighbour of `ordinal` in this thread's partition; keeps the chooser's skew.
  std::uint64_t to_own(std::uint64_t ordinal, bool own) const;
  /// True when what other threads do keeps this one to the keys of its own partition.
  bool confined() const { return u_.shared_writes && u_.workload.reshapes(); }
  bool mine(std::uint64_t ordinal) const { return ordinal % threads_ == thread_; }
  /// Puts the held-out keys of this thread in line for their insertion.
  void line_up();
  /// Lists the loaded keys by age, for choosers that go by it.
  void list_ages();

  Universe& u_;
  std::uint64_t thread_;
  std::uint64_t threads_;
  std::uint64_t seed_;
  std::uint64_t before_;
  Rng rng_;
  Rng chooser_rng_;
  const WorkloadPhase* phase_ = nullptr;
  std::optional<KindPicker> kinds_;
  std::optional<KeyPicker> picker_;
  std::optional<LengthPicker> lengths_;
  /// Draws are made this far ahead: otherwise each would wait for its own cache miss.
  struct Drawn {
    std::uint64_t ordinal = 0;
    bool hot = false;
  };
  std::array<Drawn, 32> ahead_{};
  std::size_t next_drawn_ = 0;
  bool last_was_hot_ = false;
  std::vector<std::uint64_t> line_;  ///< keys to insert, in order; an erased key goes to its end
  std::size_t served_ = 0;           ///< of line_
  std::vector<std::uint32_t> ages_;  ///< ordinals in the order in which they came, where a phase chooses by it
  std::uint64_t own_live_ = 0;
  std::uint64_t inserted_ = 0;
  std::uint64_t made_ = 0;
};

}  // namespace omenbench
