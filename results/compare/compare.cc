// See the header.
#include "results/compare/compare.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

#include "core/error.h"
#include "core/suggest.h"
#include "harness/machine_difference.h"
#include "results/text.h"

namespace omenbench {
namespace {

using Json = nlohmann::ordered_json;

const std::vector<std::string> kFields = {"dataset", "workload", "index",   "family",
                                          "tier",    "keys",     "threads", "metric"};

const Row* find_row(const Result& result, const Row& like) {
  const auto same = [&](const Row& row) { return name_of(row) == name_of(like); };
  const auto found = std::ranges::find_if(result.rows, same);
  return found == result.rows.end() ? nullptr : &*found;
}

/// How the keys of a row's dataset differ; empty when they do not.
std::string other_keys(const Result& base, const Result& head, const Row& row) {
  for (const DatasetFacts& ours : base.datasets) {
    const auto same = [&](const DatasetFacts& theirs) { return theirs.name == ours.name && theirs.n == ours.n; };
    const auto theirs = std::ranges::find_if(head.datasets, same);
    if (row.dataset != ours.name || theirs == head.datasets.end() || theirs->sha256 == ours.sha256) continue;
    return fmt::format("dataset '{}' with {} keys is not the same in both runs: its keys have sha256 {} and {}",
                       ours.name, ours.n, ours.sha256, theirs->sha256);
  }
  return "";
}

/// How the operations of a row that both have differ; empty when they do not.
std::string other_streams(const Row& row, const Row& other) {
  const auto& a = row.stream_sha256;
  const auto& b = other.stream_sha256;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    if (a[i] == b[i]) continue;
    return fmt::format(
        "row '{}' ran other operations in the two runs (round {}: stream {:.12} and {:.12}); use "
        "the same --seed and --ops",
        name_of(row), i + 1, a[i], b[i]);
  }
  return "";
}

std::vector<std::string> differences(const Result& base, const Result& head) {
  std::vector<std::string> warnings;
  bool grave = false;
  std::set<std::string> told;
  for (const Row& row : base.rows) {
    const Row* other = find_row(head, row);
    if (other == nullptr) continue;
    for (const MachineDifference& difference :
         machine_differences(base.environment_of(row), head.environment_of(*other))) {
      if (!told.insert(difference.text()).second) continue;
      warnings.push_back("the runs differ in " + difference.text());
      grave |= difference.grave;
    }
  }
  const auto huge_pages = [](const Result& result) { return result.plan.value("huge_pages", false) ? "on" : "off"; };
  if (std::string_view(huge_pages(base)) != huge_pages(head)) {
    warnings.push_back(fmt::format("the runs differ in --huge-pages: {} and {}", huge_pages(base), huge_pages(head)));
    grave = true;
  }
  for (const EngineDifference& difference : engine_differences(base, head)) {
    warnings.push_back(fmt::format("{} is {} in the first run and {} in the second: ratios are those of the versions",
                                   difference.engine, difference.first, difference.second));
  }
  if (grave) warnings.emplace_back("not the same machine under the same conditions: ratios mix code and hardware");
  const auto compare = [&](const char* name, const std::string& a, const std::string& b) {
    if (a != b) warnings.push_back(fmt::format("{}: \"{}\" and \"{}\"", name, a, b));
  };
  compare("compiler", base.tool.compiler, head.tool.compiler);
  compare("flags", base.tool.flags, head.tool.flags);
  compare("isa", base.tool.isa, head.tool.isa);
  return warnings;
}

/// The distinct values of a field, as text; rows of failed cells have no measurements and are not seen.
std::string values_of(const std::vector<Measurement>& measurements, std::string (*value)(const Measurement&)) {
  std::vector<std::string> names;
  for (const Measurement& measurement : measurements) {
    const std::string name = value(measurement);
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  constexpr std::size_t kShown = 4;
  const std::size_t more = names.size() > kShown ? names.size() - kShown : 0;
  names.resize(names.size() - more);
  return names.empty() ? "nothing" : fmt::format("{}{}", fmt::join(names, ", "), more > 0 ? ", ..." : "");
}

/// What each side has instead: metrics where the filter leaves nothing, else rows or indexes.
std::string nothing_in_common(const Result& base, const Result& head, const MeasurementFilter& filter,
                              std::uint64_t seen) {
  const auto all = measurements_of(base);
  if (all.empty()) return "the first run has no measurements: it has no rows, or nothing in them worked";
  if (seen == 0) {
    return fmt::format("the first run has no measurement that matches '{}'; of its indexes {} it has the metrics {}",
                       filter.text(), values_of(all, [](const Measurement& m) { return m.index; }),
                       values_of(all, [](const Measurement& m) { return m.metric; }));
  }
  const auto others = measurements_of(head);
  const auto row = [](const Measurement& m) {
    return fmt::format("'{} {} keys {} {}'", m.dataset, m.keys, m.workload, counted(m.threads, "thread"));
  };
  const auto in_other = [&](const Measurement& m) {
    return std::ranges::any_of(others, [&](const Measurement& o) { return row(m) == row(o); });
  };
  const bool rows = std::ranges::none_of(all, in_other);
  std::string (*what)(const Measurement&) = [](const Measurement& m) { return m.index + " " + m.metric; };
  if (rows) what = row;
  return fmt::format("the two runs have nothing in common: the first has {}, the second {}", values_of(all, what),
                     values_of(others, what));
}

std::string cell_key(const Measurement& measurement) { return measurement.cell_name() + " " + measurement.metric; }

}  // namespace

std::string field_of(const Measurement& m, const std::string& field) {
  if (field == "dataset") return m.dataset;
  if (field == "workload") return m.workload;
  if (field == "index") return m.index;
  if (field == "family") return m.family;
  if (field == "tier") return m.tier;
  if (field == "keys") return std::to_string(m.keys);
  if (field == "threads") return std::to_string(m.threads);
  if (field == "metric") return m.metric;
  throw Error(fmt::format("unknown field '{}'{}: expected one of {}", field, did_you_mean(field, kFields),
                          fmt::join(kFields, ", ")));
}

MeasurementFilter::MeasurementFilter(const std::string& text) {
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    const auto colon = word.find(':');
    if (colon == std::string::npos || colon == 0 || colon + 1 == word.size()) {
      throw Error(fmt::format("filter '{}': expected terms such as 'index:pgm-*', got '{}'", text, word));
    }
    const std::string field = word.substr(0, colon);
    field_of({}, field);
    terms_.emplace_back(field, word.substr(colon + 1));
    text_ += (text_.empty() ? "" : " ") + word;
  }
}

