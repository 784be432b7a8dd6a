// From a workload and the keys of a row to one operation stream, with the answers that a correct index must give.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/operation.h"
#include "core/passes.h"
#include "core/trial_io.h"
#include "workloads/population.h"
#include "workloads/workload.h"

namespace omenbench {

/// Fewest warm-up operations, over all threads, of a row that only reads, if it has four times as many keys: with the
/// lines that each of them touches, enough to turn over tens of megabytes of cache.
inline constexpr std::uint64_t kWarmOperations = std::uint64_t{1} << 17;

struct StreamRequest {
  std::uint64_t payload_seed = 0;  ///< for payload_of
  std::uint64_t seed = 0;          ///< of this round
  /// Seed of what must stay the same in every round of a row: which ranks are hot. That of the population.
  std::uint64_t row_seed = 0;
  std::uint64_t operations = 0;  ///< longest prefix, over all threads
  /// Operation counts (over all threads) at which checksums are kept, each in [1, operations]. None: only the whole,
  /// which is all that a workload of several phases allows: a prefix would cut its last phases off.
  std::vector<std::uint64_t> prefixes;
  std::uint64_t threads = 1;
  /// Warm-up operations as a share of `operations`; in rows that only read at least kWarmOperations or a fourth of the
  /// keys, because every pass is to find the caches as a long one leaves them.
  double warmup_share = 0.1;
  /// Bit (1 << Pass) for each pass that will run.
  std::uint32_t passes = kClosedPasses;
  /// Byte strings: the row's text, in which the population's keys are places (core/key_kind.h). None: 64-bit keys.
  std::optional<std::string_view> key_text{};
  /// Size of a record where payloads are more than a word (core/record.h); else 0.
  std::uint64_t record_bytes = 0;
};

/// The reference at one prefix: what every thread's checksum must be, for the answers and for re-reading each of its
/// written keys (in stream order of its writes) afterwards.
struct Reference {
  std::uint64_t operations = 0;
  std::vector<std::uint64_t> checksum;        ///< per thread
  std::vector<std::uint64_t> final_checksum;  ///< per thread; empty AnswerChecksum value when nothing was written
};

/// What one pass walks through, thread by thread, and its reference. A prefix of p operations is the first p / threads
/// (rounded down, at least 1) of every thread.
struct Stretch {
  std::vector<std::vector<Operation>> threads;
  std::vector<std::vector<std::uint64_t>> positions;  ///< read-only streams: as ThreadStream wants them; else empty
  std::vector<Reference> references;                  ///< one per distinct prefix, ascending
};

inline constexpr std::uint64_t kNoStretch = ~std::uint64_t{0};

/// The operations of one round. Every pass of a read-only stream has a stretch of its own, drawn alike from another
/// seed: one that walked the operations of the pass before it would measure the caches that those have warmed. Passes
/// over a stream that writes each start from pristine contents, and share one.
struct Stream {
  std::vector<Stretch> stretches;  ///< of equal sizes; that of the throughput pass is the first
  /// Number of each pass's stretch; kNoStretch where a pass was not asked for, or cannot run.
  std::array<std::uint64_t, kPasses> stretch_of{};
  /// [thread][phase]: how many of the thread's operations lie before the phase's end; the last is their count.
  std::vector<std::vector<std::uint64_t>> phase_ends;
  std::vector<std::vector<Operation>> warmup;                ///< lookups only, another seed; the same for every pass
  std::vector<std::vector<std::uint64_t>> warmup_positions;  ///< as Stretch::positions
  std::string sha256;  ///< of the first stretch, in thread order: the same whichever passes are asked for
  /// Realised shares, for the result: {"lookup": 0.5003, ..., "hit_ratio": 0.998, "top_key_share": 0.0461}.
  std::vector<std::pair<std::string, double>> realised;
  /// Byte strings: the text of keys that are missing, whose places go on behind those of the row's text.
  std::string missing_text;
  std::vector<std::string> notes;  ///< "no gaps between keys: misses lie outside the range"
};

/// Throws Error when the workload is impossible on these keys (more inserts than held-out keys, misses on a set that
/// fills 2^64, ...).
Stream generate_stream(const Workload& workload, const Population& population, const StreamRequest& request);

}  // namespace omenbench
