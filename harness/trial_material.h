// What trials share through memory: the entries of a row, and the operation stream of a round.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/types.h"
#include "harness/shared_segment.h"
#include "harness/trial_samples.h"
#include "harness/worker_protocol.h"
#include "workloads/stream.h"

namespace omenbench {

/// What all trials of a row share: the entries to load. `key_text`: of byte strings, which the entries are places in.
/// `record_size`: of payloads that are records; else 0.
struct RowMaterial {
  RowMaterial(std::span<const Entry> loaded, std::uint64_t seed,
              std::optional<std::string_view> key_text = std::nullopt, bool keys_repeat = false,
              std::uint64_t record_size = 0);
  SharedSegment entries;
  SharedSegment text;  ///< empty with 64-bit keys
  std::uint64_t entry_count = 0;
  std::uint64_t payload_seed = 0;
  bool repeats = false;            ///< keys repeat: indexes run as where_keys_repeat (core/registry.h) has them
  std::uint64_t record_bytes = 0;  ///< not 0: indexes run as with_records (core/registry.h) has them

  std::uint64_t shared_bytes() const { return entries.size() + text.size(); }
};

/// What all trials of a round share: the operation stream, and the reference that stays here.
struct RoundMaterial {
  /// `phases` as many as the stream has; none: they have neither names nor rates. `arrival_seed`: also draws when
  /// operations arrive in the open pass. What `stream` holds is freed part by part.
  /// `key_text`: that of the row; its keys are copied in the order of the operations.
  explicit RoundMaterial(Stream stream, std::vector<PhasePlan> phases = {},
                         std::optional<std::uint64_t> arrival_seed = std::nullopt,
                         std::optional<std::string_view> key_text = std::nullopt);
  SharedSegment stream;
  SharedSegment text;       ///< empty with 64-bit keys
  SharedSegment positions;  ///< empty when the stream writes
  SharedSegment arrivals;   ///< empty without an open pass
  std::vector<ThreadLayout> threads;
  std::vector<PhasePlan> phases;
  std::array<std::uint64_t, kPasses> stretch_of{};  ///< as in Stream
  std::uint64_t stretch_operations = 0;             ///< of all threads, in each stretch
  std::vector<std::vector<Reference>> references;   ///< of each stretch
  std::string sha256;

  bool offers(Pass pass) const { return stretch_of[static_cast<int>(pass)] != kNoStretch; }

  std::uint64_t shared_bytes() const { return stream.size() + text.size() + positions.size() + arrivals.size(); }
};

}  // namespace omenbench
