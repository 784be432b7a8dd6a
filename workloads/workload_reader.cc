// What each field of a workload means, and what cannot be meant. See the header.
#include "workloads/workload_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "base/json_fields.h"
#include "core/operation_names.h"
#include "core/suggest.h"
#include "core/trial_io.h"

namespace omenbench {
namespace {

using Json = nlohmann::json;
using Fields = JsonFields;
template <class T>
using Names = JsonFields::Names<T>;

const Names<KeyChooser> kChoosers = {{"uniform", KeyChooser::kUniform},
                                     {"zipfian", KeyChooser::kZipfian},
                                     {"zipfian-clustered", KeyChooser::kZipfianClustered},
                                     {"scrambled", KeyChooser::kScrambled},
                                     {"latest", KeyChooser::kLatest},
                                     {"sequential", KeyChooser::kSequential},
                                     {"hotspot", KeyChooser::kHotspot},
                                     {"recorded", KeyChooser::kRecorded}};
const Names<ArrivalOrder> kOrders = {{"random", ArrivalOrder::kRandom},
                                     {"sorted", ArrivalOrder::kSorted},
                                     {"descending", ArrivalOrder::kDescending},
                                     {"near-sorted", ArrivalOrder::kNearSorted},
                                     {"late", ArrivalOrder::kLate},
                                     {"hotspot", ArrivalOrder::kHotspot},
                                     {"time", ArrivalOrder::kTime},
                                     {"recorded", ArrivalOrder::kRecorded}};

/// Distance from 1 that shares may have together, for fractions such as 0.33.
constexpr double kShareTolerance = 1e-6;
constexpr double kMaxTheta = 10;
constexpr double kMaxRate = 1e9;
constexpr double kMaxSeconds = 86'400;
constexpr double kMaxOperations = 1e12;
constexpr double kMaxRepeats = kMaxPhases;

const std::vector<std::string> kPhaseFields = {"mix",       "chooser",     "theta", "hot_keys", "hot_operations",
                                               "hit_ratio", "scan_length", "rate",  "seconds"};

void read_mix(const Fields& fields, WorkloadPhase& phase) {
  if (!fields.has("mix")) fields.fail_missing("mix");
  if (!fields.value("mix").is_object()) {
    fields.fail("mix", fmt::format("expected an object of shares, got {}", fields.value("mix").dump()));
  }
  double sum = 0;
  const std::vector<std::string> known(kOpNames.begin(), kOpNames.end());
  for (const auto& [name, value] : fields.value("mix").items()) {
    const auto kind = std::ranges::find(known, name);
    if (kind == known.end()) fields.fail("mix." + name, "is no operation" + did_you_mean(name, known));
    const double share = fields.number_in(value, "mix." + name, 0, 1);
    phase.mix[static_cast<std::size_t>(kind - known.begin())] = share;
    sum += share;
  }
  if (std::abs(sum - 1) > kShareTolerance) fields.fail("mix", fmt::format("must sum to 1, got {}", sum));
}

void read_chooser(const Fields& fields, WorkloadPhase& phase) {
  if (fields.has("chooser")) phase.chooser = fields.one_of("chooser", kChoosers, "key chooser");
  const bool zipfian = phase.chooser == KeyChooser::kZipfian || phase.chooser == KeyChooser::kZipfianClustered ||
                       phase.chooser == KeyChooser::kLatest;
  if (fields.has("theta") && !zipfian)
    fields.fail("theta", "applies to the choosers zipfian, zipfian-clustered and latest only");
  phase.theta = fields.number("theta", phase.theta, 0, kMaxTheta);
  if (phase.theta == 0) fields.fail("theta", "must be above 0; choose 'uniform' for no skew");
  for (const char* name : {"hot_keys", "hot_operations"}) {
    if (fields.has(name) && phase.chooser != KeyChooser::kHotspot) {
      fields.fail(name, "applies to the hotspot chooser only");
    }
  }
  phase.hot_keys = fields.number("hot_keys", phase.hot_keys, 0, 1);
  phase.hot_operations = fields.number("hot_operations", phase.hot_operations, 0, 1);
}

/// A number, [shortest, longest], or {"shortest": a, "longest": b, "theta": t}.
void read_scan_length(const Fields& fields, WorkloadPhase& phase) {
  const char* const name = "scan_length";
  if (!fields.has(name)) return;
  if (phase.part(OpKind::kScan) <= 0) fields.fail(name, "needs a mix with scans");
  const Json& value = fields.value(name);
  ScanLength& length = phase.scan_length;
  const auto entries = [&](const Json& number, const std::string& field) {
    if (!number.is_number_integer()) {
      fields.fail(name, fmt::format("expected a whole number, [shortest, longest] or an object, got {}", value.dump()));
    }
    return static_cast<std::uint32_t>(fields.number_in(number, field, 1, kMaxScan));
  };
  if (value.is_object()) {
    const Fields inner = fields.inner(name);
    inner.refuse_unknown({"shortest", "longest", "theta"});
    length.shortest = static_cast<std::uint32_t>(inner.count("shortest", 1, kMaxScan));
    length.longest = static_cast<std::uint32_t>(inner.count("longest", length.longest, kMaxScan));
    length.theta = inner.positive("theta", 0, kMaxTheta);
  } else if (value.is_array() && value.size() == 2) {
    length.shortest = entries(value[0], name);
    length.longest = entries(value[1], name);
  } else {
    length.shortest = length.longest = entries(value, name);
  }
  if (length.shortest > length.longest) fields.fail(name, "must not begin above its end");
}

WorkloadPhase read_phase(const Fields& fields) {
  WorkloadPhase phase;
  read_mix(fields, phase);
  read_chooser(fields, phase);
  phase.hit_ratio = fields.number("hit_ratio", phase.hit_ratio, 0, 1);
  if (fields.has("hit_ratio") && phase.part(OpKind::kLookup) + phase.part(OpKind::kLowerBound) <= 0) {
    fields.fail("hit_ratio", "needs a mix with lookups or lower bounds");
  }
  if (fields.has("chooser") && phase.part(OpKind::kInsert) >= 1) {
    fields.fail("chooser", "chooses nothing: inserts come in the order of arrival");
  }
  read_scan_length(fields, phase);
  phase.rate = fields.positive("rate", 0, kMaxRate);
  phase.seconds = fields.positive("seconds", 0, kMaxSeconds);
  return phase;
}

/// How much of the stream a phase takes, as the file says it.
struct PhaseSize {
  double share = 0;
  double operations = 0;
  bool timed = false;  ///< by seconds that only a probe can turn into a count
};

class WorkloadReader {
 public:
  WorkloadReader(std::string_view text, const std::string& where, std::string default_name)
      : document_(parse_json_with_lines(text, where)), fields_(document_, document_.value, where, "") {
    workload_.name = std::move(default_name);
  }

