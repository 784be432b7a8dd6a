// See the header.
#include "results/summarise.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "results/json_numbers.h"
#include "results/modes_json.h"
#include "results/rows.h"
#include "results/statistics.h"
#include "results/summary.h"
#include "results/text.h"
#include "results/verdicts.h"

namespace omenbench {
namespace {

using Json = nlohmann::ordered_json;

template <class Field>
Json median_count(const CellView& cell, Field field) {
  std::vector<double> values;
  for (const TrialRecord* trial : cell.trials) {
    if (const double value = static_cast<double>((*trial).*field); std::isfinite(value) && value > 0) {
      values.push_back(value);
    }
  }
  return values.empty() ? Json() : Json(std::llround(median(values)));
}

template <class Field>
Json median_number(const CellView& cell, Field field) {
  std::vector<double> values;
  for (const TrialRecord* trial : cell.trials) {
    if (const double value = (*trial).*field; std::isfinite(value) && value > 0) values.push_back(value);
  }
  return values.empty() ? Json() : number(median(values));
}

Json rate_json(const CellView& cell, Pass pass) {
  std::vector<double> values;
  std::uint64_t operations = std::numeric_limits<std::uint64_t>::max();
  for (const TrialRecord* trial : cell.trials) {
    const PassRecord& record = trial->passes[static_cast<int>(pass)];
    if (!record.present || !(record.ns_per_op > 0)) continue;
    values.push_back(record.ns_per_op);
    operations = std::min(operations, record.operations);
  }
  Json estimated = estimate_json(std::move(values));
  if (estimated.is_null()) return nullptr;
  return {{"operations", operations}, {"ns_per_op", std::move(estimated)}};
}

/// Medians over the rounds.
Json counters_json(const CellView& cell) {
  std::map<std::string, std::vector<double>> values;
  for (const TrialRecord* trial : cell.trials) {
    for (const auto& [name, value] : trial->counters) values[name].push_back(static_cast<double>(value));
  }
  Json json = Json::object();
  for (const auto& [name, list] : values) json[name] = number(median(list));
  return json;
}

Json latency_json(const CellView& cell, double timer_cost_ns) {
  std::vector<const LatencyRecord*> blocks;
  for (const TrialRecord* trial : cell.trials) {
    if (trial->passes[static_cast<int>(Pass::kLatency)].present) blocks.push_back(&trial->latency);
  }
  if (blocks.empty()) return nullptr;
  std::uint64_t samples = std::numeric_limits<std::uint64_t>::max(), saturated = 0;
  std::map<std::uint64_t, std::uint64_t> histogram;
  for (const LatencyRecord* block : blocks) {
    samples = std::min(samples, block->samples);
    saturated += block->saturated;
    for (const auto& [lower, count] : block->histogram) {
      if (count > 0) histogram[lower] += count;
    }
  }
  Json json = {{"samples", samples}, {"saturated", saturated}};
  const auto add = [&](const char* name, auto value_of) {
    std::vector<double> values;
    for (const LatencyRecord* block : blocks) values.push_back(value_of(*block));
    json[name] = percentile_json(std::move(values), timer_cost_ns);
  };
  for (std::size_t i = 0; i < kPercentiles.size(); ++i) {
    add(kPercentiles[i].first, [i](const LatencyRecord& block) { return block.percentiles[i]; });
  }
  add("max", [](const LatencyRecord& block) { return block.max; });
  json["histogram"] = Json::array();
  for (const auto& [lower, count] : histogram) json["histogram"].push_back({lower, count});
  return json;
}

/// Engines are loaded once per row and say so in every trial: one measurement, no interval.
Json build_json(const CellView& cell) {
  const std::vector<double> values = cell.values(Metric::kBuild);
  if (cell.in_process() || values.empty()) return estimate_json(values);
  return estimate_json(std::vector<double>(1, values.front()));
}

Json settings_json(const CellView& cell) {
  if (!cell.ok() || cell.in_process()) return nullptr;
  const std::string& text = cell.trials.front()->engine_settings_json;
  Json settings = Json::parse(text.empty() ? "{}" : text, nullptr, false);
  return settings.is_object() ? settings : Json();
}

Json identity_json(const CellView& cell) {
  Json parameters = Json::object();
  for (const auto& [name, value] : cell.index->parameters) parameters[name] = value;
  return {{"index", cell.index->name},        {"display", cell.index->display},  {"family", cell.index->family},
          {"tier", cell.index->tier},         {"static", cell.index->is_static}, {"ordered", cell.index->ordered},
          {"citation", cell.index->citation}, {"parameters", parameters}};
}

/// Where two ways of counting memory disagree by more than a tenth.
Json cell_notes(const Json& cell) {
  Json notes = Json::array();
  if (cell["total_bytes"].is_null()) return notes;
  const double total = cell["total_bytes"].get<double>();
  for (const char* other : {"self_reported_bytes", "rss_delta_bytes"}) {
    if (cell[other].is_null()) continue;
    const double share = cell[other].get<double>() / total;
    if (std::abs(share - 1) <= 0.1) continue;
    notes.push_back(fmt::format("{} is {:.0f} % of total_bytes", other, share * 100));
  }
  return notes;
}

Json engine_version_json(const CellView& cell) {
  if (!cell.ok() || cell.trials.front()->engine_version.empty()) return nullptr;
  return cell.trials.front()->engine_version;
}

Json cell_json(const CellView& cell, const RowView& row, double timer_cost_ns) {
  Json json = identity_json(cell);
  json["status"] = to_string(cell.status);
  json["reason"] = cell.ok() ? Json() : Json(cell.reason);
  json["notes"] = Json::array();
  // An engine's table outlives a block when nothing writes to it.
  json["block_kind"] = !cell.in_process() && !row.plan->mutates ? "reconnect" : "process";
  json["operations"] = cell.ok() ? count_or_null(cell.plan->operations) : Json();
  json["rounds"] = cell.ok() ? Json(cell.trials.size()) : Json();
  json["engine_version"] = engine_version_json(cell);
  json["engine_settings"] = settings_json(cell);
  json["build_ns"] = build_json(cell);
  json["total_bytes"] = median_count(cell, &TrialRecord::total_bytes);
  json["index_bytes"] = nullptr;
  if (!json["total_bytes"].is_null()) {
    json["index_bytes"] = json["total_bytes"].get<std::int64_t>() - 16 * static_cast<std::int64_t>(row.loaded_keys());
  }
  json["self_reported_bytes"] = median_count(cell, &TrialRecord::self_reported_bytes);
  json["rss_delta_bytes"] = median_count(cell, &TrialRecord::rss_delta_bytes);
  json["peak_rss_bytes"] = median_count(cell, &TrialRecord::peak_rss_bytes);
  json["disk_bytes"] = median_count(cell, &TrialRecord::disk_bytes);
  json["cache_bytes"] = median_count(cell, &TrialRecord::cache_bytes);
  json["no_op_ns"] = median_number(cell, &TrialRecord::no_op_ns);
  json["start_ms"] = median_number(cell, &TrialRecord::start_ms);
  json["counters"] = counters_json(cell);
  json["passes"] = {{"throughput", rate_json(cell, Pass::kThroughput)},
                    {"dependent", rate_json(cell, Pass::kDependent)},
                    {"latency", latency_json(cell, timer_cost_ns)},
                    {"batched", rate_json(cell, Pass::kBatched)}};
  add_modes(cell, row, timer_cost_ns, json);
  json["notes"] = cell_notes(json);
  return json;
}

Json ratio_or_null(const std::optional<Ratio>& ratio, double Ratio::*field) {
  return ratio ? number((*ratio).*field) : Json();
}

/// Operations after which the side with the longer build has made up for it; null when it never does, or need not.
Json break_even(const Json& learned, const Json& baseline) {
  if (learned["build_ns"].is_null() || baseline["build_ns"].is_null()) return nullptr;
  if (learned["passes"]["throughput"].is_null() || baseline["passes"]["throughput"].is_null()) return nullptr;
  const auto build = [](const Json& cell) { return cell["build_ns"]["median"].get<double>(); };
  const auto per_op = [](const Json& cell) {
    return cell["passes"]["throughput"]["ns_per_op"]["median"].get<double>();
  };
  const double longer = build(learned) - build(baseline), gain = per_op(baseline) - per_op(learned);
  const double operations = std::ceil(longer / gain);
  if (longer == 0 || !std::isfinite(operations) || operations < 0 || operations > 1e18) return nullptr;
  return static_cast<std::uint64_t>(operations);
}

Json conditions_json(const Verdict& verdict, const RowView& row, const std::map<std::string, Json>& cells) {
  const Json missing;
  const auto field = [&](const CellView* cell, const char* name) -> const Json& {
    return cell == nullptr ? missing : cells.at(cell->index->name).at(name);
  };
  const auto build = [&](const CellView* cell) {
    const Json& estimated = field(cell, "build_ns");
    return estimated.is_null() ? Json() : estimated["median"];
  };
  const bool both = verdict.learned != nullptr && verdict.baseline != nullptr;
  return {
      {"keys", row.plan->keys},
      {"learned_bytes", field(verdict.learned, "total_bytes")},
      {"baseline_bytes", field(verdict.baseline, "total_bytes")},
      {"learned_build_ns", build(verdict.learned)},
      {"baseline_build_ns", build(verdict.baseline)},
      {"break_even_operations",
       both ? break_even(cells.at(verdict.learned->index->name), cells.at(verdict.baseline->index->name)) : Json()}};
}

Json verdict_json(const Verdict& verdict, const RowView& row, const std::map<std::string, Json>& cells) {
  const auto name = [](const CellView* cell) { return cell == nullptr ? Json() : Json(cell->index->name); };
  const auto display = [](const CellView* cell) { return cell == nullptr ? Json() : Json(cell->index->display); };
  Json net;
  if (verdict.net) {
    net = {{"ratio", number(verdict.net->median)}, {"lo", number(verdict.net->lo)}, {"hi", number(verdict.net->hi)}};
  }
  const auto p_value = verdict.p_value();
  Json json = {{"class", to_string(verdict.opponents)},
               {"metric", to_string(verdict.metric)},
               {"learned", name(verdict.learned)},
               {"learned_display", display(verdict.learned)},
               {"learned_static", verdict.learned != nullptr && verdict.learned->index->is_static},
               {"baseline", verdict.engine.empty() ? name(verdict.baseline) : Json(verdict.engine)},
               {"baseline_display", display(verdict.baseline)},
               {"ratio", ratio_or_null(verdict.ratio, &Ratio::median)},
               {"lo", ratio_or_null(verdict.ratio, &Ratio::lo)},
               {"hi", ratio_or_null(verdict.ratio, &Ratio::hi)},
               {"coverage", ratio_or_null(verdict.ratio, &Ratio::coverage)},
               {"delta", smallest_effect(verdict.metric)},
               {"rounds", verdict.ratios.size()},
               {"operations", verdict.operations == 0 ? Json() : Json(verdict.operations)},
               {"ratios", numbers(verdict.ratios)},
               {"champions_chosen_on", verdict.selection_rounds},
               {"caution", verdict.caution.empty() ? Json() : Json(verdict.caution)},
               {"verdict", to_string(verdict.word)},
               {"reason", verdict.reason.empty() ? Json() : Json(verdict.reason)},
               {"p_value", p_value ? number(*p_value) : Json()},
               {"survives_correction", verdict.survives ? Json(*verdict.survives) : Json()},
               {"floor_ns", number_or_null(verdict.floor_ns)},
               {"net", std::move(net)}};
  json["conditions"] = conditions_json(verdict, row, cells);
  if (row.plan->cold) json["headline"] = verdict.metric == headline_metric(row);
  return json;
}

Json disturbance_json(const RowView& row) {
  std::vector<double> switches, frequencies;
  std::uint64_t steal = 0, disturbed = 0;
  for (const CellView& cell : row.cells) {
    for (const TrialRecord* trial : cell.trials) {
      steal += trial->steal_ticks;
      disturbed += trial->steal_ticks > 0;
      switches.push_back(static_cast<double>(trial->involuntary_switches));
      if (trial->frequency_khz > 0) frequencies.push_back(static_cast<double>(trial->frequency_khz));
    }
  }
  const auto largest = [](const std::vector<double>& v) { return v.empty() ? Json() : number(std::ranges::max(v)); };
  const auto smallest = [](const std::vector<double>& v) { return v.empty() ? Json() : number(std::ranges::min(v)); };
  const auto middle = [](const std::vector<double>& v) { return v.empty() ? Json() : number(median(v)); };
  return {{"steal_ticks", switches.empty() ? Json() : Json(steal)},
          {"trials_with_steal", switches.empty() ? Json() : Json(disturbed)},
          {"involuntary_switches_median", middle(switches)},
          {"involuntary_switches_max", largest(switches)},
          {"frequency_khz_min", smallest(frequencies)},
          {"frequency_khz_median", middle(frequencies)},
          {"frequency_khz_max", largest(frequencies)}};
}

Json stream_hashes(const RowView& row) {
  std::map<std::uint64_t, std::string> hashes;
  for (const CellView& cell : row.cells) {
    for (const TrialRecord* trial : cell.trials) {
      if (!trial->stream_sha256.empty()) hashes.emplace(trial->round, trial->stream_sha256);
    }
  }
  Json json = Json::array();
  for (const auto& [round, hash] : hashes) json.push_back(hash);
  return json;
}

/// What the row says of itself, and how many of the rounds that it should have it has.
Json row_notes(const RowView& row, const Run& run) {
  Json notes = row.plan->notes;
  const auto wanted = run.header.plan.value("min_rounds", std::uint64_t{0});
  if (!row.rounds.empty() && row.rounds.size() < wanted) {
    notes.push_back(fmt::format("{} of {} rounds: {}", row.rounds.size(), wanted,
                                run.interrupted ? "the run was interrupted" : "the budget ended"));
  }
  return notes;
}

Json row_json(const Run& run, const RowView& row, const std::vector<Verdict>& verdicts, double timer_cost_ns) {
  std::map<std::string, Json> by_name;
  Json cells = Json::array(), reference = Json::array(), decided = Json::array();
  for (const CellView& cell : row.cells) {
    Json json = cell_json(cell, row, timer_cost_ns);
    (cell.reference() ? reference : cells).push_back(json);
    by_name.emplace(cell.index->name, std::move(json));
  }
  for (const Verdict& verdict : verdicts) decided.push_back(verdict_json(verdict, row, by_name));
  Json realised = Json::object();
  for (const auto& [name, share] : row.plan->realised) {
    if (std::isfinite(share)) realised[name] = number(share);
  }
  return {{"dataset", row.plan->dataset},
          {"keys", row.plan->keys},
          {"loaded_keys", row.loaded_keys()},
          {"workload", row.plan->workload},
          {"threads", row.plan->threads},
          {"ordered", row.plan->ordered},
          {"mutates", row.plan->mutates},
          {"reshapes", row.plan->reshapes},
          {"oversubscribed", row.plan->oversubscribed},
          {"cold", row.plan->cold},
          {"operations", row.plan->operations},
          {"rounds", row.rounds.size()},
          {"stream_sha256", stream_hashes(row)},
          {"realised", realised},
          {"notes", row_notes(row, run)},
          {"environment", disturbance_json(row)},
          {"reference", reference},
          {"cells", cells},
          {"verdicts", decided}};
}

/// Segments of the optimal approximation, as a density: numbers of keys differ.
Json hardness_json(const DatasetSummary& dataset) {
  if (!dataset.hardness || dataset.n == 0) return nullptr;
  const KeyHardness& hardness = *dataset.hardness;
  const auto per_million = [&](std::uint64_t segments) {
    return 1e6 * static_cast<double>(segments) / static_cast<double>(dataset.n);
  };
  return {{"local_segments", hardness.local_segments},
          {"global_segments", hardness.global_segments},
          {"local_per_million", per_million(hardness.local_segments)},
          {"global_per_million", per_million(hardness.global_segments)},
          {"rmi_log2_error", hardness.rmi_log2_error}};
}

Json datasets_json(const RunHeader& header) {
  Json datasets = Json::array();
  for (const DatasetSummary& dataset : header.datasets) {
    datasets.push_back({{"name", dataset.name},
                        {"kind", dataset.kind},
                        {"n", dataset.n},
                        {"rows", dataset.rows},
                        {"sha256", dataset.sha256},
                        {"duplicates", dataset.duplicates},
                        {"duplicates_dropped", dataset.duplicates_dropped},
                        {"source", dataset.source},
                        {"key_type", dataset.key_type},
                        {"citation", dataset.citation},
                        {"notes", dataset.notes},
                        {"hardness", hardness_json(dataset)}});
  }
  return datasets;
}

double timer_cost(const RunHeader& header) {
  const auto timer = header.environment.find("timer");
  if (timer == header.environment.end() || !timer->is_object()) return std::nan("");
  const auto cost = timer->find("cost_ns");
  return cost != timer->end() && cost->is_number() && cost->get<double>() > 0 ? cost->get<double>() : std::nan("");
}

}  // namespace

Json summarise(const Run& run) {
  const double timer_cost_ns = timer_cost(run.header);
  const std::vector<RowView> rows = view_rows(run);
  std::vector<std::vector<Verdict>> verdicts;
  for (const RowView& row : rows) verdicts.push_back(decide_row(row, timer_cost_ns));
  correct_for_many_rows(verdicts);
  Json json = {{"schema", "omenbench.result/1"}, {"started", run.header.started},
               {"interrupted", run.interrupted}, {"superseded", run.superseded.size()},
               {"tool", run.header.tool},        {"environment", run.header.environment},
               {"plan", run.header.plan},        {"datasets", datasets_json(run.header)},
               {"rows", Json::array()}};
  for (std::size_t i = 0; i < rows.size(); ++i)
    json["rows"].push_back(row_json(run, rows[i], verdicts[i], timer_cost_ns));
  json["summary"] = summary_of(json);
  return json;
}

}  // namespace omenbench
