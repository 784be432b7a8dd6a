// See the header.
#include "tools/omenbench/decide_mix.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <vector>

#include "base/numbers.h"
#include "base/units.h"
#include "core/error.h"
#include "core/operation_names.h"
#include "core/suggest.h"
#include "workloads/workload_reader.h"

namespace omenbench {
namespace {

struct Part {
  const char* name;  ///< in --mix
  const char* words;
  OpKind kind;
};
constexpr Part kParts[] = {{"reads", "lookups", OpKind::kLookup},
                           {"lower-bounds", "lower bounds", OpKind::kLowerBound},
                           {"scan", "scans", OpKind::kScan},
                           {"inserts", "inserts", OpKind::kInsert},
                           {"updates", "updates", OpKind::kUpdate},
                           {"erases", "erases", OpKind::kErase},
                           {"read-modify-writes", "read-modify-writes", OpKind::kReadModifyWrite}};

struct Skew {
  const char* name;
  const char* field;
  const char* words;
};
constexpr Skew kSkews[] = {{"uniform", "uniform", "keys chosen uniformly"},
                           {"zipf", "zipfian", "a few hot keys (Zipf, 0.99)"},
                           {"latest", "latest", "mostly the keys that came last"},
                           {"hotspot", "hotspot", "80 % of them on a fifth of the keys"}};

constexpr std::uint32_t kScanLength = 100;
/// A p99 needs as many.
constexpr std::uint64_t kFewestOperations = 1000;

template <class Table>
const auto& find_named(const Table& table, const std::string& name, const std::string& option) {
  std::vector<std::string> known;
  for (const auto& one : table) {
    if (name == one.name) return one;
    known.emplace_back(one.name);
  }
  throw Error(fmt::format("{}: '{}' is none of {}{}", option, name, fmt::join(known, ", "), did_you_mean(name, known)));
}

/// Shares by the field's name.
nlohmann::ordered_json read_mix(const std::string& mix) {
  nlohmann::ordered_json shares = nlohmann::ordered_json::object();
  double sum = 0;
  std::istringstream parts(mix);
  for (std::string part; std::getline(parts, part, ',');) {
    const std::size_t equals = part.find('=');
    if (equals == std::string::npos) {
      throw Error(fmt::format("--mix: expected parts such as reads=95, got '{}'", part));
    }
    const Part& known = find_named(kParts, part.substr(0, equals), "--mix");
    const std::string field(name_of(known.kind));
    if (shares.contains(field)) throw Error(fmt::format("--mix: '{}' is named twice", known.name));
    const double percent =
        parse_real(part.substr(equals + 1), fmt::format("--mix: {}", known.name), 0, 100, "a percentage");
    if (percent > 0) shares[field] = percent / 100;
    sum += percent;
  }
  if (std::abs(sum - 100) > 1e-6) throw Error(fmt::format("--mix: the parts sum to {:g}, expected 100", sum));
  return shares;
}

/// More than the inserts that are expected, so that operations need not be lowered.
double held_out(double share, std::uint64_t operations) {
  const double inserts = share * static_cast<double>(operations);
  return inserts + 8 * std::sqrt(inserts) + 16;
}

std::string in_words(const Workload& workload, const Skew& skew, bool sorted) {
  std::string text;
  const WorkloadPhase& phase = workload.phases[0];
  for (const Part& part : kParts) {
    if (phase.part(part.kind) == 0) continue;
    text += fmt::format("{}{:g} % {}", text.empty() ? "" : ", ", 100 * phase.part(part.kind), part.words);
    if (part.kind == OpKind::kScan) text += fmt::format(" of {}", phase.scan_length.shortest);
  }
  if (phase.part(OpKind::kInsert) < 1) text += fmt::format("; {}", skew.words);
  if (workload.has(OpKind::kInsert)) text += sorted ? "; inserts in ascending order" : "; inserts anywhere";
  return text;
}

}  // namespace

double Mix::entries_scanned() const { return workload.share(OpKind::kScan) * workload.phases[0].scan_length.shortest; }

Mix mix_of(const MixOptions& options, std::uint64_t keys, std::uint64_t operations) {
  const Skew& skew = find_named(kSkews, options.skew.value_or("uniform"), "--skew");
  const std::string arrival = options.arrival.value_or("random");
  if (arrival != "random" && arrival != "sorted") {
    throw Error(fmt::format("--arrival: expected random or sorted, got '{}'", arrival));
  }
  Mix mix;
  mix.file = {{"name", "decide"}, {"description", options.mix}, {"mix", read_mix(options.mix)}};
  const double inserts = mix.file["mix"].value("insert", 0.0);
  const bool scans = mix.file["mix"].contains("scan");
  if (options.skew && inserts == 1) throw Error("--skew: the mix has nothing but inserts, which choose no keys");
  if (options.arrival && inserts == 0) throw Error("--arrival: the mix has no inserts; try --mix reads=95,inserts=5");
  if (options.scan_length && !scans) throw Error("--scan-length: the mix has no scans; try --mix reads=90,scan=10");
  if (inserts < 1) mix.file["chooser"] = skew.field;
  if (scans) mix.file["scan_length"] = options.scan_length.value_or(kScanLength);
  if (inserts > 0) {
    const double wanted = held_out(inserts, operations) / static_cast<double>(std::max<std::uint64_t>(keys, 1));
    mix.file["bulk_load"] = 1 - std::min(0.5, wanted);
    if (arrival == "sorted") mix.file["arrival"] = "sorted";
  }
  mix.workload = read_workload(mix.file.dump(), "--mix", "decide");
  mix.words = in_words(mix.workload, skew, arrival == "sorted");
  return mix;
}

void refuse_too_few_keys(const MixOptions& options, std::uint64_t keys, std::uint64_t operations) {
  const std::uint64_t wanted = std::min(kFewestOperations, operations);
  const auto possible = [&](std::uint64_t count) {
    const Workload workload = mix_of(options, count, operations).workload;
    const auto loaded = static_cast<std::uint64_t>(std::llround(workload.bulk_load * static_cast<double>(count)));
    return feasible_operations(workload, count, loaded, 1, operations);
  };
  if (possible(keys) >= wanted) return;
  std::uint64_t few = keys;
  std::uint64_t enough = std::max<std::uint64_t>(2 * keys, 2);
  while (possible(enough) < wanted) enough *= 2;
  while (few + 1 < enough) {
    const std::uint64_t middle = few + (enough - few) / 2;
    (possible(middle) < wanted ? few : enough) = middle;
  }
  throw Error(fmt::format(
      "{} too few for --mix {}: inserts and erases use them up after {} operations, and at least "
      "{} are needed to measure; {} keys are enough",
      keys == 1 ? "1 key is" : with_commas(keys) + " keys are", options.mix, possible(keys), wanted, enough));
}

}  // namespace omenbench