  Workload read() {
    std::vector<std::string> known = {"name",   "description", "bulk_load", "arrival",   "insert_from",
                                      "phases", "repeat",      "threads",   "operations"};
    known.insert(known.end(), kPhaseFields.begin(), kPhaseFields.end());
    fields_.refuse_unknown(known);
    if (fields_.has("name")) workload_.name = fields_.text("name");
    if (fields_.has("description")) workload_.description = fields_.text("description");
    if (workload_.name.empty()) fields_.fail("name", "must not be empty");
    if (std::ranges::any_of(workload_.name, [](unsigned char c) { return c < 0x20 || c == 0x7F; })) {
      fields_.fail("name", "must hold no control characters");
    }
    workload_.bulk_load = fields_.number("bulk_load", workload_.bulk_load, 0, 1);
    workload_.threads = fields_.count("threads", 0, kMaxThreads);
    if (fields_.has("phases")) {
      read_phases();
    } else {
      read_only_phase();
    }
    read_arrival();
    read_insert_source();
    check_sense();
    return std::move(workload_);
  }

 private:
  void read_only_phase() {
    if (fields_.has("repeat")) fields_.fail("repeat", "repeats a list of 'phases', of which there is none");
    workload_.operations = fields_.count("operations", 0, kMaxOperations);
    WorkloadPhase phase = read_phase(fields_);
    if (phase.seconds > 0 && workload_.operations > 0) fields_.fail("seconds", "does not go with 'operations'");
    phase.name = workload_.name;
    workload_.phases.push_back(std::move(phase));
  }

