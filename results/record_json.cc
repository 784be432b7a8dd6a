// See the header.
#include "results/record_json.h"

#include <cmath>
#include <limits>

#include "base/fields_json.h"
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

Json part_to_json(const PartRecord& part) {
  return {{"name", part.name},
          {"operations", part.operations},
          {"ns_per_op", part.ns_per_op},
          {"p50", part.p50},
          {"p99", part.p99},
          {"offered_per_s", part.offered_per_s},
          {"open_p50", part.open_p50},
          {"open_p99", part.open_p99}};
}

PartRecord part_from_json(const Json& json) {
  PartRecord part;
  read(json, "name", part.name);
  read(json, "operations", part.operations);
  part.ns_per_op = number(json.at("ns_per_op"));
  part.p50 = number(json.at("p50"));
  part.p99 = number(json.at("p99"));
  part.offered_per_s = number(json.at("offered_per_s"));
  part.open_p50 = number(json.at("open_p50"));
  part.open_p99 = number(json.at("open_p99"));
  return part;
}

Json open_to_json(const OpenRecord& open) {
  return {{"offered_per_s", open.offered_per_s},
          {"achieved_per_s", open.achieved_per_s},
          {"latency", latency_to_json(open.latency)},
          {"lag", {open.lag_p50, open.lag_p99, open.lag_max}}};
}

OpenRecord open_from_json(const Json& json) {
  const Json& lag = json.at("lag");
  return {.offered_per_s = number(json.at("offered_per_s")),
          .achieved_per_s = number(json.at("achieved_per_s")),
          .latency = latency_from_json(json.at("latency")),
          .lag_p50 = number(lag.at(0)),
          .lag_p99 = number(lag.at(1)),
          .lag_max = number(lag.at(2))};
}

Json search_to_json(const SearchRecord& search) {
  Json probes = Json::array();
  for (const SearchRecord::Probe& probe : search.probes) {
    probes.push_back({probe.offered_per_s, probe.achieved_per_s, probe.p99_ns, probe.passed});
  }
  return {{"p99_limit_ns", search.p99_limit_ns}, {"max_per_s", search.max_per_s}, {"probes", probes}};
}

SearchRecord search_from_json(const Json& json) {
  SearchRecord search{
      .p99_limit_ns = number(json.at("p99_limit_ns")), .max_per_s = number(json.at("max_per_s")), .probes = {}};
  for (const Json& probe : json.at("probes")) {
    search.probes.push_back({.offered_per_s = number(probe.at(0)),
                             .achieved_per_s = number(probe.at(1)),
                             .p99_ns = number(probe.at(2)),
                             .passed = probe.at(3).get<bool>()});
  }
  return search;
}

Json windows_to_json(const std::vector<WindowRecord>& windows) {
  Json json = Json::array();
  for (const WindowRecord& w : windows) {
    json.push_back({w.ops_per_s, w.p50, w.p99, w.longest_ns, w.allocated_bytes, w.resident_bytes});
  }
  return json;
}

std::vector<WindowRecord> windows_from_json(const Json& json) {
  std::vector<WindowRecord> windows;
  for (const Json& w : json) {
    windows.push_back({.ops_per_s = number(w.at(0)),
                       .p50 = number(w.at(1)),
                       .p99 = number(w.at(2)),
                       .longest_ns = number(w.at(3)),
                       .allocated_bytes = w.at(4).get<std::uint64_t>(),
                       .resident_bytes = w.at(5).get<std::uint64_t>()});
  }
  return windows;
}

/// What only some trials have.
void add_modes(const TrialRecord& trial, Json& json) {
  for (const auto& [name, parts] : {std::pair("phases", &trial.phases), std::pair("kinds", &trial.kinds)}) {
    for (const PartRecord& part : *parts) json[name].push_back(part_to_json(part));
  }
  if (trial.open) json["open"] = open_to_json(*trial.open);
  if (trial.search) json["search"] = search_to_json(*trial.search);
  if (!trial.windows.empty()) json["windows"] = windows_to_json(trial.windows);
}

void read_modes(const Json& json, TrialRecord& trial) {
  for (const auto& [name, parts] : {std::pair("phases", &trial.phases), std::pair("kinds", &trial.kinds)}) {
    if (!json.contains(name)) continue;
    for (const Json& part : json.at(name)) parts->push_back(part_from_json(part));
  }
  if (json.contains("open")) trial.open = open_from_json(json.at("open"));
  if (json.contains("search")) trial.search = search_from_json(json.at("search"));
  if (json.contains("windows")) trial.windows = windows_from_json(json.at("windows"));
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

Json hardness_to_json(const std::optional<KeyHardness>& hardness) {
  if (!hardness) return nullptr;
  return {{"local_segments", hardness->local_segments},
          {"global_segments", hardness->global_segments},
          {"rmi_log2_error", hardness->rmi_log2_error}};
}

std::optional<KeyHardness> hardness_from_json(const Json& json) {
  if (!json.contains("hardness") || json["hardness"].is_null()) return std::nullopt;
  KeyHardness hardness;
  read(json["hardness"], "local_segments", hardness.local_segments);
  read(json["hardness"], "global_segments", hardness.global_segments);
  read(json["hardness"], "rmi_log2_error", hardness.rmi_log2_error);
  return hardness;
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
          {"notes", dataset.notes},
          {"hardness", hardness_to_json(dataset.hardness)}};
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
  dataset.hardness = hardness_from_json(json);
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
  add_modes(trial, json);
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
  read_modes(json, trial);
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
    if (cell.open_operations != 0) cells.back()["open_operations"] = cell.open_operations;
  }
  Json realised = Json::array();
  for (const auto& [name, share] : row.realised) realised.push_back({name, share});
  return {{"dataset", row.dataset},
          {"keys", row.keys},
          {"loaded_keys", row.loaded_keys},
          {"workload", row.workload},
          {"threads", row.threads},
          {"ordered", row.ordered},
          {"mutates", row.mutates},
          {"reshapes", row.reshapes},
          {"oversubscribed", row.oversubscribed},
          {"cold", row.cold},
          {"operations", row.operations},
          {"timed", row.timed},
          {"phase_operations", row.phase_operations},
          {"cells", cells},
          {"notes", row.notes},
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
  row.cold = json.value("cold", false);
  read(json, "operations", row.operations);
  row.timed = json.value("timed", false);
  row.phase_operations = json.value("phase_operations", std::vector<std::uint64_t>{});
  for (const Json& cell : json.at("cells")) {
    row.cells.push_back({.index = cell.at("index").get<std::string>(),
                         .status = trial_status_from(cell.at("status").get<std::string>()),
                         .reason = cell.at("reason").get<std::string>(),
                         .operations = cell.at("operations").get<std::uint64_t>(),
                         .open_operations = cell.value("open_operations", std::uint64_t{0})});
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
          {"tool", write_json(header.tool)},
          {"environment", write_json(header.environment)},
          {"plan", header.plan},
          {"datasets", datasets},
          {"indexes", indexes},
          {"rows", rows}};
}

RunHeader header_from_json(const Json& json) {
  RunHeader header;
  read(json, "started", header.started);
  read_json(json.at("tool"), header.tool);
  read_json(json.at("environment"), header.environment);
  header.plan = json.at("plan");
  for (const Json& dataset : json.at("datasets")) header.datasets.push_back(dataset_from_json(dataset));
  for (const Json& index : json.at("indexes")) header.indexes.push_back(index_from_json(index));
  for (const Json& row : json.at("rows")) header.rows.push_back(row_from_json(row));
  return header;
}

std::string dump_line(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace omenbench
