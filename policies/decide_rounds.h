// The rounds of `omenbench decide`: over fewer and fewer indexes, within a budget.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/session/row_rounds.h"
#include "results/decide/recommendation.h"

namespace omenbench {

struct MeasureOptions {
  double budget_s = 180;
  bool exhaustive = false;  ///< every candidate in every round
  std::string today;        ///< goes on whatever it scores
  std::vector<Question> questions;
  double timer_cost_ns = 0;
  std::map<Metric, double> limits;  ///< an index beyond one of them goes out
};

struct MeasureOutcome {
  std::uint64_t operations = 0, screen_operations = 0;  ///< of a trial, at most
  double spent_s = 0;
  double comparison_s = 0;  ///< rough budget that a comparison needs, judged by the trials there were
  bool out_of_time = false;
  bool interrupted = false;
  std::vector<std::string> notes{};  ///< Session::notes
};

/// Measures the candidates that are not out, in one row: a screen by successive halving with short trials of throughput
/// alone, three rounds that choose the champions by it, and rounds that compare these in everything. What fails, is
/// beyond a limit or falls behind goes out with its reason. Starts no trial that is not expected to end within the
/// budget, but one.
MeasureOutcome measure_candidates(Session& session, const RowPlan& plan, const RowInput& input,
                                  const WorkerSet& workers, std::vector<Candidate>& candidates,
                                  const MeasureOptions& options, const Announce& announce);

}  // namespace omenbench
