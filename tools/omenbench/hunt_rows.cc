// See the header.
#include "tools/omenbench/hunt_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/error.h"
#include "tools/omenbench/fitting_kinds.h"
#include "tools/omenbench/load_datasets.h"
#include "tools/omenbench/plan_rows.h"

namespace omenbench {
namespace {

constexpr std::uint64_t kUsualKeys = 1'000'000;
/// Of longer scans fewer are made, so that they read as many entries as scans of this length do.
constexpr std::uint64_t kLongScan = 50;

/// A run of the plan's datasets that is never run: it resolves names, finds workers and describes the machine. Of byte
/// strings frontiers are between whatever is in memory and takes them.
Plan plan_of_names(Plan plan, const HuntSettings& settings, const std::set<KeyKind>& kinds) {
  plan.name = "hunt";
  plan.workloads = {"sosd-lookup"};
  plan.keys = {1000};  // the real ones come when they are needed
  const bool bytes = kinds.contains(KeyKind::kBytes);
  const bool sixteen = kinds.contains(KeyKind::kU128);
  plan.datasets = {{sixteen ? "uuid-v4" : bytes ? "urls" : "uniform"}};
  plan.byte_strings = true;
  if (bytes && settings.usual_indexes) plan.indexes = {"bytes-*", "!engine"};
  if (sixteen && settings.usual_indexes) plan.indexes.emplace_back("u128-*");
  return plan;
}

DatasetRequest request_for(const HuntSettings& settings, const std::string& spec, std::uint64_t keys) {
  return {.spec = spec,
          .keys = keys,
          .seed = settings.plan.seed,
          .duplicates = settings.plan.duplicates,
          .cache = {},
          .byte_strings = true};
}

/// Kinds of index that take one key of each dataset; whether they take all of a row is seen when it is planned.
/// Throws Error when no kind takes them.
std::set<KeyKind> kinds_of_keys(const HuntSettings& settings) {
  std::set<KeyKind> kinds{KeyKind::kU64, KeyKind::kBytes, KeyKind::kU128};
  for (const auto& alternatives : settings.plan.datasets) {
    const std::set<KeyKind> own = fitting_kinds(load_dataset(request_for(settings, alternatives[0], 1)));
    std::erase_if(kinds, [&](KeyKind kind) { return !own.contains(kind); });
  }
  if (kinds.empty()) {
    throw Error("a hunt has one map for all its datasets: some of these hold byte strings, others 64-bit integers");
  }
  return kinds;
}

/// With the keys that the row points into.
struct OwnedRow {
  std::unique_ptr<RowKeys> keys;
  HuntRow row;
};

bool inserts_anywhere(const HuntSettings& settings) {
  if (settings.base.read_share < 1) return true;
  return std::ranges::any_of(settings.search.axes, [](const HuntAxisValues& axis) {
    return axis.axis == HuntAxis::kReadShare && axis.values.front() < 1;
  });
}

}  // namespace

HuntRows::HuntRows(const HuntSettings& settings, const std::filesystem::path& scratch, const Announce& announce)
    : settings_(settings),
      announce_(announce),
      kinds_(kinds_of_keys(settings)),
      run_(prepare_run(plan_of_names(settings.plan, settings, kinds_), [](auto&) {})),
      session_(runner_, session_options(run_, scratch)) {
  announce_doubts(run_.header.environment, announce);
  announce_repeats(session_, announce);
  // The same keys are there everywhere, so that neighbours differ in nothing else.
  loaded_share_ = inserts_anywhere(settings) ? 0.5 : 1;
  choose_indexes();
  const auto size_axis = std::ranges::find(settings.search.axes, HuntAxis::kSize, &HuntAxisValues::axis);
  for (const auto& alternatives : settings.plan.datasets) {
    check_sizes(alternatives[0]);
    std::vector<std::uint64_t> sizes = settings.plan.keys;
    if (size_axis != settings.search.axes.end() && !size_axis->usual) {
      sizes = {static_cast<std::uint64_t>(size_axis->values[size_axis->values.size() / 2])};
    }
    if (sizes.empty()) sizes = {usual_keys(alternatives[0])};
    for (const std::uint64_t keys : sizes) {
      HuntPlace base = settings.base;
      base.dataset = alternatives[0];
      base.keys = keys;
      if (std::ranges::find(bases_, base) != bases_.end()) {
        throw Error(fmt::format("dataset '{}' with {} keys is named twice", base.dataset, keys));
      }
      bases_.push_back(base);
      dataset(base.dataset, keys);
    }
  }
}

/// Sizes that were asked for have to be there: the largest is loaded before anything is measured. Of the usual ones
/// only those are tried that are.
void HuntRows::check_sizes(const std::string& spec) {
  const auto axis = std::ranges::find(settings_.search.axes, HuntAxis::kSize, &HuntAxisValues::axis);
  if (axis != settings_.search.axes.end() && !axis->usual)
    dataset(spec, static_cast<std::uint64_t>(axis->values.back()));
}

bool HuntRows::exists(const HuntPlace& place) const {
  const auto held = held_.find(place.dataset);
  return held == held_.end() || place.keys <= held->second;
}

RunHeader HuntRows::header() const {
  RunHeader header = run_.header;
  header.rows.clear();
  header.datasets.clear();
  for (const auto& [name, keys] : datasets_) header.datasets.push_back(summary_of(keys.info()));
  return header;
}

void HuntRows::start_servers() { omenbench::start_servers(session_, run_, {}, announce_); }

bool HuntRows::takes_part(const WorkerIndex& index) const {
  if (index.info.family == Family::kReference) return false;
  return index.info.family != Family::kHash || settings_.hashes;
}

void HuntRows::choose_indexes() {
  std::vector<std::string> chosen;
  bool learned = false;
  bool classical = false;
  for (const std::string& name : run_.plan.indexes) {
    const WorkerIndex& index = *run_.workers.find(name);
    if (index.info.family == Family::kReference) continue;
    if (!kinds_.contains(index.info.key_kind)) {
      left_out_.push_back(fmt::format("{} takes {} keys", name, to_string(index.info.key_kind)));
    } else if (takes_part(index)) {
      chosen.push_back(name);
      (index.info.family == Family::kLearned ? learned : classical) = true;
    } else {
      left_out_.push_back(name + " is a hash map: --opponents any lets it take part");
    }
  }
  if (!learned || !classical) {
    throw Error(fmt::format("a hunt needs learned and classical indexes; -i names no {} one",
                            learned ? "classical" : "learned"));
  }
  run_.plan.indexes = std::move(chosen);
}

DatasetRequest HuntRows::request(const std::string& spec, std::uint64_t keys) const {
  return request_for(settings_, spec, keys);
}

std::uint64_t HuntRows::usual_keys(const std::string& spec) {
  DatasetRequest whole = request(spec, 0);
  whole.keys.reset();
  const std::optional<std::uint64_t> known = estimate_keys(whole);
  // Equal keys are not known beforehand: twice as many are enough for sure in practice.
  if (known && *known >= 2 * kUsualKeys) {
    held_[spec] = *known;
    return kUsualKeys;
  }
  announce_(fmt::format("loading {}", spec));
  Dataset all = load_dataset(whole);
  if (all.info().kind != "generated") held_[spec] = all.keys().size();
  const std::uint64_t keys = std::min<std::uint64_t>(kUsualKeys, all.keys().size());
  if (keys == all.keys().size()) datasets_.emplace(std::pair(spec, keys), std::move(all));
  return keys;
}

const Dataset& HuntRows::dataset(const std::string& spec, std::uint64_t keys) {
  const auto found = datasets_.find({spec, keys});
  if (found != datasets_.end()) return found->second;
  announce_(fmt::format("loading {} with {} keys", spec, keys));
  return datasets_.emplace(std::pair(spec, keys), load_dataset(request(spec, keys))).first->second;
}

std::shared_ptr<const HuntRow> HuntRows::row(const HuntPlace& place, std::size_t number) {
  if (row_ != nullptr && current_ == place) return row_;
  row_.reset();
  const Dataset& keys = dataset(place.dataset, place.keys);
  auto owned = std::make_shared<OwnedRow>();
  HuntRow* row = &owned->row;
  Workload workload = workload_of(place, loaded_share_);
  if (place.scan > kLongScan) {
    workload.operations = std::max<std::uint64_t>(1, settings_.plan.operations.in_process * kLongScan / place.scan);
  }
  owned->keys = make_row_keys(keys, request(place.dataset, place.keys), workload, announce_);
  row->plan = plan_row(run_, keys, *owned->keys, workload, 1);
  row->input = {owned->keys->keys, keys.info().sha256, workload, owned->keys->history, keys.text()};
  bool some_static = false;
  for (const CellPlan& cell : row->plan.cells) {
    const WorkerIndex* index = run_.workers.find(cell.index);
    some_static |= index->is_static();
    if (cell.status == TrialStatus::kOk) row->contestants.push_back({index, cell.operations, /*throughput_only=*/true});
  }
  // Only times of the same operations compare: all run as many as the slowest tier does.
  std::uint64_t least = UINT64_MAX;
  for (const Contestant& contestant : row->contestants) least = std::min(least, contestant.operations);
  if (!row->contestants.empty()) row->plan.operations = least;
  for (Contestant& contestant : row->contestants) contestant.operations = least;
  row->static_allowed = some_static && !workload.reshapes();
  row->rounds = std::make_unique<RowRounds>(session_, number, row->plan, row->input);
  current_ = place;
  row_ = {owned, row};
  return row_;
}

void HuntRows::describe(HuntReport& report) const {
  const Plan& plan = settings_.plan;
  report.started = run_.header.started;
  report.tool = run_.header.tool;
  report.environment = run_.header.environment;
  report.indexes = run_.plan.indexes;
  report.operations = settings_.plan.operations.in_process;
  report.loaded_share = loaded_share_;
  nlohmann::ordered_json axes, sets = nlohmann::ordered_json::array();
  for (const HuntAxisValues& axis : settings_.search.axes) axes[std::string(to_string(axis.axis))] = axis.values;
  for (const auto& [name, keys] : datasets_) {
    sets.push_back({{"dataset", name.first}, {"keys", name.second}, {"sha256", keys.info().sha256}});
  }
  report.options = {
      {"datasets", sets},
      {"axes", axes},
      {"grid", settings_.search.full ? "full" : "star"},
      {"at", {{"read_share", settings_.base.read_share}, {"skew", settings_.base.skew}, {"scan", settings_.base.scan}}},
      {"opponents", settings_.hashes ? "any" : "ordered"},
      {"operations", plan.operations.in_process},
      {"timeout_s", plan.timeout_s},
      {"seed", plan.seed},
      {"pin", plan.pin}};
  report.notes.insert(report.notes.end(), left_out_.begin(), left_out_.end());
}

}  // namespace omenbench
