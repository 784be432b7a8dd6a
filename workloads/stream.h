// From a workload and the keys of a row to one operation stream, with the answers that a correct index must give.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/operation.h"
#include "workloads/population.h"
#include "workloads/workload.h"

namespace omenbench {

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
  double warmup_share = 0.1;  ///< warm-up operations as a share of `operations`
};

/// The reference at one prefix: what every thread's checksum must be, for the answers and for re-reading each of its
/// written keys (in stream order of its writes) afterwards.
struct Reference {
  std::uint64_t operations = 0;
  std::vector<std::uint64_t> checksum;        ///< per thread
  std::vector<std::uint64_t> final_checksum;  ///< per thread; empty AnswerChecksum value when nothing was written
};

/// Operations of one round, thread by thread, and their reference. A prefix of p operations is the first p / threads
/// (rounded down, at least 1) of every thread.
struct Stream {
  std::vector<std::vector<Operation>> threads;
  /// [thread][phase]: how many of the thread's operations lie before the phase's end; the last is their count.
  std::vector<std::vector<std::uint64_t>> phase_ends;
  std::vector<std::vector<Operation>> warmup;         ///< lookups only, another seed
  std::vector<std::vector<std::uint64_t>> positions;  ///< read-only streams: as ThreadStream wants them; else empty
  std::vector<Reference> references;                  ///< one per distinct prefix, ascending
  std::string sha256;                                 ///< of all operations, in thread order
  /// Realised shares, for the result: {"lookup": 0.5003, ..., "hit_ratio": 0.998, "top_key_share": 0.0461}.
  std::vector<std::pair<std::string, double>> realised;
  std::vector<std::string> notes;  ///< "no gaps between keys: misses lie outside the range"
};

/// Throws Error when the workload is impossible on these keys (more inserts than held-out keys, misses on a set that
/// fills 2^64, ...).
Stream generate_stream(const Workload& workload, const Population& population, const StreamRequest& request);

}  // namespace omenbench
