// The decision as a document. See the header.
#include "results/decide/decision.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/fields_json.h"
#include "base/json.h"
#include "core/error.h"
#include "results/statistics.h"

namespace omenbench {
namespace {

using Json = nlohmann::ordered_json;

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json estimate_json(const std::vector<TrialRecord>& trials, Metric metric) {
  std::vector<double> values;
  for (const TrialRecord& trial : trials) {
    const double value = metric_value(trial, metric);
    if (trial.status == TrialStatus::kOk && !std::isnan(value)) values.push_back(value);
  }
  if (values.empty()) return nullptr;
  const Estimate result = estimate(values);
  Json json = {{"median", result.median}, {"lo", nullptr}, {"hi", nullptr}, {"blocks", values}};
  if (result.interval) {
    json["lo"] = result.interval->lo;
    json["hi"] = result.interval->hi;
  }
  return json;
}

/// Of an index that went out.
Json beside_json(const Decision& decision, const Candidate& candidate) {
  const auto beside = candidate.out.empty() ? std::nullopt : beside_winner(decision, candidate);
  if (!beside) return nullptr;
  const Paired& paired = beside->paired;
  return {{"winner", decision.candidates[beside->winner].index.name},
          {"rounds", paired.rounds},
          {"ratio", paired.median},
          {"lo", paired.ratio ? Json(paired.ratio->lo) : Json(nullptr)},
          {"hi", paired.ratio ? Json(paired.ratio->hi) : Json(nullptr)}};
}

Json candidate_json(const Decision& decision, const Candidate& candidate) {
  Json json = {{"index", candidate.index.name},
               {"family", candidate.index.family},
               {"static", candidate.index.is_static},
               {"ordered", candidate.index.ordered},
               {"out", candidate.out.empty() ? Json(nullptr) : Json(candidate.out)},
               {"predicted_ratio", nullptr},
               {"predicted_error", nullptr},
               {"measured_ratio", number(measured_ratio(decision, candidate))}};
  if (candidate.predicted) {
    json["predicted_ratio"] = candidate.predicted->ratio();
    json["predicted_error"] = candidate.predicted->error;
  }
  json["beside_winner"] = beside_json(decision, candidate);
  json["rounds"] = {{"screen", candidate.screen.size()},
                    {"select", candidate.select.size()},
                    {"estimate", candidate.estimate.size()}};
  for (const Metric metric : kMetrics) {
    json[std::string(to_string(metric))] = estimate_json(candidate.best_rounds(), metric);
  }
  return json;
}

Json ratio_json(const MetricRatio& one) {
  Json json = {{"ratio", number(one.median)}, {"lo", nullptr}, {"hi", nullptr}, {"verdict", to_string(one.word)}};
  if (one.ratio) {
    json["lo"] = one.ratio->lo;
    json["hi"] = one.ratio->hi;
  }
  if (!one.reason.empty()) json["reason"] = one.reason;
  return json;
}

Json answer_json(const Decision& decision, std::size_t which) {
  const Answer& answer = decision.answers[which];
  Json json = {{"question", answer.question == Question::kOrdered ? "ordered" : "single_keys"},
               {"advice", to_string(answer.advice)},
               {"choice", decision.candidates[answer.choice()].index.name},
               {"winner", decision.candidates[answer.winner].index.name},
               {"best_tree", answer.tree ? Json(decision.candidates[*answer.tree].index.name) : Json(nullptr)},
               {"rounds", answer.rounds},
               {"provisional", answer.provisional},
               {"against", Json::array()},
               {"changes", Json::array()},
               {"words", in_words(answer, decision.candidates)}};
  for (const Against& one : answer.against) {
    Json against = {{"index", decision.candidates[one.opponent].index.name}, {"roles", one.roles}};
    for (const MetricRatio& ratio : one.metrics) against[std::string(to_string(ratio.metric))] = ratio_json(ratio);
    against["pays_back_after_operations"] = one.pays_back_after ? Json(*one.pays_back_after) : Json(nullptr);
    json["against"].push_back(std::move(against));
  }
  for (const BreakEven& change : decision.changes[which]) {
    if (change.vague) continue;  // said in words, without a place
    json["changes"].push_back({{"axis", change.axis == BreakEven::Axis::kInserts ? "inserts" : "keys"},
                               {"direction", change.above ? "above" : "below"},
                               {"at", change.at},
                               {"index", decision.candidates[change.other].index.name},
                               {"source", "cost model"},
                               {"error", change.error}});
  }
  json["change_words"] = in_words(decision.changes[which], decision.model, decision.point, decision.candidates, answer);
  return json;
}

}  // namespace

const Candidate* yardstick_of(const Decision& decision) {
  const auto found = std::ranges::find_if(
      decision.candidates, [&](const Candidate& other) { return other.index.name == decision.model.yardstick(); });
  return found == decision.candidates.end() ? nullptr : &*found;
}

double measured_ratio(const Decision& decision, const Candidate& candidate) {
  const Candidate* yardstick = yardstick_of(decision);
  return yardstick == nullptr ? std::nan("") : least_ratio(candidate, *yardstick);
}

std::optional<BesideWinner> beside_winner(const Decision& decision, const Candidate& candidate) {
  const Answer* own = nullptr;
  for (const Answer& answer : decision.answers) {
    if (can_answer(candidate, answer.question)) own = &answer;  // single keys come first
  }
  if (own == nullptr) return std::nullopt;
  const auto found = paired(candidate, decision.candidates[own->winner]);
  if (!found) return std::nullopt;
  return BesideWinner{.winner = own->winner, .paired = *found};
}

Json to_json(const Decision& decision) {
  Json json = {{"schema", kDecisionSchema},
               {"tool", write_json(decision.tool)},
               {"environment", write_json(decision.environment)},
               {"dataset",
                {{"name", decision.dataset.name},
                 {"kind", decision.dataset.kind},
                 {"source", decision.dataset.source},
                 {"sha256", decision.dataset.sha256},
                 {"key_type", decision.dataset.key_type},
                 {"keys", decision.dataset.n},
                 {"rows", decision.dataset.rows},
                 {"duplicates_dropped", decision.dataset.duplicates_dropped},
                 {"notes", decision.dataset.notes}}},
               {"description", decision.description},
               {"mix", decision.mix},
               {"workload", decision.workload},
               {"point",
                {{"keys", decision.point.keys},
                 {"local_segments", decision.point.local_segments},
                 {"global_segments", decision.point.global_segments},
                 {"inserts", decision.point.inserts},
                 {"changes", decision.point.changes},
                 {"scanned", decision.point.scanned}}},
               {"operations", decision.operations},
               {"screen_operations", decision.screen_operations},
               {"seed", decision.seed},
               {"budget_s", decision.budget_s},
               {"spent_s", decision.spent_s},
               {"exhaustive", decision.exhaustive},
               {"interrupted", decision.interrupted},
               {"out_of_time", decision.out_of_time},
               {"notes", decision.notes}};
  json["cost_model"] = {{"yardstick", decision.model.yardstick()},
                        {"samples", decision.model.samples()},
                        {"typical_error", decision.model.typical_error()},
                        {"winner_kept", decision.model.winner_kept()}};
  json["candidates"] = Json::array();
  for (const Candidate& candidate : decision.candidates) {
    json["candidates"].push_back(candidate_json(decision, candidate));
  }
  json["unsupported"] = Json::array();
  for (const auto& [name, reason] : decision.unsupported) {
    json["unsupported"].push_back({{"index", name}, {"reason", reason}});
  }
  json["answers"] = Json::array();
  for (std::size_t i = 0; i < decision.answers.size(); ++i) json["answers"].push_back(answer_json(decision, i));
  return json;
}

std::vector<CostSample> cost_samples(const Json& decision, const std::string& where) {
  try {
    if (decision.value("schema", "") != kDecisionSchema) {
      throw Error(
          fmt::format("{}: expected schema {}, got '{}'", where, kDecisionSchema, decision.value("schema", "")));
    }
    const Json& at = decision.at("point");
    const CostPoint point{.keys = at.at("keys").get<double>(),
                          .local_segments = at.at("local_segments").get<double>(),
                          .global_segments = at.at("global_segments").get<double>(),
                          .inserts = at.at("inserts").get<double>(),
                          .changes = at.at("changes").get<double>(),
                          .scanned = at.at("scanned").get<double>()};
    std::vector<CostSample> samples;
    for (const Json& candidate : decision.at("candidates")) {
      if (candidate.at("measured_ratio").is_null()) continue;
      samples.push_back({decision.at("dataset").at("name").get<std::string>(), candidate.at("index").get<std::string>(),
                         point, std::log(candidate.at("measured_ratio").get<double>())});
    }
    return samples;
  } catch (const Json::exception& error) {
    throw Error(fmt::format("{}: no decision: {}", where, plain_reason(error)));
  }
}

}  // namespace omenbench
