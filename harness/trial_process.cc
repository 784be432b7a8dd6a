// See the header. A worker is never trusted to report its own end: status starts as crash, and a checksum that the
// coordinator did not compute itself is only ever compared.
#include "harness/trial_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <fstream>

#include "core/error.h"
#include "core/rng.h"
#include "harness/clock.h"
#include "harness/environment.h"
#include "harness/latency_summary.h"

namespace omenbench {
namespace {

constexpr std::uint64_t kPage = 4096;
constexpr std::uint64_t kDropTimeoutMs = 60'000;
/// Address space that code, libraries and thread stacks take before an index allocates anything.
constexpr std::uint64_t kProcessOverheadBytes = std::uint64_t{1} << 30;

std::uint64_t round_up(std::uint64_t value, std::uint64_t unit) { return (value + unit - 1) / unit * unit; }

template <std::size_t N>
void set_text(char (&field)[N], const std::string& text, const char* what) {
  if (text.size() >= N) throw Error(fmt::format("{} is too long: {} characters, at most {}", what, text.size(), N - 1));
  std::memcpy(field, text.c_str(), text.size() + 1);
}

/// The control segment with its three parts.
struct Control {
  SharedSegment segment;
  WorkerRequest& request() const { return segment.as<WorkerRequest>(0, 1)[0]; }
  TrialOutput& output() const { return segment.as<TrialOutput>(request().output_offset, 1)[0]; }
  std::span<std::uint32_t> samples(std::uint64_t count) const {
    return segment.as<std::uint32_t>(request().samples_offset, count);
  }
  /// Latencies and lags of the open pass.
  std::span<std::uint64_t> open_samples(std::uint64_t count) const {
    return segment.as<std::uint64_t>(request().open_offset, 2 * count);
  }
};

/// `samples` and `open_samples`: how many operations are timed in the two passes.
Control make_control(const WorkerIndex& index, const EngineTable& table, std::uint64_t samples,
                     std::uint64_t open_samples) {
  const std::uint64_t output_offset = round_up(sizeof(WorkerRequest), kPage);
  const std::uint64_t samples_offset = round_up(output_offset + sizeof(TrialOutput), kPage);
  const std::uint64_t open_offset = round_up(samples_offset + samples * sizeof(std::uint32_t), kPage);
  Control control{SharedSegment(round_up(open_offset + 2 * open_samples * sizeof(std::uint64_t), kPage))};
  auto* request = new (&control.request()) WorkerRequest;
  request->output_offset = output_offset;
  request->samples_offset = samples_offset;
  request->open_offset = open_offset;
  request->control_size = control.segment.size();
  set_text(request->index, index.info.name, "index name");
  set_text(request->engine_directory, table.directory, "engine directory");
  set_text(request->engine_table, table.table, "table name");
  new (&control.output()) TrialOutput;
  return control;
}

/// Descriptors that are closed here once the child has them.
class ChildDescriptors {
 public:
  ~ChildDescriptors() {
    for (const int descriptor : owned_) close(descriptor);
  }
  void lend(int descriptor, int number) { pairs_.emplace_back(descriptor, number); }
  void give(int descriptor, int number) {
    if (descriptor < 0) return;
    owned_.push_back(descriptor);
    lend(descriptor, number);
  }
  const std::vector<std::pair<int, int>>& pairs() const { return pairs_; }

