// One trial as a process: writes the request, starts the worker, waits within the limits, checks every answer against
// the reference and turns the outcome into a TrialRecord.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/memory_group.h"
#include "harness/process.h"
#include "harness/shared_segment.h"
#include "harness/trial_material.h"
#include "harness/trial_record.h"
#include "harness/workers.h"

namespace omenbench {

/// Limits and options that hold for every trial of a run.
struct TrialLimits {
  std::uint64_t timeout_ms = 60'000;     ///< beyond the time that the open pass is meant to take
  std::uint64_t memory_limit_bytes = 0;  ///< RLIMIT_AS beyond what is shared with the coordinator; 0: none
  std::vector<std::int32_t> cpus{};      ///< pin thread t to cpus[t % size]; empty: no pinning
  bool huge_pages = false;
  double ns_per_tick = 0;
  std::uint64_t search_p99_ns = 0;  ///< the open pass searches the highest rate under this limit; 0: it keeps its rates
  std::uint64_t evict_bytes = 0;    ///< not 0: caches are evicted before every operation, and latency is all there is
  std::uint64_t windows = 0;        ///< of the time line; 0: none
  bool oversubscribed = false;      ///< more threads than CPUs
  /// Command that the worker runs under ([0]: its path), such as an instrument that counts; then its throughput pass is
  /// all there is, and no limit of memory holds. Empty: none.
  std::vector<std::string> launcher{};
  const MemoryGroup* memory = nullptr;         ///< that trials run in; null: none
  const MemoryGroup* server_memory = nullptr;  ///< that private servers run in; null: none
};

/// What one cell runs.
struct TrialLength {
  std::uint64_t operations = 0;       ///< of the round, in the closed passes
  std::uint64_t open_operations = 0;  ///< in the open pass; 0: it is left out
};

/// Where an engine keeps this row's table. Connection strings stay in memory and pipes.
struct EngineTable {
  std::string directory;
  std::string connection;
  std::string table;
};

/// Runs one trial over the first operations of the round.
TrialRecord run_trial_process(const WorkerIndex& index, const RowMaterial& row, const RoundMaterial& round,
                              const TrialLength& length, bool mutates, const EngineTable& table,
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
