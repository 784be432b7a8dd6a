// What `omenbench decide` found, as one value, as JSON, and as a document. docs/decide.md explains every field.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "harness/run_facts.h"
#include "results/decide/break_even.h"
#include "results/decide/cost_model.h"
#include "results/decide/recommendation.h"
#include "results/document/document.h"
#include "results/metric.h"
#include "results/statistics.h"

namespace omenbench {

inline constexpr const char* kDecisionSchema = "omenbench.decision/1";

struct Decision {
  DatasetSummary dataset;
  std::string source;                  ///< the keys as they were named: file and column, or the query
  nlohmann::ordered_json description;  ///< as `data describe --json`
  std::vector<std::string> key_words;  ///< the keys in sentences
  std::string mix;                     ///< the mix in words
  nlohmann::ordered_json workload;     ///< the same as a workload file
  CostPoint point;
  std::vector<Candidate> candidates;
  std::vector<std::pair<std::string, std::string>> unsupported;  ///< name, why it cannot serve
  std::vector<Answer> answers;
  std::vector<std::vector<BreakEven>> changes;  ///< of every answer
  CostModel model;
  std::uint64_t operations = 0, screen_operations = 0;  ///< of a trial
  std::uint64_t seed = 1;
  bool exhaustive = false, interrupted = false, out_of_time = false;
  double budget_s = 0, spent_s = 0, timer_cost_ns = 0;
  ToolInfo tool;
  Environment environment;
  std::vector<std::string> notes;  ///< about the machine while it measured
};

/// The cost model's yardstick among the candidates; nothing when it is not there.
const Candidate* yardstick_of(const Decision& decision);

/// `least_ratio` to the yardstick; NaN: not measured, or no yardstick.
double measured_ratio(const Decision& decision, const Candidate& candidate);

/// How an index that went out stands beside the winner of what it could have answered: of the order of keys where it
/// keeps that, else of single keys.
struct BesideWinner {
  std::size_t winner = 0;
  Paired paired;
};
/// None when there is no such winner, or no round that both took part in.
std::optional<BesideWinner> beside_winner(const Decision& decision, const Candidate& candidate);

nlohmann::ordered_json to_json(const Decision& decision);
Document decision_document(const Decision& decision);

/// Those that took part to the end, the fastest first.
std::vector<const Candidate*> finalists(const Decision& decision);
/// Of its best rounds; none when nothing was measured.
std::optional<Estimate> estimate_of(const Candidate& candidate, Metric metric);

/// What a decision teaches the cost model: of every index that was measured beside the yardstick one sample. Throws
/// Error beginning with `where` when the document is no decision.
std::vector<CostSample> cost_samples(const nlohmann::ordered_json& decision, const std::string& where);

}  // namespace omenbench
