// The keys of a row: which are loaded first, and in which order the others come. The same in every round of the row.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/types.h"
#include "workloads/workload.h"

namespace omenbench {

/// What is known of a row's keys beyond their set. All ordinals refer to the strictly ascending keys.
struct KeyHistory {
  /// The ordinal of each of the dataset's rows, in their order; for recorded arrivals and access traces.
  std::span<const std::uint32_t> rows{};
  /// Ordinals, ascending, of the keys that come from InsertSource; for workloads that have one.
  std::span<const std::uint32_t> foreign{};
  /// Keys repeat: they ascend, but not strictly, and each is an entry of its own. For workloads that only read.
  bool repeat = false;
};

class Population {
 public:
  /// `keys` must outlive this object. Throws Error when the workload is impossible on them.
  Population(const Workload& workload, std::span<const Key> keys, std::uint64_t row_seed, KeyHistory history = {});

  /// Strictly ascending (ascending, where they repeat): the keys that may ever be present. All of them when the
  /// workload inserts, else the loaded.
  std::span<const Key> keys() const { return loaded_only_ ? std::span<const Key>(subset_) : keys_; }
  bool loaded(std::uint64_t ordinal) const {
    return loaded_.empty() || ((loaded_[ordinal / 64] >> (ordinal % 64)) & 1U) != 0;
  }
  std::uint64_t loaded_count() const { return loaded_count_; }
  /// Ordinals in their order of arrival, loaded ones first; empty: none in particular (a random one will do).
  std::span<const std::uint32_t> arrival() const { return arrival_; }
  /// Ordinals of the recorded accesses to keys(); empty when the workload replays none.
  std::span<const std::uint32_t> accesses() const { return accesses_; }
  bool keys_repeat() const { return keys_repeat_; }
  /// What is bulk loaded, ascending.
  std::vector<Entry> entries(std::uint64_t payload_seed) const;

 private:
  void arrange(const Workload& workload, std::uint64_t row_seed, const KeyHistory& history);
  void load_random(std::uint64_t row_seed);
  void load_first();
  void keep_loaded_only();

  std::span<const Key> keys_;
  std::uint64_t loaded_count_ = 0;
  std::vector<std::uint64_t> loaded_;  ///< bitmap; empty: all
  std::vector<std::uint32_t> arrival_;
  std::vector<std::uint32_t> accesses_;
  bool loaded_only_ = false;
  bool keys_repeat_ = false;
  std::vector<Key> subset_;  ///< what is loaded, where nothing else ever will be
};

/// A universe of two sources, for workloads with an InsertSource: `bulk_load` of `own`, chosen at random, and `other`,
/// rescaled onto the range of `own` where asked for, less what both have.
struct MixedKeys {
  std::vector<Key> keys;               ///< strictly ascending
  std::vector<std::uint32_t> foreign;  ///< as KeyHistory wants them
};
MixedKeys mix_keys(const Workload& workload, std::span<const Key> own, std::span<const Key> other, std::uint64_t seed);

}  // namespace omenbench
