// What to run, before anything is loaded: a plan file (JSON) or a built-in plan, with the command line on top.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/units.h"
#include "core/page_use.h"
#include "datasets/dataset.h"

namespace omenbench {

/// Operation counts per tier: a slower tier runs a prefix of the same stream.
struct TierOperations {
  std::uint64_t in_process = 1'000'000;
  std::uint64_t embedded = 100'000;
  std::uint64_t server = 20'000;
  bool forced = false;  ///< by --ops: holds even for workloads that name their own count
};

/// Everything that shapes a run. Stored in the journal, so that `--resume` needs nothing but the directory.
struct Plan {
  std::string name = "custom";
  std::string description;
  /// Each entry is a list of alternatives: the first that can be loaded is taken, and a replacement is said aloud.
  std::vector<std::vector<std::string>> datasets;
  std::vector<std::string> indexes;    ///< names and globs
  std::vector<std::string> workloads;  ///< names, globs and files
  std::string focus;                   ///< index that is compared with every other; empty: those of plugins
  std::string versus;                  ///< index or engine that every other is compared with; empty: none
  std::vector<std::uint64_t> keys;     ///< empty: each dataset as it is
  std::vector<std::uint64_t> threads{1};
  TierOperations operations;
  std::vector<std::string> passes;      ///< of a closed loop, by kPassNames and in their order; empty: all that apply
  std::optional<std::uint64_t> blocks;  ///< exactly so many rounds; none: adaptive
  double budget_s = 600;
  double timeout_s = 60;
  std::uint64_t memory_limit_bytes = 0;     ///< of each trial; 0: nine tenths of what is available
  double rate = 0;                          ///< arrivals per second over all threads; 0: closed loop only
  bool search_rate = false;                 ///< searches the highest rate whose p99 stays at or below p99_limit_s
  double p99_limit_s = 0;                   ///< 0: none
  double duration_s = 5;                    ///< of the open pass at a given rate
  bool explain = false;                     ///< counts what the processor does, once per cell
  std::uint64_t timeline = 0;               ///< windows of the latency pass; 0: no time line
  bool cold = false;                        ///< evicts caches before every operation, by reading cold_bytes
  std::uint64_t cold_bytes = 0;             ///< 0: twice the largest cache
  std::uint64_t memory_pressure_bytes = 0;  ///< all that a trial, and a private server, may hold; 0: no such limit
  std::uint64_t pool_bytes = 0;             ///< for pages, of engines that take a size
  std::uint64_t seed = 1;
  std::vector<std::int32_t> pin;
  bool huge_pages = false;
  std::string isa;
  Duplicates duplicates = Duplicates::kDrop;
  std::uint64_t record_bytes = 0;  ///< of the record beside each key; 0: a word
  std::vector<std::string> extra_workers;
  bool default_indexes = false;  ///< those of a plan, of which none was named on a command line; no plan file
  bool byte_strings = false;     ///< datasets may hold them: a command that can measure them says so, no plan file
  /// "FOLDER" or "LABEL=FOLDER": programs of PostgreSQL for the postgres engines, or for further ones (ServerPrograms).
  std::vector<std::string> pg_bin;
  std::vector<std::string> plugins;  ///< absolute paths of shared objects; all their indexes take part
};

/// A built-in plan by name, or a plan file. Throws Error naming file and field.
Plan load_plan(const std::string& name_or_file);
bool is_built_in_plan(const std::string& name);

struct PlanListing {
  std::string name, description;
};
std::vector<PlanListing> list_plans();

nlohmann::ordered_json to_json(const Plan& plan);
/// `where` names the source in errors.
Plan plan_from_json(const nlohmann::json& json, const std::string& where);

}  // namespace omenbench
