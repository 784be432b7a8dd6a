// See the header. A checksum that the coordinator did not compute itself is only ever compared.
#include "harness/trial_process.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/passes.h"
#include "core/stretches.h"
#include "harness/environment.h"
#include "harness/latency_summary.h"
#include "harness/processor_loss.h"
#include "harness/trial_control.h"
#include "harness/worker_run.h"

namespace omenbench {
namespace {

/// Empty when every answer of the pass was right, else what was wrong.
std::string check_answers(const PassOutput& pass, std::string_view name, const Reference& reference, bool mutates) {
  for (std::size_t t = 0; t < reference.checksum.size(); ++t) {
    if (pass.checksum[t] != reference.checksum[t]) {
      return fmt::format("{} pass, thread {}: the checksum of the answers is {:016x} when it should be {:016x}", name,
                         t, pass.checksum[t], reference.checksum[t]);
    }
    if (mutates && pass.final_checksum[t] != reference.final_checksum[t]) {
      return fmt::format("{} pass, thread {}: written keys read back as {:016x} when it should be {:016x}", name, t,
                         pass.final_checksum[t], reference.final_checksum[t]);
    }
  }
  return "";
}

/// Per-thread share of a prefix; the rule of workloads/stream.h.
std::uint64_t share_of(std::uint64_t operations, std::uint64_t threads) {
  return std::max<std::uint64_t>(1, operations / threads);
}

const Reference& reference_at(const RoundMaterial& round, Pass pass, std::uint64_t operations) {
  const std::vector<Reference>& references = round.references[round.stretch_of[static_cast<int>(pass)]];
  const auto position = std::ranges::find(references, operations, &Reference::operations);
  if (position == references.end()) throw std::logic_error("no reference at this prefix");
  return *position;
}

/// What one thread runs of the round: in rows of several phases all that is there.
std::uint64_t thread_count_of(const RoundMaterial& round, std::size_t thread, std::uint64_t operations) {
  if (operations == 0) return 0;
  return round.phases.size() > 1 ? round.threads[thread].count : share_of(operations, round.threads.size());
}

std::uint64_t total_of(const RoundMaterial& round, std::uint64_t operations) {
  std::uint64_t total = 0;
  for (std::size_t t = 0; t < round.threads.size(); ++t) total += thread_count_of(round, t, operations);
  return total;
}

/// Writes threads, phases and options into the request.
void fill_request(WorkerRequest& request, const WorkerIndex& index, const RoundMaterial& round,
                  const TrialLength& length, const TrialLimits& limits) {
  const bool slow = index.engine || index.info.max_operations != 0 || limits.evict_bytes != 0;
  request.thread_count = round.threads.size();
  for (int pass = 0; pass < kPasses; ++pass) {
    if (round.offers(static_cast<Pass>(pass))) {
      request.pass_begins[pass] = round.stretch_of[pass] * round.stretch_operations;
    }
  }
  std::uint64_t samples = 0;
  std::uint64_t open_samples = 0;
  for (std::size_t t = 0; t < round.threads.size(); ++t) {
    ThreadLayout& layout = request.threads[t];
    layout = round.threads[t];
    layout.count = thread_count_of(round, t, length.operations);
    layout.open_count = thread_count_of(round, t, length.open_operations);
    // What is slow is warmed up in proportion; the others by what the stream holds, or short passes would find caches
    // that long ones do not.
    if (slow) layout.warmup_count = std::min(layout.warmup_count, std::max<std::uint64_t>(1, layout.count / 10));
    layout.samples = std::exchange(samples, samples + layout.count);
    layout.open_samples = std::exchange(open_samples, open_samples + layout.open_count);
    if (!limits.cpus.empty()) request.cpus[t] = limits.cpus[t % limits.cpus.size()];
  }
  request.phase_count = round.phases.size();
  for (std::size_t p = 0; p < round.phases.size(); ++p) request.phase_rates[p] = round.phases[p].rate;
  request.search_p99_ns = limits.search_p99_ns;
  request.evict_bytes = limits.evict_bytes;
  request.pool_bytes = limits.pool_bytes;
  request.window_count = limits.windows;
  request.oversubscribed = limits.oversubscribed;
  request.pinned = !limits.cpus.empty();
  request.huge_pages = limits.huge_pages;
  request.counting = limits.counting;
  request.ns_per_tick = limits.ns_per_tick;
  request.stream_size = round.stream.size();
  if (length.open_operations != 0) request.arrivals_size = round.arrivals.size();
}

/// The passes of a trial. The stream offers them all, but for lookups in batches where it has other operations.
std::uint32_t passes_of(const WorkerIndex& index, const RoundMaterial& round, bool mutates, const TrialLength& length,
                        const TrialLimits& limits) {
  if (limits.evict_bytes != 0) return bit_of(Pass::kLatency);
  if (length.throughput_only || !limits.launcher.empty()) return bit_of(Pass::kThroughput);
  const StreamTraits stream{.writes = mutates, .lookups_only = round.offers(Pass::kBatched)};
  const std::uint32_t wanted = limits.passes;
  const bool together = std::ranges::find(index.info.parameters, kTimedTogether) != index.info.parameters.end();
  return (closed_passes(index.info.capabilities, index.engine, stream) & wanted &
          ~(together ? bit_of(Pass::kLatency) : 0U)) |
         (length.open_operations != 0 ? bit_of(Pass::kOpen) : 0U);
}

/// Rows that write note the time at every shorter prefix, to be compared with tiers that run no further.
void request_prefixes(WorkerRequest& request, const RoundMaterial& round, std::uint64_t operations) {
  for (const Reference& reference : round.references.front()) {
    if (reference.operations >= operations || request.prefix_count == kMaxPrefixes) break;
    request.prefixes[request.prefix_count++] = share_of(reference.operations, round.threads.size());
  }
}

void take_prefixes(const WorkerRequest& request, const PassOutput& pass, const RoundMaterial& round,
                   TrialRecord& record) {
  for (std::uint64_t p = 0; p < request.prefix_count; ++p) {
    const auto operations = static_cast<double>(request.prefixes[p] * round.threads.size());
    record.prefixes.emplace_back(round.references.front()[p].operations,
                                 static_cast<double>(pass.prefix_elapsed_ns[p]) / operations);
  }
}

/// The samples of the trial, thread by thread.
std::vector<ThreadSamples> samples_of(const TrialControl& control, const RoundMaterial& round) {
  const WorkerRequest& request = control.request();
  const auto done = [&](Pass pass) { return control.output().passes[static_cast<int>(pass)].done != 0; };
  const std::uint64_t begin = request.pass_begins[static_cast<int>(Pass::kLatency)];
  std::vector<ThreadSamples> threads;
  for (std::size_t t = 0; t < round.threads.size(); ++t) {
    const ThreadLayout& layout = request.threads[t];
    ThreadSamples& thread = threads.emplace_back();
    thread.operations = round.stream.as<Operation>((begin + layout.operations) * sizeof(Operation), layout.count);
    if (round.phases.size() > 1) thread.phase_ends = std::span(round.threads[t].phase_ends, round.phases.size());
    if (done(Pass::kLatency)) {
      thread.latencies = control.samples(layout.samples + layout.count).subspan(layout.samples);
    }
    if (done(Pass::kOpen)) {
      const auto both = control.open_samples(layout.open_samples + layout.open_count).subspan(2 * layout.open_samples);
      thread.open_latencies = both.first(layout.open_count);
      thread.lags = both.subspan(layout.open_count);
    }
  }
  return threads;
}

/// Empty when every answer of every pass was right, else what was wrong.
std::string check_passes(const TrialOutput& output, const RoundMaterial& round, const TrialLength& length,
                         bool mutates) {
  for (int p = 0; p < kPasses; ++p) {
    if (output.passes[p].done == 0) continue;
    const bool open = static_cast<Pass>(p) == Pass::kOpen;
    const Reference& reference =
        reference_at(round, static_cast<Pass>(p), open ? length.open_operations : length.operations);
    const std::string wrong = check_answers(output.passes[p], kPassNames[p], reference, mutates);
    if (!wrong.empty()) return wrong;
  }
  return "";
}

void take_passes(const TrialControl& control, const RoundMaterial& round, const TrialLimits& limits,
                 TrialRecord& record) {
  const TrialOutput& output = control.output();
  for (int p = 0; p < kPasses; ++p) {
    const PassOutput& pass = output.passes[p];
    if (pass.done == 0) continue;
    record.passes[p] = {.present = true,
                        .operations = pass.operations,
                        .ns_per_op = static_cast<double>(pass.elapsed_ns) / static_cast<double>(pass.operations)};
  }
  for (const Pass counted : {Pass::kThroughput, Pass::kLatency}) {
    const PassOutput& pass = output.passes[static_cast<int>(counted)];
    if (pass.done == 0 || pass.pages.page_bytes == 0) continue;
    record.pages = {.operations = pass.operations, .use = pass.pages};
    break;
  }
  const std::vector<ThreadSamples> threads = samples_of(control, round);
  record.phases = phase_records(threads, round.phases, output);
  record.kinds = kind_records(threads);
  if (record.passes[static_cast<int>(Pass::kOpen)].present) {
    if (limits.search_p99_ns != 0) {
      record.search = search_record(limits.search_p99_ns, output);
    } else {
      record.open = open_record(threads, round.phases, output);
    }
  }
  if (record.passes[static_cast<int>(Pass::kLatency)].present) {
    record.windows = window_records(threads, limits.windows, output);
    // Last, because it brings the samples out of order.
    const std::uint64_t samples = record.passes[static_cast<int>(Pass::kLatency)].operations;
    record.latency =
        summarise_latencies(control.samples(samples), output.passes[static_cast<int>(Pass::kLatency)].saturated);
  }
}

/// What the processor's counters say of the measured loop.
CountsRecord counts_of(const TrialOutput& output, std::uint64_t operations) {
  CountsRecord counts;
  counts.operations = operations;
  for (std::size_t i = 0; i < kEvents; ++i) {
    if (output.events[i] >= 0) counts.per_operation[i] = output.events[i] / static_cast<double>(operations);
  }
  return counts;
}

}  // namespace

TrialRecord run_trial_process(const WorkerIndex& index, const RowMaterial& row, const RoundMaterial& round,
                              const TrialLength& length, bool mutates, const EngineTable& table,
                              const TrialLimits& limits) {
  const TrialControl control =
      make_control(index, table, total_of(round, length.operations), total_of(round, length.open_operations));
  WorkerRequest& request = control.request();
  fill_request(request, index, round, length, limits);
  request.mutates = mutates;
  request.repeats = row.repeats;
  request.record_bytes = row.record_bytes;
  request.payload_seed = row.payload_seed;
  request.entry_count = row.entry_count;
  request.pass_mask = passes_of(index, round, mutates, length, limits);
  for (int pass = 0; pass < kPasses; ++pass) {
    const bool wanted = ((request.pass_mask >> pass) & 1U) != 0;
    if (wanted && !round.offers(static_cast<Pass>(pass))) throw std::logic_error("a pass without operations");
  }
  ChildDescriptors descriptors;
  descriptors.give(row.entries.read_only_descriptor(), kEntriesDescriptor);
  descriptors.give(round.stream.read_only_descriptor(), kStreamDescriptor);
  if (row.text.size() != 0) {
    descriptors.give(row.text.read_only_descriptor(), kKeyTextDescriptor);
    descriptors.give(round.text.read_only_descriptor(), kStreamTextDescriptor);
    request.key_text_size = row.text.size();
    request.stream_text_size = round.text.size();
  }
  if (mutates && round.phases.size() == 1 && (request.pass_mask & bit_of(Pass::kThroughput)) != 0)
    request_prefixes(request, round, length.operations);
  if (request.arrivals_size != 0) descriptors.give(round.arrivals.read_only_descriptor(), kArrivalsDescriptor);
  if (index.info.capabilities.oracle) {
    descriptors.give(round.positions.read_only_descriptor(), kPositionsDescriptor);
    request.positions_size = round.positions.size();
  }
  const LossMeter meter;
  const WorkerRun run =
      run_worker(index, control, descriptors, table, row.shared_bytes() + round.shared_bytes(), limits);
  TrialRecord record;
  record.index = index.info.name;
  record.stream_sha256 = round.sha256;
  record.wall_ms = run.wall_ms;
  const ProcessorLoss loss = meter.with(0);  // its switches are those of the measured loop alone
  record.steal_ticks = loss.steal_ticks;
  record.throttled_us = loss.throttled_us;
  record.frequency_khz = current_frequency_khz();
  take_outcome(run, control.output(), limits, record);
  if (record.status != TrialStatus::kOk) return record;
  record.reason = check_passes(control.output(), round, length, mutates);
  if (!record.reason.empty()) {
    record.status = TrialStatus::kWrongResult;
    return record;
  }
  take_passes(control, round, limits, record);
  if (record.passes[static_cast<int>(Pass::kThroughput)].present) {
    take_prefixes(request, control.output().passes[0], round, record);
  }
  if (limits.counting == Counting::kPerf) {
    record.counts = counts_of(control.output(), record.passes[static_cast<int>(Pass::kThroughput)].operations);
  }
  return record;
}

}  // namespace omenbench