 private:
  std::vector<std::pair<int, int>> pairs_;
  std::vector<int> owned_;
};

/// The last lines that a worker wrote to stderr: the message of an assertion or a sanitizer.
std::string tail_of(int descriptor) {
  constexpr off_t kMost = 600;
  const off_t size = lseek(descriptor, 0, SEEK_END);
  std::string text(static_cast<std::size_t>(std::min(size, kMost)), '\0');
  const ssize_t n = pread(descriptor, text.data(), text.size(), std::max<off_t>(0, size - kMost));
  text.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
  for (char& c : text) {
    if (c == '\n' || c == '\t') c = ' ';
    if (static_cast<unsigned char>(c) < 32 || c == 127) c = '?';
  }
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

/// Kernel's count of processes killed for memory, to tell an out-of-memory kill from any other SIGKILL.
std::uint64_t oom_kills() {
  std::ifstream file("/proc/vmstat");
  std::string name;
  std::uint64_t value = 0;
  while (file >> name >> value) {
    if (name == "oom_kill") return value;
  }
  return 0;
}

struct WorkerRun {
  ProcessEnd end;
  std::string stderr_tail;
  bool oom_killed = false;
  bool server_oom_killed = false;
  double wall_ms = 0;
};

/// Environment pad of 0..4095 bytes: moves the stack, whose alignment alone can change results.
std::string environment_pad(std::uint64_t seed) {
  return "OMENBENCH_PAD=" + std::string(mix64(seed, "pad") % 4096, 'x');
}

/// What a trial may map beyond what it shares; 0: no limit.
[[maybe_unused]] std::uint64_t address_space_of(const TrialLimits& limits) {
  const bool instead = limits.memory != nullptr && limits.memory->procs_file().empty();
  return instead ? limits.memory->limit_bytes() : limits.memory_limit_bytes;
}

std::uint64_t oom_kills(const MemoryGroup* group) { return group == nullptr ? 0 : group->oom_kills(); }

WorkerRun run_worker(const WorkerIndex& index, const Control& control, ChildDescriptors& descriptors,
                     const std::string& connection, std::uint64_t shared_bytes, const TrialLimits& limits) {
  Pipe pipe;
  fcntl(pipe.write_end, F_SETPIPE_SZ, 65536);
  if (write(pipe.write_end, connection.data(), connection.size()) != static_cast<ssize_t>(connection.size())) {
    throw Error("the connection string is too long");
  }
  pipe.close_write();
  const int messages = memfd_create("omenbench-stderr", MFD_CLOEXEC);
  descriptors.give(messages, STDERR_FILENO);
  descriptors.lend(messages, STDOUT_FILENO);  // whatever an index prints must not mix with our output
  descriptors.give(open("/dev/null", O_RDWR | O_CLOEXEC), STDIN_FILENO);
  descriptors.lend(control.segment.descriptor(), kControlDescriptor);
  descriptors.lend(pipe.read_end, kConnectionDescriptor);
  const std::uint64_t kills_before = oom_kills();
  const std::uint64_t server_kills_before = oom_kills(limits.server_memory);
  const std::uint64_t start_ns = steady_now_ns();
  control.request().spawned_ns = start_ns;
  ProcessOptions options{.arguments = index.command("--trial"),
                         .descriptors = descriptors.pairs(),
                         .extra_environment = environment_pad(start_ns)};
  options.arguments.insert(options.arguments.begin(), limits.launcher.begin(), limits.launcher.end());
  if (limits.memory != nullptr) {
    options.join_group = limits.memory->procs_file();
    // What is touched here first is not charged to the trial.
    std::ranges::fill(control.segment.as<char>(control.request().samples_offset,
                                               control.segment.size() - control.request().samples_offset),
                      '\0');
  }
#ifndef OMENBENCH_SANITIZED  // sanitizers reserve terabytes of address space
  if (const std::uint64_t limit = address_space_of(limits); limit != 0 && limits.launcher.empty()) {
    options.address_space_limit_bytes =
        limit + shared_bytes + control.segment.size() + limits.evict_bytes + kProcessOverheadBytes;
  }
#endif
  Process process = Process::start(options);
  WorkerRun run;
  run.end = process.wait(limits.timeout_ms);
  run.wall_ms = static_cast<double>(steady_now_ns() - start_ns) / 1e6;
  run.oom_killed = oom_kills() > kills_before;
  run.server_oom_killed = oom_kills(limits.server_memory) > server_kills_before;
  run.stderr_tail = tail_of(messages);
  return run;
}

/// ", limit 512 bytes (cgroup-v1)", or nothing.
std::string group_limit(const MemoryGroup* group) {
  return group == nullptr ? "" : fmt::format(", limit {} bytes ({})", group->limit_bytes(), group->mechanism());
}

/// Status and reason from how the process ended, in `record`.
void set_status(const WorkerRun& run, const TrialOutput& output, const TrialLimits& limits, TrialRecord& record) {
  const std::string said = run.stderr_tail.empty() ? "" : ": " + run.stderr_tail;
  if (run.end.interrupted) {
    record.status = TrialStatus::kInterrupted;
    record.reason = "stopped by the user";
  } else if (run.end.timed_out) {
    record.status = TrialStatus::kTimeout;
    record.reason = fmt::format("longer than {:g} s", static_cast<double>(limits.timeout_ms) / 1000);
  } else if (run.server_oom_killed) {
    record.status = TrialStatus::kOom;
    record.reason = "the server was killed by the kernel: out of memory" + group_limit(limits.server_memory);
  } else if (run.end.signal == SIGKILL) {
    record.status = run.oom_killed ? TrialStatus::kOom : TrialStatus::kInterrupted;
    record.reason = run.oom_killed ? "killed by the kernel: out of memory" + group_limit(limits.memory)
                                   : "killed from outside (SIGKILL)";
  } else if (run.end.signal != 0) {
    record.status = TrialStatus::kCrash;
    record.reason = fmt::format("signal {} ({}){}", run.end.signal, strsignal(run.end.signal), said);
  } else if (run.end.exit_code != 0) {
    record.status = TrialStatus::kCrash;
    record.reason = fmt::format("worker exited with code {}{}", run.end.exit_code, said);
  } else {
    record.status = output.status;
    record.reason = std::string(output.reason, strnlen(output.reason, sizeof output.reason));
    if (record.status == TrialStatus::kCrash) record.reason = "the worker ended without a result" + said;
    if (record.status == TrialStatus::kOom) {
      record.reason += limits.memory != nullptr         ? group_limit(limits.memory)
                       : limits.memory_limit_bytes != 0 ? fmt::format(", limit {} bytes", limits.memory_limit_bytes)
                                                        : "";
    }
  }
}

void copy_facts(const TrialOutput& output, TrialRecord& record) {
  record.build_ns = output.build_ns;
  record.total_bytes = output.total_bytes;
  record.self_reported_bytes = output.self_reported_bytes;
  record.rss_delta_bytes = output.rss_delta_bytes;
  record.peak_rss_bytes = output.peak_rss_bytes;
  record.disk_bytes = output.disk_bytes;
  record.cache_bytes = output.cache_bytes;
  record.no_op_ns = static_cast<double>(output.no_op_ns);
  for (std::uint64_t i = 0; i < std::min(output.counter_count, kMaxCounters); ++i) {
    record.counters.emplace_back(output.counters[i].name, output.counters[i].value);
  }
  record.engine_version = output.engine_version;
  record.engine_settings_json = output.engine_settings_json;
  record.involuntary_switches = output.involuntary_switches;
  record.start_ms = static_cast<double>(output.ready_ns) / 1e6;
}

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

const Reference& reference_at(const RoundMaterial& round, std::uint64_t operations) {
  const auto position = std::ranges::find(round.references, operations, &Reference::operations);
  if (position == round.references.end()) throw std::logic_error("no reference at this prefix");
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
void fill_request(WorkerRequest& request, const RoundMaterial& round, const TrialLength& length,
                  const TrialLimits& limits) {
  request.thread_count = round.threads.size();
  std::uint64_t samples = 0;
  std::uint64_t open_samples = 0;
  for (std::size_t t = 0; t < round.threads.size(); ++t) {
    ThreadLayout& layout = request.threads[t];
    layout = round.threads[t];
    layout.count = thread_count_of(round, t, length.operations);
    layout.open_count = thread_count_of(round, t, length.open_operations);
    layout.warmup_count = std::min(layout.warmup_count, std::max<std::uint64_t>(1, layout.count / 10));
    layout.samples = std::exchange(samples, samples + layout.count);
    layout.open_samples = std::exchange(open_samples, open_samples + layout.open_count);
    if (!limits.cpus.empty()) request.cpus[t] = limits.cpus[t % limits.cpus.size()];
  }
  request.phase_count = round.phases.size();
  for (std::size_t p = 0; p < round.phases.size(); ++p) request.phase_rates[p] = round.phases[p].rate;
  request.search_p99_ns = limits.search_p99_ns;
  request.evict_bytes = limits.evict_bytes;
  request.window_count = limits.windows;
  request.oversubscribed = limits.oversubscribed;
  request.pinned = !limits.cpus.empty();
  request.huge_pages = limits.huge_pages;
  request.ns_per_tick = limits.ns_per_tick;
  request.stream_size = round.stream.size();
  if (length.open_operations != 0) request.arrivals_size = round.arrivals.size();
}

std::uint32_t passes_of(const WorkerIndex& index, bool mutates, const TrialLength& length, const TrialLimits& limits) {
  const auto bit = [](Pass pass) { return 1U << static_cast<int>(pass); };
  if (limits.evict_bytes != 0) return bit(Pass::kLatency);
  if (!limits.launcher.empty()) return bit(Pass::kThroughput);
  // An engine waits for each answer anyway, so its dependent pass would repeat the throughput pass.
  return bit(Pass::kThroughput) | bit(Pass::kLatency) | (!mutates && !index.engine ? bit(Pass::kDependent) : 0U) |
         (!mutates && index.info.capabilities.batched ? bit(Pass::kBatched) : 0U) |
         (length.open_operations != 0 ? bit(Pass::kOpen) : 0U);
}

/// Rows that write note the time at every shorter prefix, to be compared with tiers that run no further.
void request_prefixes(WorkerRequest& request, const RoundMaterial& round, std::uint64_t operations) {
  for (const Reference& reference : round.references) {
    if (reference.operations >= operations || request.prefix_count == kMaxPrefixes) break;
    request.prefixes[request.prefix_count++] = share_of(reference.operations, round.threads.size());
  }
}

void take_prefixes(const WorkerRequest& request, const PassOutput& pass, const RoundMaterial& round,
                   TrialRecord& record) {
  for (std::uint64_t p = 0; p < request.prefix_count; ++p) {
    const auto operations = static_cast<double>(request.prefixes[p] * round.threads.size());
    record.prefixes.emplace_back(round.references[p].operations,
                                 static_cast<double>(pass.prefix_elapsed_ns[p]) / operations);
  }
}

/// The samples of the trial, thread by thread.
std::vector<ThreadSamples> samples_of(const Control& control, const RoundMaterial& round) {
  const WorkerRequest& request = control.request();
  const auto done = [&](Pass pass) { return control.output().passes[static_cast<int>(pass)].done != 0; };
  std::vector<ThreadSamples> threads;
  for (std::size_t t = 0; t < round.threads.size(); ++t) {
    const ThreadLayout& layout = request.threads[t];
    ThreadSamples& thread = threads.emplace_back();
    thread.operations =
        round.stream.as<Operation>(layout.operations * sizeof(Operation), std::max(layout.count, layout.open_count));
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
    const Reference& reference = reference_at(round, open ? length.open_operations : length.operations);
    const std::string wrong = check_answers(output.passes[p], kPassNames[p], reference, mutates);
    if (!wrong.empty()) return wrong;
  }
  return "";
}

void take_passes(const Control& control, const RoundMaterial& round, const TrialLimits& limits, TrialRecord& record) {
  const TrialOutput& output = control.output();
  for (int p = 0; p < kPasses; ++p) {
    const PassOutput& pass = output.passes[p];
    if (pass.done == 0) continue;
    record.passes[p] = {.present = true,
                        .operations = pass.operations,
                        .ns_per_op = static_cast<double>(pass.elapsed_ns) / static_cast<double>(pass.operations)};
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

}  // namespace

TrialRecord run_trial_process(const WorkerIndex& index, const RowMaterial& row, const RoundMaterial& round,
                              const TrialLength& length, bool mutates, const EngineTable& table,
                              const TrialLimits& limits) {
  const Control control =
      make_control(index, table, total_of(round, length.operations), total_of(round, length.open_operations));
  WorkerRequest& request = control.request();
  fill_request(request, round, length, limits);
  request.mutates = mutates;
  request.payload_seed = row.payload_seed;
  request.entry_count = row.entry_count;
  request.pass_mask = passes_of(index, mutates, length, limits);
  ChildDescriptors descriptors;
  descriptors.give(row.entries.read_only_descriptor(), kEntriesDescriptor);
  descriptors.give(round.stream.read_only_descriptor(), kStreamDescriptor);
  if (mutates && round.phases.size() == 1) request_prefixes(request, round, length.operations);
  if (request.arrivals_size != 0) descriptors.give(round.arrivals.read_only_descriptor(), kArrivalsDescriptor);
  if (index.info.capabilities.oracle) {
    descriptors.give(round.positions.read_only_descriptor(), kPositionsDescriptor);
    request.positions_size = round.positions.size();
  }
  const std::uint64_t steal_before = read_steal_ticks();
  const WorkerRun run =
      run_worker(index, control, descriptors, table.connection, row.entries.size() + round.shared_bytes(), limits);
  TrialRecord record;
  record.index = index.info.name;
  record.stream_sha256 = round.sha256;
  record.wall_ms = run.wall_ms;
  record.steal_ticks = read_steal_ticks() - steal_before;
  record.frequency_khz = current_frequency_khz();
  set_status(run, control.output(), limits, record);
  copy_facts(control.output(), record);
  if (record.status != TrialStatus::kOk) return record;
  record.reason = check_passes(control.output(), round, length, mutates);
  if (!record.reason.empty()) {
    record.status = TrialStatus::kWrongResult;
    return record;
  }
  take_passes(control, round, limits, record);
  take_prefixes(request, control.output().passes[0], round, record);
  return record;
}

TrialRecord load_engine_table(const WorkerIndex& index, const RowMaterial& row, const EngineTable& table,
                              const TrialLimits& limits) {
  const Control control = make_control(index, table, 0, 0);
  WorkerRequest& request = control.request();
  request.action = WorkerAction::kLoad;
  request.thread_count = 0;
  request.entry_count = row.entry_count;
  request.payload_seed = row.payload_seed;
  ChildDescriptors descriptors;
  descriptors.give(row.entries.read_only_descriptor(), kEntriesDescriptor);
  const WorkerRun run = run_worker(index, control, descriptors, table.connection, row.entries.size(), limits);
  TrialRecord record;
  record.index = index.info.name;
  record.wall_ms = run.wall_ms;
  set_status(run, control.output(), limits, record);
  copy_facts(control.output(), record);
  return record;
}

namespace {

Process start_dropper(const WorkerIndex& index, const SharedSegment& control, const Pipe& lifeline,
                      const std::string& connection) {
  Pipe pipe;
  if (write(pipe.write_end, connection.data(), connection.size()) != static_cast<ssize_t>(connection.size())) {
    throw Error("the connection string is too long");
  }
  pipe.close_write();
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  Process process = Process::start({.arguments = index.command("--trial"),
                                    .descriptors = {{null, STDIN_FILENO},
                                                    {null, STDOUT_FILENO},
                                                    {null, STDERR_FILENO},
                                                    {control.descriptor(), kControlDescriptor},
                                                    {pipe.read_end, kConnectionDescriptor},
                                                    {lifeline.read_end, kLifelineDescriptor}},
                                    .dies_with_parent = false});
  close(null);
  return process;
}

SharedSegment drop_request(const WorkerIndex& index, const EngineTable& table) {
  Control control = make_control(index, table, 0, 0);
  control.request().action = WorkerAction::kDropAtEnd;
  control.request().thread_count = 0;
  return std::move(control.segment);
}

}  // namespace

TableDropper::TableDropper(const WorkerIndex& index, const EngineTable& table)
    : name_(index.info.name),
      control_(drop_request(index, table)),
      process_(start_dropper(index, control_, lifeline_, table.connection)) {
  lifeline_.close_read();
}

TableDropper::~TableDropper() {
  if (lifeline_.write_end >= 0) drop();
}

std::string TableDropper::drop() {
  lifeline_.close_write();
  const ProcessEnd end = process_.wait(kDropTimeoutMs, /*heed_interrupts=*/false);
  const WorkerRequest& request = control_.as<WorkerRequest>(0, 1)[0];
  const TrialOutput& output = control_.as<TrialOutput>(request.output_offset, 1)[0];
  if (end.exit_code == 0 && output.status == TrialStatus::kOk) return "";
  return fmt::format("{}: could not drop the table: {}", name_, output.reason[0] != 0 ? output.reason : "process died");
}

}  // namespace omenbench
