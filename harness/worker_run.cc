// See the header.
#include "harness/worker_run.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <fstream>

#include "core/error.h"
#include "harness/clock.h"
#include "harness/orphans.h"

namespace omenbench {
namespace {

/// Address space that code, libraries and thread stacks take before an index allocates anything.
constexpr std::uint64_t kProcessOverheadBytes = std::uint64_t{1} << 30;

/// The last lines that a worker wrote to stderr: the message of an assertion or a sanitizer.
std::string tail_of(int descriptor) {
  constexpr off_t kMost = 600;
  const off_t size = lseek(descriptor, 0, SEEK_CUR);  // what was written, by the child through the same description
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

/// What a trial may map beyond what it shares; 0: no limit.
[[maybe_unused]] std::uint64_t address_space_of(const TrialLimits& limits) {
  const bool instead = limits.memory != nullptr && limits.memory->procs_file().empty();
  return instead ? limits.memory->limit_bytes() : limits.memory_limit_bytes;
}

std::uint64_t oom_kills(const MemoryGroup* group) { return group == nullptr ? 0 : group->oom_kills(); }

/// ", limit 512 bytes (cgroup-v1)", or nothing.
std::string group_limit(const MemoryGroup* group) {
  return group == nullptr ? "" : fmt::format(", limit {} bytes ({})", group->limit_bytes(), group->mechanism());
}

bool is_one_of(int signal, std::initializer_list<int> signals) {
  return std::ranges::find(signals, signal) != signals.end();
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
  } else if (is_one_of(run.end.signal, {SIGTERM, SIGHUP, SIGINT, SIGQUIT})) {
    record.status = TrialStatus::kInterrupted;
    record.reason = fmt::format("ended from outside ({})", strsignal(run.end.signal));
  } else if (run.end.signal != 0) {
    record.status = TrialStatus::kCrash;
    record.reason = how_ended(run.end) + said;
  } else if (never_ran(run.end)) {
    record.status = TrialStatus::kError;
    record.reason = "the worker did not start: " + how_ended(run.end);
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
  record.log_bytes = output.log_bytes;
  record.cache_bytes = output.cache_bytes;
  record.end_total_bytes = output.end_total_bytes;
  record.end_disk_bytes = output.end_disk_bytes;
  record.end_log_bytes = output.end_log_bytes;
  record.no_op_ns = static_cast<double>(output.no_op_ns);
  for (std::uint64_t i = 0; i < std::min(output.counter_count, kMaxCounters); ++i) {
    record.counters.emplace_back(output.counters[i].name, output.counters[i].value);
  }
  record.engine_version = output.engine_version;
  record.engine_settings_json = output.engine_settings_json;
  record.involuntary_switches = output.involuntary_switches;
  record.start_ms = static_cast<double>(output.ready_ns) / 1e6;
}

}  // namespace

ChildDescriptors::~ChildDescriptors() {
  for (const int descriptor : owned_) close(descriptor);
}

void ChildDescriptors::give(int descriptor, int number) {
  if (descriptor < 0) return;
  owned_.push_back(descriptor);
  lend(descriptor, number);
}

WorkerRun run_worker(const WorkerIndex& index, const TrialControl& control, ChildDescriptors& descriptors,
                     const EngineTable& table, std::uint64_t shared_bytes, const TrialLimits& limits) {
  const Pipe pipe = pipe_holding(table.connection);
  const int messages = bounded_memory_file("omenbench-stderr");
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
                         .extra_environment = environment_pad(start_ns),
                         .keeps_server_variables = table.given};
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
  const OrphanEnder orphans;
  Process process = Process::start(options);
  WorkerRun run;
  run.end = process.wait(limits.timeout_ms);
  run.wall_ms = static_cast<double>(steady_now_ns() - start_ns) / 1e6;
  run.oom_killed = oom_kills() > kills_before;
  run.server_oom_killed = oom_kills(limits.server_memory) > server_kills_before;
  run.stderr_tail = tail_of(messages);
  return run;
}

void take_outcome(const WorkerRun& run, const TrialOutput& output, const TrialLimits& limits, TrialRecord& record) {
  set_status(run, output, limits, record);
  copy_facts(output, record);
}

}  // namespace omenbench