bool MeasurementFilter::names(const std::string& field) const {
  return std::ranges::any_of(terms_, [&](const auto& term) { return term.first == field; });
}

void MeasurementFilter::require_known(std::span<const Measurement> all) const {
  for (const auto& [field, pattern] : terms_) {
    std::set<std::string> names;
    for (const Measurement& measurement : all) names.insert(field_of(measurement, field));
    names.erase("");
    const auto matched = [&pattern](const std::string& name) { return fnmatch(pattern.c_str(), name.c_str(), 0) == 0; };
    if (std::ranges::any_of(names, matched)) continue;
    const std::vector<std::string> known(names.begin(), names.end());
    throw Error(fmt::format("filter '{}:{}': no {} here matches it{}; there {} {}", field, pattern, field,
                            did_you_mean(pattern, known), known.size() == 1 ? "is" : "are",
                            known.empty() ? "none" : fmt::format("{}", fmt::join(known, ", "))));
  }
}

std::vector<Measurement> nameable(const Result& result) {
  std::vector<Measurement> all = all_measurements_of(result);
  for (const Row& row : result.rows) {
    for (const Cell& cell : row.cells) all.push_back(description_of(result, row, cell));
  }
  return all;
}

bool MeasurementFilter::matches(const Measurement& measurement, const std::string& field) const {
  if (!names(field)) return true;
  const std::string value = field_of(measurement, field);
  return std::ranges::any_of(terms_, [&](const auto& term) {
    return term.first == field && fnmatch(term.second.c_str(), value.c_str(), 0) == 0;
  });
}

bool MeasurementFilter::keeps(const Measurement& measurement) const {
  return std::ranges::all_of(kFields, [&](const std::string& field) { return matches(measurement, field); });
}

void MeasurementFilter::prune(Result& result) const {
  for (Row& row : result.rows) {
    std::erase_if(row.cells, [&](const Cell& cell) {
      const Measurement described = description_of(result, row, cell);
      return !std::ranges::all_of(
          kFields, [&](const std::string& field) { return field == "metric" || matches(described, field); });
    });
    const auto has = [&](const std::string& index) {
      return index.empty() || std::ranges::find(row.cells, index, &Cell::index) != row.cells.end();
    };
    std::erase_if(row.verdicts,
                  [&](const Verdict& verdict) { return !has(verdict.learned) || !has(verdict.baseline); });
  }
  std::erase_if(result.rows, [](const Row& row) { return row.cells.empty(); });
}

