// See the header.
#include "harness/gbench/document.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/json.h"
#include "core/error.h"

namespace omenbench {
namespace {

using Json = nlohmann::json;

/// Numeric fields that are no counters.
constexpr std::array<std::string_view, 8> kFields = {"family_index", "per_family_instance_index",
                                                     "repetitions",  "repetition_index",
                                                     "threads",      "iterations",
                                                     "real_time",    "cpu_time"};

/// Bytes that are no UTF-8, of a path or a label, become U+FFFD.
std::string as_utf8(std::string_view text) {
  const std::string quoted = Json(std::string(text)).dump(-1, ' ', false, Json::error_handler_t::replace);
  return parse_json(quoted, "").get<std::string>();
}

/// The library writes counters that are no finite number as NaN, Infinity and -Infinity, which JSON has not: as null.
/// Control characters of names and labels, of which it escapes some alone, are escaped.
std::string as_json(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool quoted = false;
  for (std::size_t i = 0; i < text.size();) {
    if (quoted && text[i] == '\\' && i + 1 < text.size()) {
      out += text.substr(i, 2);
      i += 2;
      continue;
    }
    if (text[i] == '"') quoted = !quoted;
    if (quoted && static_cast<unsigned char>(text[i]) < 0x20) {
      out += fmt::format("\\u{:04x}", text[i++]);
      continue;
    }
    std::size_t odd = 0;
    for (const std::string_view word : {"-NaN", "NaN", "-Infinity", "Infinity"}) {
      if (!quoted && odd == 0 && text.substr(i).starts_with(word)) odd = word.size();
    }
    if (odd == 0) {
      out += text[i++];
    } else {
      out += "null";
      i += odd;
    }
  }
  return out;
}

double unit_ns(const std::string& unit) {
  if (unit == "ns") return 1;
  if (unit == "us") return 1e3;
  if (unit == "ms") return 1e6;
  if (unit == "s") return 1e9;
  throw Error(fmt::format("unknown time_unit '{}', expected ns, us, ms or s", unit));
}

std::string text_of(const Json& row, const char* field) { return row.value(field, std::string()); }

/// A time in ns; 0 where it is none.
double time_of(const Json& row, const char* field, double unit) {
  return row.contains(field) && row.at(field).is_number() ? row.at(field).get<double>() * unit : 0;
}

GbenchRow row_of(const Json& json) {
  GbenchRow row;
  // run_name is the name without "_mean" and the like.
  row.name = json.contains("run_name") ? json.at("run_name").get<std::string>() : json.at("name").get<std::string>();
  row.aggregate = text_of(json, "aggregate_name");
  row.label = text_of(json, "label");
  row.family = json.value("family_index", 0.0);
  row.instance = json.value("per_family_instance_index", 0.0);
  if (json.value("error_occurred", false)) {
    row.state = GbenchState::kError;
    row.message = text_of(json, "error_message");
  } else if (json.value("skipped", false)) {
    row.state = GbenchState::kSkipped;
    row.message = text_of(json, "skip_message");
  }
  const double unit = unit_ns(json.value("time_unit", std::string("ns")));
  row.iterations = json.contains("iterations") ? json.at("iterations").get<double>() : 0;
  row.real_ns = time_of(json, "real_time", unit);
  row.cpu_ns = time_of(json, "cpu_time", unit);
  for (const auto& [field, value] : json.items()) {
    const bool counter = value.is_number() && std::ranges::find(kFields, field) == kFields.end();
    if (counter && std::isfinite(value.get<double>())) row.counters[field] = value.get<double>();
  }
  return row;
}

/// BigO and RMS rows fit a curve over a family: they are no measurement of one benchmark.
bool is_complexity(const Json& row) {
  return row.contains("big_o") || row.contains("rms") || row.contains("cpu_coefficient");
}

/// The rows of the `which`-th benchmark of that name.
std::vector<const GbenchRow*> rows_of(const GbenchDocument& document, const std::string& name, std::size_t which) {
  std::vector<std::pair<double, double>> instances;
  std::vector<const GbenchRow*> rows;
  for (const GbenchRow& row : document.rows) {
    if (row.name != name) continue;
    const std::pair instance(row.family, row.instance);
    const auto found = std::ranges::find(instances, instance);
    const auto number = static_cast<std::size_t>(found - instances.begin());
    if (found == instances.end()) instances.push_back(instance);
    if (number == which) rows.push_back(&row);
  }
  return rows;
}

template <class Value>
double median_of(const std::vector<const GbenchRow*>& rows, Value value) {
  std::vector<double> values;
  for (const GbenchRow* row : rows) values.push_back(std::invoke(value, *row));
  std::ranges::sort(values);
  const std::size_t n = values.size();
  return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

/// Counters that all rows have.
std::map<std::string, double> counters_of(const std::vector<const GbenchRow*>& rows) {
  std::map<std::string, double> medians;
  for (const auto& [name, first] : rows.front()->counters) {
    const std::string& counter = name;
    if (!std::ranges::all_of(rows, [&](const GbenchRow* row) { return row->counters.contains(counter); })) continue;
    medians[counter] = median_of(rows, [&](const GbenchRow& row) { return row.counters.at(counter); });
  }
  return medians;
}

}  // namespace

GbenchDocument read_gbench(std::string_view text, const std::string& where) {
  const Json json = parse_json(as_json(as_utf8(text)), where);
  return reading_json(where, [&] {
    GbenchDocument document;
    if (json.contains("context")) document.library_version = json.at("context").value("library_version", std::string());
    for (const Json& row : json.at("benchmarks")) {
      if (is_complexity(row)) {
        document.complexities = true;
      } else {
        document.rows.push_back(row_of(row));
      }
    }
    return document;
  });
}

GbenchSample sample_of(const GbenchDocument& document, const std::string& name, std::size_t which,
                       const std::string& where) {
  const std::vector<const GbenchRow*> all = rows_of(document, as_utf8(name), which);
  if (all.empty()) throw Error(fmt::format("{}: it holds no benchmark '{}'", where, name));
  GbenchSample sample{.label = all.front()->label};
  for (const GbenchRow* row : all) {
    if (row->state == GbenchState::kMeasured) continue;
    sample.state = row->state;
    sample.message = row->message;
    return sample;
  }
  const auto repetitions = [&](const std::string& aggregate) {
    std::vector<const GbenchRow*> rows = all;
    std::erase_if(rows, [&](const GbenchRow* row) { return row->aggregate != aggregate; });
    return rows;
  };
  std::vector<const GbenchRow*> rows = repetitions("");
  sample.aggregated = rows.empty();
  if (rows.empty()) rows = repetitions("median");
  if (rows.empty()) throw Error(fmt::format("{}: of '{}' it holds neither a repetition nor their median", where, name));
  sample.real_ns = median_of(rows, &GbenchRow::real_ns);
  sample.cpu_ns = median_of(rows, &GbenchRow::cpu_ns);
  // An aggregate counts repetitions, and hides how many iterations they had.
  sample.measured_ns =
      sample.aggregated
          ? std::numeric_limits<double>::infinity()
          : median_of(rows, [](const GbenchRow& row) { return std::max(row.real_ns, row.cpu_ns) * row.iterations; });
  sample.counters = counters_of(rows);
  return sample;
}

}  // namespace omenbench
