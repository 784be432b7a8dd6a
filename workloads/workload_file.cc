// Workloads as JSON files: presets that are part of the program, and files of the user in the same form. The form is
// described in docs/workloads.md; every field is checked, because a misspelt one would silently measure something else.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>

#include "core/error.h"
#include "core/suggest.h"
#include "embedded/presets.h"
#include "workloads/json_lines.h"
#include "workloads/workload.h"

namespace omenbench {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr std::array<std::pair<const char*, OpKind>, kOpKinds> kKinds = {
    {{"lookup", OpKind::kLookup},
     {"lower_bound", OpKind::kLowerBound},
     {"scan", OpKind::kScan},
     {"insert", OpKind::kInsert},
     {"update", OpKind::kUpdate},
     {"erase", OpKind::kErase},
     {"read_modify_write", OpKind::kReadModifyWrite}}};
constexpr std::array<std::pair<const char*, KeyChooser>, 5> kChoosers = {
    {{"uniform", KeyChooser::kUniform},
     {"zipfian", KeyChooser::kZipfian},
     {"zipfian-clustered", KeyChooser::kZipfianClustered},
     {"sequential", KeyChooser::kSequential},
     {"hotspot", KeyChooser::kHotspot}}};

/// Distance from 1 that the shares of a mix may have, for fractions such as 0.33.
constexpr double kMixTolerance = 1e-6;
constexpr double kMaxTheta = 10;

template <class Pairs>
std::vector<std::string> names_of(const Pairs& pairs) {
  std::vector<std::string> names;
  for (const auto& [name, value] : pairs) names.emplace_back(name);
  return names;
}

/// Reads the fields of one file; every complaint names file, line and field.
class WorkloadReader {
 public:
  WorkloadReader(std::string_view text, std::string file, std::string default_name)
      : file_(std::move(file)), document_(parse_json_with_lines(text, file_)) {
    workload_.name = std::move(default_name);
  }

  Workload read() {
    if (!document_.value.is_object()) {
      throw Error(fmt::format("file '{}', line 1: expected an object, got {}", file_, document_.value.type_name()));
    }
    refuse_unknown_fields();
    if (has("name")) workload_.name = text("name");
    if (has("description")) workload_.description = text("description");
    if (workload_.name.empty()) fail("name", "must not be empty");
    read_mix();
    read_chooser();
    workload_.hit_ratio = number("hit_ratio", workload_.hit_ratio, 0, 1);
    workload_.bulk_load = number("bulk_load", workload_.bulk_load, 0, 1);
    read_scan_length();
    check_sense();
    return std::move(workload_);
  }

 private:
  [[noreturn]] void fail(const std::string& name, const std::string& complaint) const {
    throw Error(fmt::format("file '{}', line {}: field '{}' {}", file_, document_.line_of(name), name, complaint));
  }
  bool has(const std::string& name) const { return document_.value.contains(name); }

  void refuse_unknown_fields() const {
    static const std::vector<std::string> kFields = {
        "name",     "description",    "mix",       "chooser",     "theta",
        "hot_keys", "hot_operations", "hit_ratio", "scan_length", "bulk_load"};
    for (const auto& [name, value] : document_.value.items()) {
      if (std::ranges::find(kFields, name) == kFields.end()) {
        fail(name, "is unknown" + did_you_mean(name, kFields));
      }
    }
  }

  std::string text(const char* name) const {
    const Json& value = document_.value[name];
    if (!value.is_string()) fail(name, fmt::format("expected a text, got {}", value.dump()));
    return value.get<std::string>();
  }

  double number_in(const Json& value, const std::string& name, double lowest, double highest) const {
    if (!value.is_number()) fail(name, fmt::format("expected a number, got {}", value.dump()));
    const double result = value.get<double>();
    if (!(result >= lowest && result <= highest)) {
      fail(name, fmt::format("must lie between {} and {}, got {}", lowest, highest, value.dump()));
    }
    return result;
  }
  double number(const char* name, double otherwise, double lowest, double highest) const {
    return has(name) ? number_in(document_.value[name], name, lowest, highest) : otherwise;
  }

  void read_mix() {
    if (!has("mix")) throw Error(fmt::format("file '{}', line 1: field 'mix' is missing", file_));
    const Json& mix = document_.value["mix"];
    if (!mix.is_object()) fail("mix", fmt::format("expected an object of shares, got {}", mix.dump()));
    double sum = 0;
    for (const auto& [name, value] : mix.items()) {
      const auto kind = std::ranges::find(kKinds, name, [](const auto& pair) { return std::string(pair.first); });
      if (kind == kKinds.end()) fail("mix." + name, "is no operation" + did_you_mean(name, names_of(kKinds)));
      const double share = number_in(value, "mix." + name, 0, 1);
      workload_.mix[static_cast<int>(kind->second)] = share;
      sum += share;
    }
    if (std::abs(sum - 1) > kMixTolerance) fail("mix", fmt::format("must sum to 1, got {}", sum));
  }

