// Plan files: strict about names and types, because a misspelt field that is ignored is a flag that does nothing.
#include "tools/omenbench/plan.h"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>

#include "base/json.h"
#include "core/error.h"
#include "core/suggest.h"
#include "embedded/plans.h"

namespace omenbench {
namespace {

using Json = nlohmann::json;

std::string stem(std::string_view file) { return std::string(file.substr(0, file.rfind('.'))); }

/// The JSON library's reason without its own numbering: "[json.exception.type_error.302] type must be ...".
std::string plain_reason(std::string reason) {
  if (reason.starts_with("[json.")) reason.erase(0, reason.find("] ") + 2);
  return reason;
}

/// One value or a list of them, as a list.
template <class T>
std::vector<T> list_of(const Json& json) {
  return json.is_array() ? json.get<std::vector<T>>() : std::vector<T>{json.get<T>()};
}

/// The JSON library would turn -1 and 1.5 into other numbers without a word.
std::uint64_t whole(const Json& json) {
  if (json.is_number_unsigned()) return json.get<std::uint64_t>();
  constexpr double kExact = 9007199254740992;  // 2^53: up to here doubles hold every integer
  const double value = json.is_number_float() ? json.get<double>() : -1;
  if (!(value >= 0 && value <= kExact) || value != std::floor(value)) {
    throw Error(fmt::format("expected a whole number from 0, got {}", json.dump()));
  }
  return static_cast<std::uint64_t>(value);
}

std::uint64_t positive(const Json& json) {
  constexpr std::uint64_t kMost = 1'000'000'000'000'000;
  const bool number = json.is_number_unsigned() || (json.is_number_float() && json.get<double>() >= 1);
  const std::uint64_t value = number ? whole(json) : 0;
  if (value == 0 || value > kMost) throw Error(fmt::format("expected a positive integer, got {}", json.dump()));
  return value;
}

std::vector<std::int32_t> cpu_list(const Json& json) {
  constexpr std::uint64_t kMostCpus = 4096;
  std::vector<std::int32_t> cpus;
  for (const Json& cpu : json.is_array() ? json : Json::array({json})) {
    const std::uint64_t number = whole(cpu);
    if (number >= kMostCpus) throw Error(fmt::format("expected CPU numbers below {}, got {}", kMostCpus, number));
    cpus.push_back(static_cast<std::int32_t>(number));
  }
  return cpus;
}

void read_operations(const Json& json, TierOperations& operations) {
  for (const auto& [tier, count] : json.items()) {
    if (tier == "in-process") {
      operations.in_process = positive(count);
    } else if (tier == "embedded") {
      operations.embedded = positive(count);
    } else if (tier == "server") {
      operations.server = positive(count);
    } else if (tier == "forced") {
      operations.forced = count.get<bool>();
    } else {
      throw Error(fmt::format("unknown tier '{}', expected in-process, embedded or server", tier));
    }
  }
}

double positive_seconds(const Json& json) {
  const auto value = json.get<double>();
  if (!(value > 0)) throw Error("expected a positive number of seconds");
  return value;
}

std::vector<std::uint64_t> positive_list(const Json& json) {
  std::vector<std::uint64_t> values;
  for (const Json& value : json.is_array() ? json : Json::array({json})) values.push_back(positive(value));
  return values;
}

const std::map<std::string, std::function<void(Plan&, const Json&)>>& fields() {
  static const std::map<std::string, std::function<void(Plan&, const Json&)>> kFields = {
      {"name", [](Plan& plan, const Json& json) { plan.name = json.get<std::string>(); }},
      {"description", [](Plan& plan, const Json& json) { plan.description = json.get<std::string>(); }},
      {"datasets",
       [](Plan& plan, const Json& json) {
         plan.datasets.clear();
         for (const Json& dataset : json) plan.datasets.push_back(list_of<std::string>(dataset));
       }},
      {"indexes", [](Plan& plan, const Json& json) { plan.indexes = list_of<std::string>(json); }},
      {"workloads", [](Plan& plan, const Json& json) { plan.workloads = list_of<std::string>(json); }},
      {"keys", [](Plan& plan, const Json& json) { plan.keys = positive_list(json); }},
      {"threads", [](Plan& plan, const Json& json) { plan.threads = positive_list(json); }},
      {"operations", [](Plan& plan, const Json& json) { read_operations(json, plan.operations); }},
      {"blocks", [](Plan& plan, const Json& json) { plan.blocks = positive(json); }},
      {"budget_s", [](Plan& plan, const Json& json) { plan.budget_s = positive_seconds(json); }},
      {"timeout_s", [](Plan& plan, const Json& json) { plan.timeout_s = positive_seconds(json); }},
      {"memory_limit_bytes", [](Plan& plan, const Json& json) { plan.memory_limit_bytes = whole(json); }},
      {"rate",
       [](Plan& plan, const Json& json) {
         plan.search_rate = json.is_string() && json.get<std::string>() == "max";
         if (!plan.search_rate) plan.rate = json.get<double>();
         if (!(plan.rate >= 0) || plan.rate > 1e12) throw Error("expected operations per second, or \"max\"");
       }},
      {"p99_limit_s",
       [](Plan& plan, const Json& json) {
         plan.p99_limit_s = json.get<double>();
         if (!(plan.p99_limit_s >= 0)) throw Error(fmt::format("expected seconds from 0, got {}", json.dump()));
       }},
      {"duration_s", [](Plan& plan, const Json& json) { plan.duration_s = positive_seconds(json); }},
      {"timeline", [](Plan& plan, const Json& json) { plan.timeline = whole(json); }},
      {"cold", [](Plan& plan, const Json& json) { plan.cold = json.get<bool>(); }},
      {"cold_bytes", [](Plan& plan, const Json& json) { plan.cold_bytes = whole(json); }},
      {"memory_pressure_bytes", [](Plan& plan, const Json& json) { plan.memory_pressure_bytes = whole(json); }},
      {"seed", [](Plan& plan, const Json& json) { plan.seed = whole(json); }},
      {"pin", [](Plan& plan, const Json& json) { plan.pin = cpu_list(json); }},
      {"huge_pages", [](Plan& plan, const Json& json) { plan.huge_pages = json.get<bool>(); }},
      {"isa", [](Plan& plan, const Json& json) { plan.isa = json.get<std::string>(); }},
      {"duplicates",
       [](Plan& plan, const Json& json) {
         const auto word = json.get<std::string>();
         if (word != "drop" && word != "sequence") throw Error("expected drop or sequence");
         plan.duplicates = word == "drop" ? Duplicates::kDrop : Duplicates::kSequence;
       }},
      {"extra_workers",
       [](Plan& plan, const Json& json) { plan.extra_workers = json.get<std::vector<std::string>>(); }},
      {"plugins", [](Plan& plan, const Json& json) { plan.plugins = json.get<std::vector<std::string>>(); }},
  };
  return kFields;
}

/// `where` says where a field stands.
Plan read_plan(const Json& json, const std::function<std::string(const std::string&)>& where) {
  if (!json.is_object()) throw Error(where("") + ": expected a JSON object");
  Plan plan;
  for (const auto& [name, value] : json.items()) {
    const auto field = fields().find(name);
    if (field == fields().end()) {
      std::vector<std::string> names;
      for (const auto& known : fields()) names.push_back(known.first);
      throw Error(fmt::format("{}: unknown field '{}'{}", where(name), name, did_you_mean(name, names)));
    }
    try {
      field->second(plan, value);
    } catch (const std::exception& error) {
      throw Error(fmt::format("{}, field '{}': {}", where(name), name, plain_reason(error.what())));
    }
  }
  return plan;
}

/// Splits "10m" into {10, "m"}; negative when there is no number.
std::pair<double, std::string> number_and_unit(const std::string& text) {
  std::size_t used = 0;
  double value = -1;
  try {
    value = std::stod(text, &used);
  } catch (const std::exception&) {
    return {-1, ""};
  }
  return {value, text.substr(used)};
}

std::uint64_t scaled(const std::string& text, const std::string& option, const std::map<std::string, double>& units,
                     const char* expected) {
  const auto [value, unit] = number_and_unit(text);
  const auto scale = units.find(unit);
  if (!(value >= 0) || scale == units.end() || value * scale->second > 1e18) {
    throw Error(fmt::format("{}: expected {}, got '{}'", option, expected, text));
  }
  return static_cast<std::uint64_t>(std::llround(value * scale->second));
}

/// "1", "0,2-3": numbers and ranges of them.
std::vector<std::int32_t> parse_numbers(const std::string& text, const std::string& option, const char* expected) {
  std::vector<std::int32_t> cpus;
  std::size_t at = 0;
  while (at <= text.size()) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    const std::string part = text.substr(at, comma - at);
    int first = -1;
    int last = -1;
    char extra = 0;
    const int fields_read = std::sscanf(part.c_str(), "%d-%d%c", &first, &last, &extra);
    if (fields_read == 1) last = first;
    const bool plain = !part.empty() && part.find_first_not_of("0123456789-") == std::string::npos;
    if (!plain || fields_read < 1 || fields_read > 2 || first < 0 || last < first || last > 4095) {
      throw Error(fmt::format("{}: expected {}, got '{}'", option, expected, text));
    }
    for (int cpu = first; cpu <= last; ++cpu) cpus.push_back(cpu);
    at = comma + 1;
  }
  return cpus;
}

}  // namespace