std::string_view Compared::no_interval() const {
  const bool once = base.unit == "bytes" || (base.metric == "build_ns" && base.tier != "in-process");
  return lo || once ? "" : "too few rounds";
}

Compared compare_measurements(const Measurement& base, const Measurement& head) {
  Compared compared{.base = base, .head = head, .ratio = {}, .lo = {}, .hi = {}};
  if (compared.unresolved()) return compared;
  if (const auto change = change_between(base.blocks, head.blocks)) {
    compared.ratio = change->ratio;
    compared.lo = change->lo;
    compared.hi = change->hi;
    compared.p_value = change->p_value;
  }
  return compared;
}

std::vector<EngineDifference> engine_differences(const Result& base, const Result& head) {
  std::map<std::string, std::string> versions;
  for (const Row& row : base.rows) {
    for (const Cell& cell : row.cells) versions[cell.index] = cell.engine_version;
  }
  std::vector<EngineDifference> differences;
  std::set<std::string> told;
  for (const Row& row : head.rows) {
    for (const Cell& cell : row.cells) {
      const std::string& before = versions[cell.index];
      const std::string& now = cell.engine_version;
      if (before.empty() || now.empty() || before == now || !told.insert(cell.index).second) continue;
      differences.push_back({fmt::format("engine '{}'", cell.index), before, now});
    }
  }
  return differences;
}

std::string why_incomparable(const Result& base, const Result& head, const Row& row) {
  const Row* other = find_row(head, row);
  if (other == nullptr) return fmt::format("row '{}' is not part of the other run", name_of(row));
  const std::string keys = other_keys(base, head, row);
  return keys.empty() ? other_streams(row, *other) : keys;
}

Comparison compare_what_both_have(const Result& base, const Result& head, const MeasurementFilter& filter) {
  Comparison comparison;
  comparison.warnings = differences(base, head);
  std::map<std::string, Measurement> of_head;
  for (const Measurement& measurement : measurements_of(head)) of_head.emplace(cell_key(measurement), measurement);
  for (const Row& row : base.rows) {
    const std::string reason = why_incomparable(base, head, row);
    bool left_out = false;
    for (const Measurement& measurement : measurements_of(base, row)) {
      if (!filter.keeps(measurement)) continue;
      const auto found = of_head.find(cell_key(measurement));
      if (!reason.empty()) {
        comparison.incomparable.push_back({measurement, reason, find_row(head, row) != nullptr});
        left_out = true;
      } else if (found == of_head.end()) {
        comparison.gone.push_back(measurement);
      } else {
        comparison.cells.push_back(compare_measurements(measurement, found->second));
      }
    }
    if (left_out) comparison.warnings.push_back("left out: " + reason);
  }
  if (!comparison.gone.empty()) {
    comparison.warnings.push_back(fmt::format("{} of the first run missing in the second: {}",
                                              counted(comparison.gone.size(), "measurement"),
                                              values_of(comparison.gone, cell_key)));
  }
  return comparison;
}

Comparison compare_results(const Result& base, const Result& head, const MeasurementFilter& filter) {
  Comparison comparison = compare_what_both_have(base, head, filter);
  if (!comparison.cells.empty()) return comparison;
  for (const Incomparable& one : comparison.incomparable) {
    if (one.changed) throw Error(one.reason);
  }
  throw Error(nothing_in_common(base, head, filter, comparison.gone.size() + comparison.incomparable.size()));
}

Json to_json(const Comparison& comparison) {
  Json json = {{"schema", "omenbench.comparison/1"}, {"warnings", comparison.warnings}, {"cells", Json::array()}};
  const auto number = [](const std::optional<double>& value) { return value ? Json(*value) : Json(); };
  for (const Compared& cell : comparison.cells) {
    Json out;
    for (const std::string& field : kFields) out[field] = field_of(cell.base, field);
    out["keys"] = cell.base.keys;
    out["threads"] = cell.base.threads;
    out["unit"] = cell.base.unit;
    for (const auto& [side, m] : {std::pair("base", &cell.base), std::pair("head", &cell.head)}) {
      out[side] = {{"median", m->median}, {"lo", m->lo}, {"hi", m->hi}, {"upper_bound", m->upper_bound}};
    }
    out["ratio"] = number(cell.ratio);
    out["lo"] = number(cell.lo);
    out["hi"] = number(cell.hi);
    out["p_value"] = cell.p_value;
    out["differs"] = cell.differs();
    json["cells"].push_back(std::move(out));
  }
  return json;
}

}  // namespace omenbench
