// The table of an engine in a row: loaded once by a worker of its own, and dropped whatever becomes of the coordinator.
#pragma once

#include <string>

#include "harness/process.h"
#include "harness/shared_segment.h"
#include "harness/trial_limits.h"
#include "harness/trial_material.h"
#include "harness/trial_record.h"
#include "harness/workers.h"

namespace omenbench {

/// Where an engine keeps this row's table. Connection strings stay in memory and pipes.
struct EngineTable {
  std::string directory;
  std::string connection;
  std::string table;
  bool given = false;  ///< on a server that a person gave
};

/// Creates and loads an engine's table; the record holds build time, bytes, version and settings.
TrialRecord load_engine_table(const WorkerIndex& index, const RowMaterial& row, const EngineTable& table,
                              const TrialLimits& limits);

/// A process that drops an engine's table when this object goes away, or when the coordinator dies.
class TableDropper {
 public:
  TableDropper(const WorkerIndex& index, const EngineTable& table);
  TableDropper(TableDropper&&) = default;
  ~TableDropper();
  /// Whether the table lies on a server that a person gave.
  bool given() const { return given_; }
  /// Drops now. Returns the reason when that failed, else nothing.
  std::string drop();

 private:
  std::string name_, table_;
  bool given_;
  SharedSegment control_;
  Pipe lifeline_;
  Process process_;
};

}  // namespace omenbench
