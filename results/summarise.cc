// See the header.
#include "results/summarise.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <map>
#include <type_traits>

#include "base/fields_json.h"
#include "base/json.h"
#include "base/numbers.h"
#include "harness/machine_difference.h"
#include "results/modes_of_cells.h"
#include "results/rows.h"
#include "results/statistics.h"
#include "results/summary.h"
#include "results/verdicts.h"
#include "results/wording.h"

namespace omenbench {
namespace {

/// The values of a field in all trials that have it.
template <class Field>
std::vector<double> values_of(const CellView& view, Field field) {
  std::vector<double> values;
  for (const TrialRecord* trial : view.trials) {
    if (const double value = static_cast<double>((*trial).*field); std::isfinite(value) && value > 0) {
      values.push_back(value);
    }
  }
  return values;
}

/// 0: no trial has it.
template <class Field>
std::uint64_t median_count(const CellView& view, Field field) {
  const std::vector<double> values = values_of(view, field);
  return values.empty() ? 0 : static_cast<std::uint64_t>(std::llround(median(values)));
}

template <class Field>
double median_number(const CellView& view, Field field) {
  const std::vector<double> values = values_of(view, field);
  return values.empty() ? 0 : seven_digits(median(values));
}

std::optional<RatePass> rate_pass(const CellView& view, Pass pass) {
  std::vector<double> values;
  std::uint64_t operations = std::numeric_limits<std::uint64_t>::max();
  for (const TrialRecord* trial : view.trials) {
    const PassRecord& record = trial->passes[static_cast<int>(pass)];
    if (!record.present || !(record.ns_per_op > 0)) continue;
    values.push_back(record.ns_per_op);
    operations = std::min(operations, record.operations);
  }
  std::optional<BlockEstimate> estimated = estimate_blocks(std::move(values));
  if (!estimated) return std::nullopt;
  return RatePass{operations, std::move(*estimated)};
}

/// Fills in every pass that is a rate and nothing more, by its name.
struct RatePasses {
  const CellView& view;
  template <class T>
  void field(std::string_view name, T& pass, const FieldRule& = {}) {
    if constexpr (std::is_same_v<T, std::optional<RatePass>>) {
      const auto at = std::ranges::find(kPassNames, name) - std::ranges::begin(kPassNames);
      assert(at < kPasses);
      pass = rate_pass(view, static_cast<Pass>(at));
    }
  }
};

/// Medians over the rounds.
Members<double> counters_of(const CellView& view) {
  std::map<std::string, std::vector<double>> values;
  for (const TrialRecord* trial : view.trials) {
    for (const auto& [name, value] : trial->counters) values[name].push_back(static_cast<double>(value));
  }
  Members<double> counters;
  for (const auto& [name, list] : values) counters.emplace_back(name, seven_digits(median(list)));
  return counters;
}

std::optional<Pages> pages_of(const CellView& view) {
  std::vector<const PageRecord*> blocks;
  for (const TrialRecord* trial : view.trials) {
    if (trial->pages) blocks.push_back(&*trial->pages);
  }
  if (blocks.empty()) return std::nullopt;
  const auto values = [&](std::uint64_t PageUse::*field, bool per_operation) {
    std::vector<double> found;
    for (const PageRecord* block : blocks) {
      const auto value = static_cast<double>(block->use.*field);
      found.push_back(per_operation ? value / static_cast<double>(block->operations) : value);
    }
    return found;
  };
  const auto size = [&](std::uint64_t PageUse::*field) {
    return static_cast<std::uint64_t>(median(values(field, false)));
  };
  const auto each = [&](std::uint64_t PageUse::*field) { return estimate_blocks(values(field, true)); };
  return Pages{.page_bytes = size(&PageUse::page_bytes),
               .reads_per_op = each(&PageUse::reads),
               .writes_per_op = each(&PageUse::writes),
               .read_bytes_per_op = each(&PageUse::read_bytes),
               .written_bytes_per_op = each(&PageUse::written_bytes),
               .model_bytes = size(&PageUse::model_bytes),
               .inner_bytes = size(&PageUse::inner_bytes)};
}

std::optional<LatencyPass> latency_pass(const CellView& view, double timer_cost_ns) {
  std::vector<const LatencyRecord*> blocks;
  for (const TrialRecord* trial : view.trials) {
    if (trial->passes[static_cast<int>(Pass::kLatency)].present) blocks.push_back(&trial->latency);
  }
  if (blocks.empty()) return std::nullopt;
  LatencyPass pass;
  pass.samples = std::ranges::min(blocks, {}, &LatencyRecord::samples)->samples;
  std::map<std::uint64_t, std::uint64_t> histogram;
  for (const LatencyRecord* block : blocks) {
    pass.saturated += block->saturated;
    for (const auto& [lower, count] : block->histogram) {
      if (count > 0) histogram[lower] += count;
    }
  }
  const auto estimated = [&](auto value_of) {
    std::vector<double> values;
    for (const LatencyRecord* block : blocks) values.push_back(value_of(*block));
    return estimate_percentile(std::move(values), timer_cost_ns);
  };
  for (std::size_t i = 0; i < kPercentiles.size(); ++i) {
    pass.percentiles[i] = estimated([i](const LatencyRecord& block) { return block.percentiles[i]; });
  }
  pass.percentiles.back() = estimated([](const LatencyRecord& block) { return block.max; });
  pass.histogram.assign(histogram.begin(), histogram.end());
  return pass;
}

/// Engines are loaded once per row and say so in every trial: one measurement, no interval.
std::optional<BlockEstimate> build_of(const CellView& view) {
  std::vector<double> values = view.values(Metric::kBuild);
  if (!view.in_process() && !values.empty()) values.resize(1);
  return estimate_blocks(std::move(values));
}

std::optional<Members<Scalar>> settings_of(const CellView& view) {
  if (!view.ok() || view.in_process()) return std::nullopt;
  const std::string& text = view.trials.front()->engine_settings_json;
  const auto json = try_parse_json(text.empty() ? "{}" : text);
  if (!json || !json->is_object()) return std::nullopt;
  Members<Scalar> settings;
  read_json(*json, settings);
  return settings;
}

/// The value of that name; enums count up from 0.
template <class E>
E enum_from(const std::string& word) {
  for (std::size_t i = 0; i < kEnumSize<E>; ++i) {
    if (to_string(static_cast<E>(i)) == word) return static_cast<E>(i);
  }
  throw Error(fmt::format("the run's header holds the unknown word '{}'", word));
}

Cell described_cell(const IndexSummary& index) {
  Cell cell;
  cell.index = index.name;
  cell.display = index.display;
  cell.family = enum_from<Family>(index.family);
  cell.tier = enum_from<Tier>(index.tier);
  cell.is_static = index.is_static;
  cell.ordered = index.ordered;
  cell.citation = index.citation;
  cell.parameters.assign(index.parameters.begin(), index.parameters.end());
  return cell;
}

/// Where two ways of counting memory disagree by more than a tenth.
std::vector<std::string> notes_of(const Cell& cell) {
  std::vector<std::string> notes;
  if (cell.total_bytes == 0) return notes;
  for (const auto& [name, other] : {std::pair("self_reported_bytes", cell.self_reported_bytes),
                                    std::pair("rss_delta_bytes", cell.rss_delta_bytes)}) {
    const double share = static_cast<double>(other) / static_cast<double>(cell.total_bytes);
    if (other == 0 || std::abs(share - 1) <= 0.1) continue;
    notes.push_back(fmt::format("{} is {:.0f} % of total_bytes", name, share * 100));
  }
  return notes;
}

/// Of a server or library that was another one in some rounds, as after an upgrade before --resume; else empty.
std::string mixed_versions(const CellView& view) {
  std::map<std::string, std::size_t> rounds;
  for (const TrialRecord* trial : view.trials) ++rounds[trial->engine_version];
  if (rounds.size() < 2) return "";
  std::string text = "its rounds mix versions: ";
  for (const auto& [version, count] : rounds) {
    text += fmt::format("{}{} in {}", text.ends_with(": ") ? "" : ", ", version, counted(count, "round"));
  }
  return text;
}

void fill_sizes(const CellView& view, const RowView& row, Cell& cell) {
  if (view.bytes_doubt.empty()) cell.total_bytes = median_count(view, &TrialRecord::total_bytes);
  if (cell.total_bytes != 0) {
    const std::uint64_t entries = row.entry_bytes();  // texts may be held in less room than they have
    cell.index_bytes = static_cast<std::int64_t>(cell.total_bytes - std::min(cell.total_bytes, entries));
  }
  cell.self_reported_bytes = median_count(view, &TrialRecord::self_reported_bytes);
  cell.rss_delta_bytes = median_count(view, &TrialRecord::rss_delta_bytes);
  cell.peak_rss_bytes = median_count(view, &TrialRecord::peak_rss_bytes);
  if (view.bytes_doubt.empty()) cell.end_total_bytes = median_count(view, &TrialRecord::end_total_bytes);
  cell.disk_bytes = median_count(view, &TrialRecord::disk_bytes);
  cell.log_bytes = median_count(view, &TrialRecord::log_bytes);
  cell.end_disk_bytes = median_count(view, &TrialRecord::end_disk_bytes);
  cell.end_log_bytes = median_count(view, &TrialRecord::end_log_bytes);
  cell.cache_bytes = median_count(view, &TrialRecord::cache_bytes);
  cell.notes = notes_of(cell);
  if (!view.bytes_doubt.empty()) cell.notes.push_back(view.bytes_doubt);
}

/// What its counting trial brought, of a cell that has numbers; none where there was no such trial.
std::optional<Explanation> explanation_of(const CellView& view, const Run& run, std::uint64_t row) {
  const auto found = std::ranges::find_if(
      run.explaining, [&](const TrialRecord& trial) { return trial.row == row && trial.index == view.index->name; });
  if (!view.ok() || found == run.explaining.end()) return std::nullopt;
  Explanation explanation;
  if (!found->counts) {
    const bool planned = found->status == TrialStatus::kUnsupported;
    explanation.reason = planned ? found->reason : fmt::format("{}: {}", to_string(found->status), found->reason);
    return explanation;
  }
  explanation.source = found->counts->source;
  explanation.isa = found->counts->isa;
  explanation.operations = found->counts->operations;
  for (std::size_t i = 0; i < kEvents; ++i) {
    const double count = found->counts->per_operation[i];
    if (!std::isnan(count)) explanation.per_operation[i] = seven_digits(count);
  }
  return explanation;
}

Cell cell_of(const CellView& view, const RowView& row, double timer_cost_ns) {
  Cell cell = described_cell(*view.index);
  cell.status = view.status;
  cell.reason = view.reason;
  // An engine's table outlives a block when nothing writes to it.
  cell.block_kind = !view.in_process() && !row.plan->mutates ? BlockKind::kReconnect : BlockKind::kProcess;
  if (view.ok()) {
    cell.operations = view.plan->operations;
    cell.rounds = view.trials.size();
    if (view.rounds_without > 0) cell.left_after = view.plan->left_after;
    cell.engine_version = view.trials.front()->engine_version;
  }
  cell.engine_settings = settings_of(view);
  cell.build_ns = build_of(view);
  fill_sizes(view, row, cell);
  cell.no_op_ns = median_number(view, &TrialRecord::no_op_ns);
  cell.start_ms = median_number(view, &TrialRecord::start_ms);
  cell.counters = counters_of(view);
  if (const std::string mixed = mixed_versions(view); view.ok() && !mixed.empty()) cell.notes.push_back(mixed);
  cell.pages = pages_of(view);
  if (cell.left_after != 0) {
    cell.notes.push_back(fmt::format("{}, beaten in every time of an operation by one of its side", race_note(cell)));
  }
  RatePasses rates{view};
  visit_fields(rates, cell.passes);
  cell.passes.latency = latency_pass(view, timer_cost_ns);
  add_modes(view, row, timer_cost_ns, cell);
  return cell;
}

/// Operations after which the side with the longer build has made up for it; 0 when it never does, or need not.
std::uint64_t break_even(const Cell& learned, const Cell& baseline) {
  if (!learned.build_ns || !baseline.build_ns || !learned.throughput() || !baseline.throughput()) return 0;
  const double longer = learned.build_ns->median - baseline.build_ns->median;
  const double gain = baseline.throughput()->median - learned.throughput()->median;
  const double operations = std::ceil(longer / gain);
  if (longer == 0 || !std::isfinite(operations) || operations < 0 || operations > 1e18) return 0;
  return static_cast<std::uint64_t>(operations);
}

Disturbance disturbance_of(const Run& run, const RowView& row) {
  std::vector<double> switches, frequencies;
  std::uint64_t steal = 0, disturbed = 0;
  Disturbance found;
  const auto number = static_cast<std::uint64_t>(row.plan - run.header.rows.data());
  found.repeated_trials = static_cast<std::uint64_t>(std::ranges::count_if(
      run.superseded, [&](const auto& trial) { return trial.row == number && !trial.lost_processor.empty(); }));
  for (const CellView& cell : row.cells) {
    for (const TrialRecord* trial : cell.trials) {
      found.disturbed_trials += !trial->lost_processor.empty();
      found.throttled_us += trial->throttled_us;
      steal += trial->steal_ticks;
      disturbed += trial->steal_ticks > 0;
      switches.push_back(static_cast<double>(trial->involuntary_switches));
      if (trial->frequency_khz > 0) frequencies.push_back(static_cast<double>(trial->frequency_khz));
    }
  }
  if (!switches.empty()) {
    found.steal_ticks = steal;
    found.trials_with_steal = disturbed;
    found.involuntary_switches_median = seven_digits(median(switches));
    found.involuntary_switches_max = std::ranges::max(switches);
  }
  if (!frequencies.empty()) {
    found.frequency_khz_min = seven_digits(std::ranges::min(frequencies));
    found.frequency_khz_median = seven_digits(median(frequencies));
    found.frequency_khz_max = seven_digits(std::ranges::max(frequencies));
  }
  return found;
}

std::vector<std::string> stream_hashes(const RowView& row) {
  std::map<std::uint64_t, std::string> hashes;
  for (const CellView& cell : row.cells) {
    for (const TrialRecord* trial : cell.trials) {
      if (!trial->stream_sha256.empty()) hashes.emplace(trial->round, trial->stream_sha256);
    }
  }
  std::vector<std::string> list;
  for (const auto& [round, hash] : hashes) list.push_back(hash);
  return list;
}

/// What the row says of itself, and how many of the rounds that it should have it has.
std::vector<std::string> notes_of(const RowView& row, const Run& run) {
  std::vector<std::string> notes = row.plan->notes;
  const std::uint64_t wanted = run.header.facts.min_rounds;
  if (!row.rounds.empty() && row.rounds.size() < wanted) {
    notes.push_back(fmt::format("{} of {} rounds: {}", row.rounds.size(), wanted,
                                run.interrupted ? "the run was interrupted" : "the budget ended"));
  }
  std::vector<std::string> left;
  for (const CellView& cell : row.cells) {
    if (cell.rounds_without == 0) continue;
    left.push_back(fmt::format("{} ({})", cell.index->name, cell.plan->left_after));
  }
  if (!left.empty()) {
    notes.push_back(
        fmt::format("left after so many rounds, beaten in every time of an operation by one of their side: {} "
                    "(--blocks keeps all to the end)",
                    fmt::join(left, ", ")));
  }
  return notes;
}

/// "bytes per loaded key after the load -> after the operations: alex 41.4 -> 55.0; on disk: lmdb 24.1 -> 30.0". Empty
/// for rows that do not write.
std::string sizes_at_the_end(const Row& row) {
  std::vector<std::string> memory, disk;
  const auto per_key = [&](std::uint64_t bytes) {
    return static_cast<double>(bytes) / static_cast<double>(row.loaded_keys);
  };
  for (const Cell& cell : row.cells) {
    const auto add = [&](std::vector<std::string>& to, std::uint64_t load, std::uint64_t end, std::uint64_t log) {
      if (end == 0 || row.loaded_keys == 0) return;
      to.push_back(fmt::format("{} {:.1f} -> {:.1f}", cell.index, per_key(load), per_key(end)));
      if (log > 0) to.back() += fmt::format(" and {:.1f} of logs", per_key(log));
    };
    if (cell.in_process()) add(memory, cell.total_bytes, cell.end_total_bytes, 0);
    if (!cell.in_process()) add(disk, cell.disk_bytes, cell.end_disk_bytes, cell.end_log_bytes);
  }
  std::string text = fmt::format("{}", fmt::join(memory, ", "));
  if (!disk.empty()) text += fmt::format("{}on disk {}", text.empty() ? "" : "; ", fmt::join(disk, ", "));
  return text.empty() ? "" : "bytes per loaded key, after the load -> after the operations: " + text;
}

Row row_of(const Run& run, const RowView& view, std::vector<Verdict> verdicts, double timer_cost_ns) {
  const RowPlan& plan = *view.plan;
  Row row;
  row.dataset = plan.dataset;
  row.keys = plan.keys;
  row.loaded_keys = view.loaded_keys();
  row.key_kind = plan.key_kind;
  row.entry_bytes = plan.entry_bytes;
  row.distinct_keys = plan.distinct_keys;
  row.record_bytes = plan.record_bytes;
  row.workload = plan.workload;
  row.threads = plan.threads;
  row.ordered = plan.ordered;
  row.mutates = plan.mutates;
  row.reshapes = plan.reshapes;
  row.oversubscribed = plan.oversubscribed;
  row.cold = plan.cold;
  row.passes = plan.passes;
  row.operations = plan.operations;
  row.rounds = view.rounds.size();
  row.stream_sha256 = stream_hashes(view);
  for (const auto& [name, share] : plan.realised) {
    if (std::isfinite(share)) row.realised.emplace_back(name, seven_digits(share));
  }
  row.notes = notes_of(view, run);
  row.environment = disturbance_of(run, view);
  row.machine = plan.machine;
  const auto number = static_cast<std::uint64_t>(view.plan - run.header.rows.data());
  for (const CellView& cell : view.cells) {
    std::vector<Cell>& cells = cell.reference() ? row.reference : row.cells;
    cells.push_back(cell_of(cell, view, timer_cost_ns));
    cells.back().explained = explanation_of(cell, run, number);
  }
  if (const std::string sizes = sizes_at_the_end(row); !sizes.empty()) row.notes.push_back(sizes);
  row.verdicts = std::move(verdicts);
  for (Verdict& verdict : row.verdicts) verdict.conditions = conditions_of(verdict, row);
  return row;
}

/// Segments of the optimal approximation, as a density: numbers of keys differ.
std::optional<Hardness> hardness_of(const DatasetSummary& dataset) {
  if (!dataset.hardness || dataset.n == 0) return std::nullopt;
  const KeyHardness& known = *dataset.hardness;
  const auto per_million = [&](std::uint64_t segments) {
    return 1e6 * static_cast<double>(segments) / static_cast<double>(dataset.n);
  };
  return Hardness{known.local_segments, known.global_segments, per_million(known.local_segments),
                  per_million(known.global_segments), known.rmi_log2_error};
}

DatasetFacts facts_of(const DatasetSummary& dataset) {
  DatasetFacts facts;
  facts.name = dataset.name;
  facts.kind = dataset.kind;
  facts.n = dataset.n;
  facts.rows = dataset.rows;
  facts.sha256 = dataset.sha256;
  facts.duplicates = dataset.duplicates;
  facts.duplicates_dropped = dataset.duplicates_dropped;
  facts.source = dataset.source;
  facts.key_type = dataset.key_type;
  facts.citation = dataset.citation;
  facts.notes = dataset.notes;
  facts.hardness = hardness_of(dataset);
  return facts;
}

}  // namespace

Conditions conditions_of(const Verdict& verdict, const Row& row) {
  const Cell* learned = verdict.learned.empty() ? nullptr : row.find(verdict.learned);
  const Cell* baseline = verdict.baseline_display.empty() ? nullptr : row.find(verdict.baseline);
  const auto build = [](const Cell* cell) { return cell != nullptr && cell->build_ns ? cell->build_ns->median : 0; };
  Conditions conditions;
  conditions.keys = row.keys;
  conditions.learned_bytes = learned == nullptr ? 0 : learned->total_bytes;
  conditions.baseline_bytes = baseline == nullptr ? 0 : baseline->total_bytes;
  conditions.learned_build_ns = build(learned);
  conditions.baseline_build_ns = build(baseline);
  if (learned != nullptr && baseline != nullptr) conditions.break_even_operations = break_even(*learned, *baseline);
  return conditions;
}

Result summarise(const Run& run) {
  const std::vector<RowView> rows = view_rows(run);
  const auto timer_of = [&](const RowView& row) { return timer_cost_of(run.header.environment_of(*row.plan)); };
  std::vector<std::vector<Verdict>> verdicts;
  for (const RowView& row : rows) verdicts.push_back(decide_row(row, timer_of(row)));
  correct_for_many_rows(verdicts);
  Result result;
  result.started = run.header.started;
  result.interrupted = run.interrupted;
  result.superseded = run.superseded.size();
  result.tool = run.header.tool;
  result.environment = run.header.environment;
  result.environment.fingerprint = fingerprint_of(result.environment);
  result.plan = run.header.plan;
  result.facts = run.header.facts;
  result.machines = run.header.machines;
  for (Environment& machine : result.machines) machine.fingerprint = fingerprint_of(machine);
  for (const DatasetSummary& dataset : run.header.datasets) result.datasets.push_back(facts_of(dataset));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    result.rows.push_back(row_of(run, rows[i], std::move(verdicts[i]), timer_of(rows[i])));
  }
  result.summary = summary_of(result);
  return result;
}

}  // namespace omenbench