  void read_chooser() {
    if (has("chooser")) {
      const std::string name = text("chooser");
      const auto chooser = std::ranges::find(kChoosers, name, [](const auto& pair) { return std::string(pair.first); });
      if (chooser == kChoosers.end()) {
        fail("chooser", fmt::format("'{}' is no key chooser{}", name, did_you_mean(name, names_of(kChoosers))));
      }
      workload_.chooser = chooser->second;
    }
    const bool zipfian =
        workload_.chooser == KeyChooser::kZipfian || workload_.chooser == KeyChooser::kZipfianClustered;
    if (has("theta") && !zipfian) fail("theta", "applies to the zipfian choosers only");
    workload_.theta = number("theta", workload_.theta, 0, kMaxTheta);
    if (workload_.theta == 0) fail("theta", "must be above 0; choose 'uniform' for no skew");
    for (const char* name : {"hot_keys", "hot_operations"}) {
      if (has(name) && workload_.chooser != KeyChooser::kHotspot) fail(name, "applies to the hotspot chooser only");
    }
    workload_.hot_keys = number("hot_keys", workload_.hot_keys, 0, 1);
    workload_.hot_operations = number("hot_operations", workload_.hot_operations, 0, 1);
  }

  /// A number, or [shortest, longest].
  void read_scan_length() {
    if (!has("scan_length")) return;
    const char* const name = "scan_length";
    const Json& value = document_.value[name];
    if (workload_.share(OpKind::kScan) <= 0) fail(name, "needs a mix with scans");
    const bool pair =
        value.is_array() && value.size() == 2 && value[0].is_number_integer() && value[1].is_number_integer();
    if (!pair && !value.is_number_integer()) {
      fail(name, fmt::format("expected an integer or [shortest, longest], got {}", value.dump()));
    }
    workload_.scan_min = static_cast<std::uint32_t>(number_in(pair ? value[0] : value, name, 1, kMaxScan));
    workload_.scan_max = static_cast<std::uint32_t>(number_in(pair ? value[1] : value, name, 1, kMaxScan));
    if (workload_.scan_min > workload_.scan_max) fail(name, "must not begin above its end");
  }

  /// What is well formed but cannot be meant.
  void check_sense() const {
    if (has("hit_ratio") && workload_.share(OpKind::kLookup) + workload_.share(OpKind::kLowerBound) <= 0) {
      fail("hit_ratio", "needs a mix with lookups or lower bounds");
    }
    if (workload_.share(OpKind::kInsert) > 0 && workload_.bulk_load >= 1) {
      fail(has("bulk_load") ? "bulk_load" : "mix", "inserts keys, but none is held out: set 'bulk_load' below 1");
    }
  }

  std::string file_;
  JsonDocument document_;
  Workload workload_;
};

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) throw Error(fmt::format("workload file '{}' cannot be read", path));
  return std::move(text).str();
}

Workload read_preset(const EmbeddedFile& preset) {
  const std::string file(preset.name);
  return WorkloadReader(preset.content, file, fs::path(file).stem()).read();
}

}  // namespace

Workload load_workload(const std::string& name_or_file) {
  if (fs::is_regular_file(name_or_file)) {
    return WorkloadReader(read_file(name_or_file), name_or_file, fs::path(name_or_file).stem()).read();
  }
  std::vector<std::string> names;
  for (const EmbeddedFile& preset : embedded::presets()) {
    names.push_back(fs::path(preset.name).stem());
    if (names.back() == name_or_file) return read_preset(preset);
  }
  if (name_or_file.ends_with(".json") || name_or_file.find('/') != std::string::npos) {
    throw Error(fmt::format("workload file '{}' does not exist", name_or_file));
  }
  throw Error(fmt::format("unknown workload '{}'{}; 'omenbench list workloads' names all", name_or_file,
                          did_you_mean(name_or_file, names)));
}

std::vector<Workload> list_workloads() {
  std::vector<Workload> workloads;
  for (const EmbeddedFile& preset : embedded::presets()) workloads.push_back(read_preset(preset));
  std::ranges::sort(workloads, {}, &Workload::name);
  return workloads;
}

}  // namespace omenbench
