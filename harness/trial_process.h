// One trial as a process: writes the request, starts the worker, waits within the limits, checks every answer against
// the reference and turns the outcome into a TrialRecord.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/types.h"
#include "harness/process.h"
#include "harness/shared_segment.h"
#include "harness/trial_record.h"
#include "harness/worker_protocol.h"
#include "harness/workers.h"
#include "workloads/stream.h"

namespace omenbench {

/// What all trials of a row share: the entries to load.
struct RowMaterial {
  RowMaterial(std::span<const Entry> loaded, std::uint64_t seed);
  SharedSegment entries;
  std::uint64_t entry_count = 0;
  std::uint64_t payload_seed = 0;
};

/// What all trials of a round share: the operation stream, and the reference that stays here.
struct RoundMaterial {
  explicit RoundMaterial(const Stream& stream);
  SharedSegment stream;
  SharedSegment positions;  ///< empty when the stream writes
  std::vector<ThreadLayout> threads;
  std::vector<Reference> references;
  std::string sha256;
};

/// Limits and options that hold for every trial of a run.
struct TrialLimits {
  std::uint64_t timeout_ms = 60'000;
  std::uint64_t memory_limit_bytes = 0;  ///< RLIMIT_AS beyond what is shared with the coordinator; 0: none
  std::vector<std::int32_t> cpus;        ///< pin thread t to cpus[t % size]; empty: no pinning
  bool huge_pages = false;
  double ns_per_tick = 0;
};

/// Where an engine keeps this row's table. Connection strings stay in memory and pipes.
struct EngineTable {
  std::string directory;
  std::string connection;
  std::string table;
};

/// Runs one trial over the first `operations` operations of the round.
TrialRecord run_trial_process(const WorkerIndex& index, const RowMaterial& row, const RoundMaterial& round,
                              std::uint64_t operations, bool mutates, const EngineTable& table,
                              const TrialLimits& limits);

/// Creates and loads an engine's table; the record holds build time, bytes, version and settings.
TrialRecord load_engine_table(const WorkerIndex& index, const RowMaterial& row, const EngineTable& table,
                              const TrialLimits& limits);

/// A process that drops an engine's table when this object goes away, or when the coordinator dies.
class TableDropper {
 public:
  TableDropper(const WorkerIndex& index, const EngineTable& table);
  TableDropper(TableDropper&&) = default;
  ~TableDropper();
  /// Drops now. Returns the reason when that failed, else nothing.
  std::string drop();

 private:
  std::string name_;
  SharedSegment control_;
  Pipe lifeline_;
  Process process_;
};

}  // namespace omenbench
