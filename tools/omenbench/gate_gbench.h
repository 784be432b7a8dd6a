// A gate of two Google Benchmark programs: their options, and the gate.
#pragma once

#include <string>
#include <vector>

#include "policies/gate_rounds.h"
#include "tools/omenbench/command.h"
#include "tools/omenbench/plan.h"

namespace omenbench {

struct GbenchOptions {
  bool wanted = false;
  std::string time = "as-named";
  double min_time_s = 0.1;
  std::vector<std::string> counters, renames, arguments;

  /// What only a gate of benchmarks takes was given.
  bool any() const {
    return time != "as-named" || min_time_s != 0.1 || !counters.empty() || !renames.empty() || !arguments.empty();
  }
};

void add_gbench_options(CLI::App& app, GbenchOptions& options);

/// What `options` ask for, measured on two programs; `filter` is a regular expression of Google Benchmark, and `plan`
/// has the seed and the timeout. Throws Error.
GateReport run_gbench_gate(const std::string& base, const std::string& head, const std::string& filter,
                           const GbenchOptions& options, const Plan& plan, const LiveGateOptions& live,
                           const Announce& announce);
/// The same for the gate's selftest: `program` against itself.
GateSelftest run_gbench_selftest(const std::string& program, const std::string& filter, const GbenchOptions& options,
                                 const Plan& plan, const LiveGateOptions& live, const Announce& announce);

}  // namespace omenbench