Plan plan_from_json(const Json& json, const std::string& where) {
  return read_plan(json, [&](const std::string&) { return where; });
}

Plan load_plan(const std::string& name_or_file) {
  if (std::filesystem::is_regular_file(name_or_file)) {
    std::ifstream file(name_or_file);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const JsonDocument document = parse_json_with_lines(text, fmt::format("plan '{}'", name_or_file));
    return read_plan(document.value, [&](const std::string& field) {
      return fmt::format("plan '{}', line {}", name_or_file, document.line_of(field));
    });
  }
  std::vector<std::string> names;
  for (const EmbeddedFile& file : embedded::plans()) {
    names.push_back(stem(file.name));
    if (names.back() == name_or_file) {
      const std::string where = fmt::format("built-in plan '{}'", name_or_file);
      return plan_from_json(Json::parse(file.content), where);
    }
  }
  throw Error(fmt::format("unknown plan '{}'{}: neither a file nor one of 'omenbench list plans'", name_or_file,
                          did_you_mean(name_or_file, names)));
}

std::vector<PlanListing> list_plans() {
  std::vector<PlanListing> listing;
  for (const EmbeddedFile& file : embedded::plans()) {
    const Plan plan = load_plan(stem(file.name));
    listing.push_back({plan.name, plan.description});
  }
  return listing;
}