  void read_phases() {
    for (const std::string& name : kPhaseFields) {
      if (fields_.has(name)) fields_.fail(name, "belongs into each of the 'phases'");
    }
    if (fields_.has("operations")) fields_.fail("operations", "belongs into each of the 'phases'");
    const Json& list = fields_.value("phases");
    if (!list.is_array() || list.empty()) fields_.fail("phases", "expected a list of at least one phase");
    const std::uint64_t repeats = fields_.count("repeat", 1, kMaxRepeats);
    std::vector<WorkloadPhase> phases;
    std::vector<PhaseSize> sizes;
    for (std::size_t i = 0; i < list.size(); ++i) {
      const Fields fields = fields_.element("phases", i);
      phases.push_back(read_listed_phase(fields, i));
      sizes.push_back(read_size(fields, phases.back()));
      for (std::size_t other = 0; other < i; ++other) {
        if (phases[other].name == phases[i].name) fields.fail("name", "is that of an earlier phase");
      }
    }
    if (phases.size() * repeats > kMaxPhases) {
      fields_.fail(repeats > 1 ? "repeat" : "phases",
                   fmt::format("makes {} phases, at most {} can be told apart", phases.size() * repeats, kMaxPhases));
    }
    share_out(phases, sizes, repeats);
    for (std::uint64_t repeat = 1; repeat <= repeats; ++repeat) {
      for (WorkloadPhase phase : phases) {
        if (repeats > 1) phase.name += fmt::format(" {}", repeat);
        phase.share /= static_cast<double>(repeats);
        workload_.phases.push_back(std::move(phase));
      }
    }
  }

  WorkloadPhase read_listed_phase(const Fields& fields, std::size_t i) {
    std::vector<std::string> known = {"name", "share", "operations", "threads"};
    known.insert(known.end(), kPhaseFields.begin(), kPhaseFields.end());
    fields.refuse_unknown(known);
    WorkloadPhase phase = read_phase(fields);
    phase.name = fields.has("name") ? fields.text("name") : fmt::format("phase {}", i + 1);
    phase.threads = fields.count("threads", 0, kMaxThreads);
    if (phase.threads > 0 && workload_.threads == 0) {
      fields.fail("threads", "needs the workload's own 'threads', of which the phase takes some");
    }
    if (phase.threads > workload_.threads) {
      fields.fail("threads", fmt::format("must not exceed the workload's {}", workload_.threads));
    }
    return phase;
  }

  PhaseSize read_size(const Fields& fields, WorkloadPhase& phase) {
    PhaseSize size;
    int given = 0;
    for (const char* name : {"share", "operations", "seconds"}) given += fields.has(name);
    if (given > 1)
      fields.fail("share", "is one of three ways to size a phase: give 'share', 'operations' or 'seconds'");
    size.share = fields.positive("share", 0, 1);
    size.operations = static_cast<double>(fields.count("operations", 0, kMaxOperations));
    if (phase.seconds > 0 && phase.rate > 0) {
      size.operations = std::max(1.0, std::round(phase.seconds * phase.rate));
      phase.seconds = 0;
    }
    size.timed = phase.seconds > 0;
    phase.operations = static_cast<std::uint64_t>(size.operations);
    return size;
  }

  /// From what the phases say of their size to shares that sum to 1. All by share, all by count, or none: equal shares.
  void share_out(std::vector<WorkloadPhase>& phases, const std::vector<PhaseSize>& sizes, std::uint64_t repeats) {
    double shares = 0;
    double operations = 0;
    std::size_t by_share = 0;
    std::size_t by_count = 0;
    bool timed = false;
    for (const PhaseSize& size : sizes) {
      shares += size.share;
      operations += size.operations;
      by_share += size.share > 0;
      by_count += size.operations > 0 || size.timed;
      timed |= size.timed;
    }
    if (by_share + by_count != 0 && by_share != sizes.size() && by_count != sizes.size()) {
      fields_.fail("phases", "size all phases by 'share', all by 'operations' or 'seconds', or none");
    }
    if (by_share != 0 && std::abs(shares - 1) > kShareTolerance) {
      fields_.fail("phases", fmt::format("have shares that must sum to 1, got {}", shares));
    }
    for (std::size_t i = 0; i < phases.size(); ++i) {
      phases[i].share = by_share != 0             ? sizes[i].share / shares
                        : by_count != 0 && !timed ? sizes[i].operations / operations
                                                  : 1.0 / static_cast<double>(phases.size());
    }
    if (by_count != 0 && !timed) workload_.operations = static_cast<std::uint64_t>(operations) * repeats;
  }

