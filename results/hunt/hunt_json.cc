// A hunt as JSON: results/schema/omenbench.hunt-1.schema.json.
#include <algorithm>
#include <cmath>

#include "base/fields_json.h"
#include "results/hunt/hunt.h"
#include "results/statistics.h"

namespace omenbench {
namespace {

using Json = nlohmann::ordered_json;

Json place_json(const HuntPlace& place) {
  return {{"dataset", place.dataset},
          {"keys", place.keys},
          {"read_share", place.read_share},
          {"skew", place.skew},
          {"scan", place.scan}};
}

Json tried_json(const HuntTried& tried) {
  return {{"index", tried.index},
          {"side", tried.learned ? "learned" : "classical"},
          {"rounds", tried.ns_per_op.size()},
          {"ns_per_op", tried.ns_per_op.empty() ? Json() : Json(median(tried.ns_per_op))},
          {"failure", tried.failure.empty() ? Json() : Json(tried.failure)}};
}

Json side_json(const std::string& index, const std::vector<double>& ns_per_op) {
  if (index.empty()) return nullptr;
  return {{"index", index}, {"ns_per_op", ns_per_op}};
}

std::string_view target_word(Side side) {
  if (side == Side::kBelow) return "reached";
  return side == Side::kAbove ? "missed" : "undecided";
}

Json point_json(const HuntPoint& point, const HuntVerdict& verdict) {
  Json json = place_json(point.place);
  json["grid"] = point.grid;
  json["operations"] = point.operations;
  json["tried"] = Json::array();
  for (const HuntTried& tried : point.tried) json["tried"].push_back(tried_json(tried));
  json["learned"] = side_json(point.learned, point.learned_ns);
  json["classical"] = side_json(point.baseline, point.baseline_ns);
  json["impression"] = point.compared() ? Json(std::exp(point.impression)) : Json();
  json["ratio"] = nullptr;
  if (verdict.ratio) {
    json["ratio"] = {{"median", verdict.ratio->median}, {"lo", verdict.ratio->lo}, {"hi", verdict.ratio->hi}};
  }
  json["verdict"] = to_string(verdict.word);
  const bool decided = verdict.word == VerdictWord::kWins || verdict.word == VerdictWord::kLoses;
  json["survives_correction"] = decided ? Json(verdict.survives) : Json();
  json["target"] = target_word(verdict.target);
  json["failure"] = point.failure.empty() ? Json() : Json(point.failure);
  return json;
}

Json champions_json(const HuntPoint& point) { return {{"learned", point.learned}, {"classical", point.baseline}}; }

Json frontier_json(const HuntReport& report, const HuntFrontier& frontier) {
  const HuntLine& line = report.lines[frontier.line];
  Json json = {{"line", frontier.line},
               {"axis", to_string(line.axis)},
               {"ratio", frontier.of_target ? 1 / report.target : 1.0},
               {"text", frontier.text},
               {"changes", Json::array()}};
  for (const HuntFrontier::Change& change : frontier.changes) {
    json["changes"].push_back({{"from", change.from},
                               {"to", change.to},
                               {"estimate", change.jump ? Json() : Json(change.estimate)},
                               {"from_champions", champions_json(report.points[change.from_point])},
                               {"to_champions", champions_json(report.points[change.to_point])},
                               {"learned_ahead", change.learned_first ? "up to it" : "beyond it"},
                               {"jump", change.jump}});
  }
  return json;
}

}  // namespace

nlohmann::ordered_json to_json(const HuntReport& report) {
  const std::vector<HuntVerdict> verdicts = hunt_verdicts(report);
  Json json = {{"schema", kHuntSchema},
               {"started", report.started},
               {"tool", write_json(report.tool)},
               {"environment", write_json(report.environment)},
               {"options", report.options},
               {"indexes", report.indexes},
               {"target", report.target},
               {"loaded_share", report.loaded_share},
               {"budget_s", report.budget_s},
               {"spent_s", report.spent_s},
               {"interrupted", report.interrupted},
               {"finished", report.finished},
               {"region", hunt_region_text(report, verdicts)},
               {"points", Json::array()},
               {"lines", Json::array()},
               {"frontiers", Json::array()},
               {"notes", report.notes}};
  for (std::size_t i = 0; i < report.points.size(); ++i) {
    json["points"].push_back(point_json(report.points[i], verdicts[i]));
  }
  for (const HuntLine& line : report.lines) {
    json["lines"].push_back({{"axis", to_string(line.axis)},
                             {"label", hunt_label(report.points[line.points.front()].place, line.axis)},
                             {"points", line.points}});
  }
  for (const HuntFrontier& frontier : hunt_frontiers(report, verdicts)) {
    json["frontiers"].push_back(frontier_json(report, frontier));
  }
  return json;
}

}  // namespace omenbench