nlohmann::ordered_json to_json(const Plan& plan) {
  nlohmann::ordered_json json = {
      {"name", plan.name},
      {"description", plan.description},
      {"datasets", plan.datasets},
      {"indexes", plan.indexes},
      {"workloads", plan.workloads},
      {"keys", plan.keys},
      {"threads", plan.threads},
      {"operations",
       {{"in-process", plan.operations.in_process},
        {"embedded", plan.operations.embedded},
        {"server", plan.operations.server}}},
      {"budget_s", plan.budget_s},
      {"timeout_s", plan.timeout_s},
      {"memory_limit_bytes", plan.memory_limit_bytes},
      {"rate", plan.search_rate ? nlohmann::ordered_json("max") : nlohmann::ordered_json(plan.rate)},
      {"p99_limit_s", plan.p99_limit_s},
      {"duration_s", plan.duration_s},
      {"timeline", plan.timeline},
      {"cold", plan.cold},
      {"cold_bytes", plan.cold_bytes},
      {"memory_pressure_bytes", plan.memory_pressure_bytes},
      {"seed", plan.seed},
      {"pin", plan.pin},
      {"huge_pages", plan.huge_pages},
      {"isa", plan.isa},
      {"duplicates", plan.duplicates == Duplicates::kDrop ? "drop" : "sequence"},
      {"extra_workers", plan.extra_workers},
      {"plugins", plan.plugins}};
  if (plan.operations.forced) json["operations"]["forced"] = true;
  if (plan.blocks) json["blocks"] = *plan.blocks;
  return json;
}

double parse_duration_s(const std::string& text, const std::string& option) {
  const std::map<std::string, double> units = {{"", 1},      {"s", 1},     {"m", 60},   {"h", 3600},
                                               {"ms", 1e-3}, {"us", 1e-6}, {"ns", 1e-9}};
  double total = 0;
  std::string rest = text;
  while (!rest.empty()) {
    auto [value, unit] = number_and_unit(rest);
    const std::size_t letters = std::min(unit.find_first_of("0123456789."), unit.size());
    const auto scale = units.find(unit.substr(0, letters));
    if (!(value >= 0) || scale == units.end()) total = -1;
    if (total < 0) break;
    total += value * scale->second;
    rest = unit.substr(letters);
  }
  if (!(total > 0))
    throw Error(fmt::format("{}: expected a duration such as 90s, 10m or 1h30m, got '{}'", option, text));
  return total;
}

std::uint64_t parse_bytes(const std::string& text, const std::string& option) {
  constexpr double kKi = 1024;
  return scaled(text, option,
                {{"", 1},
                 {"B", 1},
                 {"K", kKi},
                 {"KiB", kKi},
                 {"M", kKi * kKi},
                 {"MiB", kKi * kKi},
                 {"G", kKi * kKi * kKi},
                 {"GiB", kKi * kKi * kKi},
                 {"T", kKi * kKi * kKi * kKi},
                 {"TiB", kKi * kKi * kKi * kKi}},
                "a size such as 512MiB or 8GiB");
}

std::uint64_t parse_count(const std::string& text, const std::string& option) {
  const std::uint64_t count = scaled(text, option, {{"", 1}, {"k", 1e3}, {"K", 1e3}, {"M", 1e6}, {"G", 1e9}},
                                     "a count such as 200000, 200k or 10M");
  if (count == 0) throw Error(option + ": must be at least 1");
  return count;
}

std::pair<double, bool> parse_rate(const std::string& text, const std::string& option) {
  if (text == "max") return {0, true};
  const std::uint64_t rate = scaled(text, option, {{"", 1}, {"k", 1e3}, {"K", 1e3}, {"M", 1e6}, {"G", 1e9}},
                                    "operations per second such as 50000 or 50k, or 'max'");
  if (rate == 0) throw Error(option + ": must be at least 1");
  return {static_cast<double>(rate), false};
}

std::vector<std::uint64_t> parse_thread_counts(const std::string& text, const std::string& option) {
  std::vector<std::uint64_t> counts;
  for (const std::int32_t count : parse_numbers(text, option, "thread counts such as 4, 1,2,4 or 1-4")) {
    if (count == 0) throw Error(option + ": must be at least 1");
    counts.push_back(static_cast<std::uint64_t>(count));
  }
  return counts;
}

std::vector<std::int32_t> parse_cpus(const std::string& text, const std::string& option) {
  return parse_numbers(text, option, "CPU numbers such as 1 or 0,2-3");
}

}  // namespace omenbench
