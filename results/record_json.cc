// See the header.
#include "results/record_json.h"

#include <cmath>
#include <limits>

#include "core/error.h"

namespace omenbench {
namespace {

using Json = nlohmann::ordered_json;

double number(const Json& json) {
  return json.is_null() ? std::numeric_limits<double>::quiet_NaN() : json.get<double>();
}

template <class T>
void read(const Json& json, const char* name, T& value) {
  json.at(name).get_to(value);
}

Json pairs_to_json(const std::vector<std::pair<std::string, std::string>>& pairs) {
  Json json = Json::array();
  for (const auto& [name, value] : pairs) json.push_back({name, value});
  return json;
}

Json latency_to_json(const LatencyRecord& latency) {
  return {{"samples", latency.samples},
          {"percentiles", latency.percentiles},
          {"max", latency.max},
          {"saturated", latency.saturated},
          {"histogram", latency.histogram}};
}

LatencyRecord latency_from_json(const Json& json) {
  LatencyRecord latency;
  read(json, "samples", latency.samples);
  const Json& percentiles = json.at("percentiles");
  if (percentiles.size() != latency.percentiles.size()) throw Error("expected 6 percentiles");
  for (std::size_t i = 0; i < latency.percentiles.size(); ++i) latency.percentiles[i] = number(percentiles.at(i));
  latency.max = number(json.at("max"));
  read(json, "saturated", latency.saturated);
  read(json, "histogram", latency.histogram);
  return latency;
}

Json passes_to_json(const TrialRecord& trial) {
  Json json = Json::object();
  for (int i = 0; i < kPasses; ++i) {
    const PassRecord& pass = trial.passes[i];
    if (!pass.present) continue;
    json[std::string(kPassNames[i])] = {{"operations", pass.operations}, {"ns_per_op", pass.ns_per_op}};
  }
  return json;
}

void passes_from_json(const Json& json, TrialRecord& trial) {
  for (int i = 0; i < kPasses; ++i) {
    const auto found = json.find(std::string(kPassNames[i]));
    if (found == json.end()) continue;
    trial.passes[i] = {.present = true,
                       .operations = found->at("operations").get<std::uint64_t>(),
                       .ns_per_op = number(found->at("ns_per_op"))};
  }
}

/// The whole numbers of a trial, by name, for both directions.
template <class Trial, class Visit>
void visit_counts(Trial& trial, Visit visit) {
  visit("build_ns", trial.build_ns);
  visit("total_bytes", trial.total_bytes);
  visit("self_reported_bytes", trial.self_reported_bytes);
  visit("rss_delta_bytes", trial.rss_delta_bytes);
  visit("peak_rss_bytes", trial.peak_rss_bytes);
  visit("disk_bytes", trial.disk_bytes);
  visit("cache_bytes", trial.cache_bytes);
  visit("involuntary_switches", trial.involuntary_switches);
  visit("steal_ticks", trial.steal_ticks);
  visit("frequency_khz", trial.frequency_khz);
}

Json index_to_json(const IndexSummary& index) {
  return {{"name", index.name},         {"display", index.display},
          {"family", index.family},     {"tier", index.tier},
          {"static", index.is_static},  {"ordered", index.ordered},
          {"citation", index.citation}, {"parameters", pairs_to_json(index.parameters)}};
}

IndexSummary index_from_json(const Json& json) {
  IndexSummary index;
  read(json, "name", index.name);
  read(json, "display", index.display);
  read(json, "family", index.family);
  read(json, "tier", index.tier);
  read(json, "static", index.is_static);
  read(json, "ordered", index.ordered);
  read(json, "citation", index.citation);
  read(json, "parameters", index.parameters);
  return index;
}

Json dataset_to_json(const DatasetSummary& dataset) {
  return {{"name", dataset.name},
          {"kind", dataset.kind},
          {"n", dataset.n},
          {"rows", dataset.rows},
          {"sha256", dataset.sha256},
          {"duplicates", dataset.duplicates},
          {"duplicates_dropped", dataset.duplicates_dropped},
          {"source", dataset.source},
          {"key_type", dataset.key_type},
          {"citation", dataset.citation},
          {"notes", dataset.notes}};
}

DatasetSummary dataset_from_json(const Json& json) {
  DatasetSummary dataset;
  read(json, "name", dataset.name);
  read(json, "kind", dataset.kind);
  read(json, "n", dataset.n);
  read(json, "rows", dataset.rows);
  read(json, "sha256", dataset.sha256);
  read(json, "duplicates", dataset.duplicates);
  read(json, "duplicates_dropped", dataset.duplicates_dropped);
  read(json, "source", dataset.source);
  read(json, "key_type", dataset.key_type);
  read(json, "citation", dataset.citation);
  read(json, "notes", dataset.notes);
  return dataset;
}

}  // namespace

Json trial_to_json(const TrialRecord& trial) {
  Json json = {{"row", trial.row},
               {"round", trial.round},
               {"position", trial.position},
               {"index", trial.index},
               {"status", to_string(trial.status)},
               {"reason", trial.reason},
               {"stream_sha256", trial.stream_sha256},
               {"passes", passes_to_json(trial)},
               {"latency", latency_to_json(trial.latency)}};
  if (!trial.prefixes.empty()) json["prefixes"] = trial.prefixes;
  if (!trial.counters.empty()) json["counters"] = trial.counters;
  visit_counts(trial, [&](const char* name, std::uint64_t value) { json[name] = value; });
  json["no_op_ns"] = trial.no_op_ns;
  json["engine_version"] = trial.engine_version;
  json["engine_settings_json"] = trial.engine_settings_json;
  json["start_ms"] = trial.start_ms;
  json["wall_ms"] = trial.wall_ms;
  return json;
}

TrialRecord trial_from_json(const Json& json) {
  TrialRecord trial;
  read(json, "row", trial.row);
  read(json, "round", trial.round);
  read(json, "position", trial.position);
  read(json, "index", trial.index);
  trial.status = trial_status_from(json.at("status").get<std::string>());
  read(json, "reason", trial.reason);
  read(json, "stream_sha256", trial.stream_sha256);
  passes_from_json(json.at("passes"), trial);
  trial.latency = latency_from_json(json.at("latency"));
  if (json.contains("prefixes")) read(json, "prefixes", trial.prefixes);
  if (json.contains("counters")) read(json, "counters", trial.counters);
  visit_counts(trial, [&](const char* name, std::uint64_t& value) { read(json, name, value); });
  trial.no_op_ns = number(json.at("no_op_ns"));
  read(json, "engine_version", trial.engine_version);
  read(json, "engine_settings_json", trial.engine_settings_json);
  trial.start_ms = number(json.at("start_ms"));
  trial.wall_ms = number(json.at("wall_ms"));
  return trial;
}

Json row_to_json(const RowPlan& row) {
  Json cells = Json::array();
  for (const CellPlan& cell : row.cells) {
    cells.push_back({{"index", cell.index},
                     {"status", to_string(cell.status)},
                     {"reason", cell.reason},
                     {"operations", cell.operations}});
  }
  Json realised = Json::array();
  for (const auto& [name, share] : row.realised) realised.push_back({name, share});
  return {{"dataset", row.dataset},       {"keys", row.keys},         {"loaded_keys", row.loaded_keys},
          {"workload", row.workload},     {"threads", row.threads},   {"ordered", row.ordered},
          {"mutates", row.mutates},       {"reshapes", row.reshapes}, {"oversubscribed", row.oversubscribed},
          {"operations", row.operations}, {"cells", cells},           {"notes", row.notes},
          {"realised", realised}};
}

RowPlan row_from_json(const Json& json) {
  RowPlan row;
  read(json, "dataset", row.dataset);
  read(json, "keys", row.keys);
  read(json, "loaded_keys", row.loaded_keys);
  read(json, "workload", row.workload);
  read(json, "threads", row.threads);
  read(json, "ordered", row.ordered);
  read(json, "mutates", row.mutates);
  read(json, "reshapes", row.reshapes);
  read(json, "oversubscribed", row.oversubscribed);
  read(json, "operations", row.operations);
  for (const Json& cell : json.at("cells")) {
    row.cells.push_back({.index = cell.at("index").get<std::string>(),
                         .status = trial_status_from(cell.at("status").get<std::string>()),
                         .reason = cell.at("reason").get<std::string>(),
                         .operations = cell.at("operations").get<std::uint64_t>()});
  }
  read(json, "notes", row.notes);
  for (const Json& share : json.at("realised")) {
    row.realised.emplace_back(share.at(0).get<std::string>(), number(share.at(1)));
  }
  return row;
}

Json header_to_json(const RunHeader& header) {
  Json datasets = Json::array(), indexes = Json::array(), rows = Json::array();
  for (const DatasetSummary& dataset : header.datasets) datasets.push_back(dataset_to_json(dataset));
  for (const IndexSummary& index : header.indexes) indexes.push_back(index_to_json(index));
  for (const RowPlan& row : header.rows) rows.push_back(row_to_json(row));
  return {{"started", header.started},
          {"tool", header.tool},
          {"environment", header.environment},
          {"plan", header.plan},
          {"datasets", datasets},
          {"indexes", indexes},
          {"rows", rows}};
}

RunHeader header_from_json(const Json& json) {
  RunHeader header;
  read(json, "started", header.started);
  header.tool = json.at("tool");
  header.environment = json.at("environment");
  header.plan = json.at("plan");
  for (const Json& dataset : json.at("datasets")) header.datasets.push_back(dataset_from_json(dataset));
  for (const Json& index : json.at("indexes")) header.indexes.push_back(index_from_json(index));
  for (const Json& row : json.at("rows")) header.rows.push_back(row_from_json(row));
  return header;
}

std::string dump_line(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace omenbench