  /// The name of an order, or an object with its parameters.
  void read_arrival() {
    if (!fields_.has("arrival")) return;
    Arrival& arrival = workload_.arrival;
    if (fields_.value("arrival").is_string()) {
      arrival.order = fields_.one_of("arrival", kOrders, "order of arrival");
      if (arrival.order == ArrivalOrder::kNearSorted || arrival.order == ArrivalOrder::kLate ||
          arrival.order == ArrivalOrder::kHotspot || arrival.order == ArrivalOrder::kTime) {
        fields_.fail("arrival", "needs an object with the parameters of this order (docs/workloads.md)");
      }
      return;
    }
    const Fields inner = fields_.inner("arrival");
    if (!inner.has("order")) inner.fail_missing("order");
    arrival.order = inner.one_of("order", kOrders, "order of arrival");
    switch (arrival.order) {
      case ArrivalOrder::kNearSorted:
        read_pair(inner, "displaced", "distance");
        break;
      case ArrivalOrder::kLate:
        read_pair(inner, "late", "delay");
        break;
      case ArrivalOrder::kHotspot:
        read_pair(inner, "width", "begin");
        break;
      case ArrivalOrder::kTime:
        inner.refuse_unknown({"order", "bits"});
        if (!inner.has("bits")) inner.fail_missing("bits");
        arrival.time_bits = static_cast<int>(inner.count("bits", 0, 64));
        break;
      default:
        inner.refuse_unknown({"order"});
    }
  }

  void read_pair(const Fields& inner, const std::string& displaced, const std::string& distance) {
    inner.refuse_unknown({"order", displaced, distance});
    for (const std::string& name : {displaced, distance}) {
      if (!inner.has(name)) inner.fail_missing(name);
    }
    workload_.arrival.displaced = inner.number(displaced, 0, 0, 1);
    workload_.arrival.distance = inner.number(distance, 0, 0, 1);
  }

  /// The dataset as a text, or an object.
  void read_insert_source() {
    if (!fields_.has("insert_from")) return;
    if (fields_.value("insert_from").is_string()) {
      workload_.insert_from.dataset = fields_.text("insert_from");
    } else {
      const Fields inner = fields_.inner("insert_from");
      inner.refuse_unknown({"dataset", "rescale"});
      if (!inner.has("dataset")) inner.fail_missing("dataset");
      workload_.insert_from.dataset = inner.text("dataset");
      if (inner.has("rescale")) workload_.insert_from.rescale = inner.flag("rescale");
    }
    if (workload_.insert_from.dataset.empty()) fields_.fail("insert_from", "must name a dataset");
    if (workload_.arrival.order != ArrivalOrder::kRandom) {
      fields_.fail("insert_from", "goes with the random order of arrival only");
    }
    if (workload_.needs_rows()) fields_.fail("insert_from", "does not go with the recorded chooser");
  }

  /// What is well formed but cannot be meant.
  void check_sense() const {
    const bool inserts = workload_.has(OpKind::kInsert);
    if (inserts && workload_.bulk_load >= 1) {
      fields_.fail(fields_.has("bulk_load") ? "bulk_load"
                   : fields_.has("mix")     ? "mix"
                                            : "phases",
                   "inserts keys, but none is held out: set 'bulk_load' below 1");
    }
    if (fields_.has("insert_from") && !inserts) fields_.fail("insert_from", "needs a mix with inserts");
    const bool by_age = std::ranges::any_of(
        workload_.phases, [](const WorkloadPhase& phase) { return phase.chooser == KeyChooser::kLatest; });
    if (fields_.has("arrival") && !inserts && !by_age && workload_.bulk_load >= 1) {
      fields_.fail("arrival", "changes nothing: all keys are loaded, and nothing is inserted or chosen by age");
    }
  }

  JsonDocument document_;
  Fields fields_;
  Workload workload_;
};

}  // namespace

Workload read_workload(std::string_view text, const std::string& file, const std::string& default_name) {
  return WorkloadReader(text, "file '" + file + "'", default_name).read();
}

}  // namespace omenbench
