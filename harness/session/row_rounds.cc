// See the header.
#include "harness/session/row_rounds.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "core/error.h"
#include "core/rng.h"
#include "harness/cache_note.h"
#include "harness/environment.h"
#include "harness/phase_seconds.h"
#include "harness/session/round_order.h"

namespace omenbench {
namespace {

namespace fs = std::filesystem;

/// The workload with the phases' sizes as they are known so far.
Workload known_workload(const RowPlan& plan, const RowInput& input) {
  return plan.phase_operations.empty() ? input.workload : with_counts(input.workload, plan.phase_operations);
}

/// The two sides of a gate have an engine's table each.
std::string table_name(const Contestant& engine) {
  return engine.side.empty() ? engine.index->info.name : engine.index->info.name + "-" + engine.side;
}

}  // namespace

std::uint64_t row_seed(std::uint64_t seed, const RowPlan& row, const std::string& dataset_sha256) {
  return mix64(seed, std::string_view(fmt::format("{} {} {} {}", dataset_sha256, row.keys, row.workload, row.threads)));
}

void refuse_seconds(const RowPlan& plan, const Workload& workload) {
  if (!plan.timed) return;
  throw Error(
      fmt::format("workload '{}': phases that last seconds are for 'omenbench run'; give it 'operations', or --ops",
                  workload.name));
}

Round::Round(RowRounds& row, std::uint64_t number, std::span<const Contestant> contestants, bool counts)
    : row_(row), number_(number), contestants_(contestants), counts_(counts) {
  if (row_.session_.recalls()) {
    row_.session_.recall_stream();
  } else {
    stream();
    row_.session_.advance_clock();
  }
}

Round::RoundStream& Round::stream() {
  if (!stream_) {
    stream_ = counts_ ? row_.round_stream(number_, contestants_)
                      : RoundStream{.material = RoundMaterial(row_.stream(mix64(row_.seed_, "probe"), contestants_), {},
                                                              std::nullopt, row_.input_.key_text)};
  }
  return *stream_;
}

std::optional<TrialRecord> Round::trial(const Contestant& contestant) {
  Session& session = row_.session_;
  const std::string& name = contestant.index->info.name;
  if (session.recalls()) {
    ++position_;
    TrialRecord before = session.recall_trial(row_.row_, number_, name, contestant.side);
    if (before.status == TrialStatus::kOk) row_.lost_.note(*contestant.index, before);
    session.keep(before);
    return before;
  }
  const double asked_s = session.now_s();
  if (contestant.index->engine) {
    if (auto failure = row_.load(contestant, number_)) return failure;
    if (session.interrupted()) return std::nullopt;
  }
  session.observer.on_progress(row_.row_, number_, counts_ ? name : name + " (probe)");
  TrialRecord record;
  bool killed = false;
  for (int repeats = 0;; session.repeat(record)) {
    record = row_.run(contestant, stream().material);
    session.advance_clock();
    record.row = row_.row_;
    record.round = number_;
    record.position = position_;
    record.side = contestant.side;
    record.asked_s = asked_s;
    record.done_s = session.now_s();
    if (session.interrupted()) return std::nullopt;
    // Killed from outside: the one failure that says nothing about the index. Once more, at once.
    if (record.status == TrialStatus::kInterrupted && !std::exchange(killed, true)) continue;
    if (record.status != TrialStatus::kOk || !counts_) break;
    auto [lost, again] = row_.lost_.take(*contestant.index, record, repeats++);
    record.lost_processor = std::move(lost);
    if (!again) break;
  }
  ++position_;
  if (record.status != TrialStatus::kOk) row_.drop(contestant);
  session.keep(record);
  if (counts_ || record.status != TrialStatus::kOk) session.observer.on_trial(record);
  return record;
}

std::optional<std::vector<TrialRecord>> Round::run(const std::function<bool()>& goes_on) {
  std::vector<TrialRecord> records(contestants_.size());
  for (const std::uint64_t which : round_order(contestants_.size(), number_, row_.seed_)) {
    if (contestants_[which].absent) continue;
    if (!goes_on()) return std::nullopt;
    std::optional<TrialRecord> record = trial(contestants_[which]);
    if (!record) return std::nullopt;
    records[which] = *std::move(record);
  }
  return records;
}

RowRounds::RowRounds(Session& session, std::size_t row, const RowPlan& plan, const RowInput& input)
    : session_(session),
      row_(row),
      plan_(plan),
      input_(input),
      seed_(row_seed(session.options().seed, plan, input.dataset_sha256)),
      payload_seed_(mix64(session.options().seed, std::string_view(input.dataset_sha256))),
      scratch_(session.options().scratch / fmt::format("row{}", row)),
      population_(known_workload(plan, input), input.keys, seed_, input.history),
      material_(population_.entries(payload_seed_), payload_seed_, input.key_text, population_.keys_repeat(),
                plan.record_bytes),
      lost_(session.lost_processor(row)) {
  if (!session.recalls()) session.advance_clock();
}

RowRounds::~RowRounds() {
  if (loaded_.empty()) return;
  loaded_.clear();
  std::error_code ignored;
  fs::remove_all(scratch_, ignored);
}

Workload RowRounds::workload() const { return known_workload(plan_, input_); }

Round RowRounds::begin(std::uint64_t round, std::span<const Contestant> contestants) {
  return {*this, round, contestants, true};
}

Round RowRounds::probe(std::span<const Contestant> contestants) { return {*this, 0, contestants, false}; }

Round::RoundStream RowRounds::round_stream(std::uint64_t round, std::span<const Contestant> contestants) const {
  const std::uint64_t seed = mix64(seed_, round + 1);
  std::vector<PhasePlan> phases;
  for (const WorkloadPhase& phase : workload().phases) phases.push_back({phase.name, rate_of(phase)});
  const bool open = std::ranges::any_of(contestants, [](const Contestant& one) { return one.open_operations != 0; });
  Stream operations = stream(seed, contestants);
  auto realised = operations.realised;
  auto notes = operations.notes;
  const std::string note = cache_note(plan_, workload(), last_level_cache_bytes());
  if (!note.empty()) notes.push_back(note);
  RoundMaterial material(std::move(operations), std::move(phases),
                         open ? std::optional(mix64(seed, "arrivals")) : std::nullopt, input_.key_text);
  return {.realised = std::move(realised), .notes = std::move(notes), .material = std::move(material)};
}

/// With a reference for the prefix of each that takes part.
Stream RowRounds::stream(std::uint64_t seed, std::span<const Contestant> contestants) const {
  std::vector<std::uint64_t> prefixes;
  std::uint32_t passes = 1U << static_cast<int>(Pass::kThroughput);
  for (const Contestant& contestant : contestants) {
    if (contestant.absent) continue;
    prefixes.push_back(contestant.operations);
    if (!contestant.throughput_only) passes |= kClosedPasses & session_.options().limits.passes;
    if (contestant.open_operations == 0) continue;
    prefixes.push_back(contestant.open_operations);
    passes |= 1U << static_cast<int>(Pass::kOpen);
  }
  std::ranges::sort(prefixes);
  prefixes.erase(std::ranges::unique(prefixes).begin(), prefixes.end());
  return generate_stream(workload(), population_,
                         {.payload_seed = payload_seed_,
                          .seed = seed,
                          .row_seed = seed_,
                          .operations = plan_.operations,
                          .prefixes = std::move(prefixes),
                          .threads = plan_.threads,
                          .warmup_share = 0.1,
                          .passes = passes,
                          .key_text = input_.key_text,
                          .record_bytes = plan_.record_bytes});
}

std::optional<TrialRecord> RowRounds::load(const Contestant& engine, std::uint64_t round) {
  const auto [at, fresh] = loaded_.try_emplace(table_name(engine));
  Loaded& loaded = at->second;
  if (fresh) {
    const double asked_s = session_.now_s();
    session_.observer.on_progress(row_, round, engine.index->info.name + " (loading)");
    // As of a trial: killed from outside is no failure of the engine. Once more, into a new table.
    for (bool again : {true, false}) {
      loaded.facts = make_table(engine, loaded);
      session_.advance_clock();
      loaded.facts.index = engine.index->info.name;
      loaded.facts.side = engine.side;
      loaded.facts.row = row_;
      loaded.facts.round = round;
      loaded.facts.asked_s = asked_s;
      loaded.facts.done_s = session_.now_s();
      if (!again || loaded.facts.status != TrialStatus::kInterrupted || session_.interrupted()) break;
      session_.repeat(loaded.facts);
      loaded.guard.reset();
      fs::remove_all(loaded.table.directory);
    }
  }
  if (loaded.facts.status == TrialStatus::kOk) return std::nullopt;
  loaded.guard.reset();
  if (loaded.facts.status == TrialStatus::kInterrupted && session_.interrupted()) return std::nullopt;
  if (fresh) session_.observer.on_trial(loaded.facts);
  return loaded.facts;
}

/// What has failed may hold all that was free: its neighbours, and the journal, need room.
void RowRounds::drop(const Contestant& engine) {
  const auto loaded = loaded_.find(table_name(engine));
  if (loaded == loaded_.end() || !loaded->second.guard) return;
  loaded->second.guard.reset();
  loaded->second.facts.status = TrialStatus::kError;
  loaded->second.facts.reason = "its table was dropped after an earlier failure";
}

TrialRecord RowRounds::make_table(const Contestant& contestant, Loaded& loaded) {
  const WorkerIndex& engine = *contestant.index;
  TrialRecord failed;
  failed.status = TrialStatus::kError;
  if (const SessionServer* server = session_.server(engine.info.server)) {
    if (server->status != TrialStatus::kOk) {
      failed.status = server->status;
      failed.reason = server->reason;
      return failed;
    }
    loaded.table.connection = server->server.connection;
    loaded.table.given = server->given;
  }
  loaded.table.directory = (fs::absolute(scratch_) / table_name(contestant)).string();
  loaded.table.table =
      fmt::format("omb_{:012x}", mix64(seed_ ^ session_.runner().now_ns(), static_cast<std::uint64_t>(getpid())) >> 16);
  std::error_code failure;
  fs::create_directories(loaded.table.directory, failure);
  if (failure) {
    failed.reason = fmt::format("cannot create '{}': {}", loaded.table.directory, failure.message());
    return failed;
  }
  loaded.guard = session_.runner().guard(engine, loaded.table);
  TrialLimits limits = session_.options().limits;
  // A load is one long operation, and grows with the keys: a microsecond-scale budget per key on top.
  limits.timeout_ms += plan_.keys / 50;
  return session_.runner().load(engine, material_, loaded.table, limits);
}

double RowRounds::rate_of(const WorkloadPhase& phase) const {
  return phase.rate > 0 ? phase.rate : session_.options().rate;
}

/// What a trial may take longer because operations arrive slowly (twice that, for who cannot keep up), because caches
/// are evicted, or because phases are to last so long.
double RowRounds::extra_seconds(const Contestant& contestant) const {
  constexpr double kSlowEviction = 5;     // on machines that read memory slowly
  constexpr double kPassesOfAPhase = 10;  // those that time each operation, or wait for it, take longer
  double seconds = kSlowEviction * eviction_s(session_.options().limits.evict_bytes, contestant.operations);
  for (const WorkloadPhase& phase : workload().phases) {
    const double rate = rate_of(phase);
    if (rate > 0) seconds += 2 * phase.share * static_cast<double>(contestant.open_operations) / rate;
    if (plan_.timed) seconds += kPassesOfAPhase * phase.seconds;
  }
  return seconds;
}

TrialRecord RowRounds::run(const Contestant& contestant, const RoundMaterial& round) {
  TrialLimits limits = session_.options().limits;
  limits.oversubscribed = plan_.oversubscribed;
  limits.timeout_ms += static_cast<std::uint64_t>(1e3 * extra_seconds(contestant));
  const auto loaded = loaded_.find(table_name(contestant));
  static const EngineTable kNone;
  TrialRecord trial =
      session_.runner().run({.index = *contestant.index,
                             .plan = plan_,
                             .row = material_,
                             .round = round,
                             .length = {contestant.operations, contestant.open_operations, contestant.throughput_only},
                             .table = loaded == loaded_.end() ? kNone : loaded->second.table,
                             .limits = limits});
  if (loaded != loaded_.end()) {
    const TrialRecord& facts = loaded->second.facts;
    trial.build_ns = facts.build_ns;
    trial.disk_bytes = facts.disk_bytes;
    trial.log_bytes = facts.log_bytes;
    trial.cache_bytes = facts.cache_bytes;
    trial.engine_version = facts.engine_version;
    trial.engine_settings_json = facts.engine_settings_json;
  }
  return trial;
}

}  // namespace omenbench
