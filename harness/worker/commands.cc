// Worker side of the protocol: map the descriptors, hand plain spans to the index's trial function.
#include "harness/worker/commands.h"

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <string>
#include <vector>

#include "core/lacking.h"
#include "core/page_allocator.h"
#include "core/registry.h"
#include "core/server_programs.h"
#include "harness/clock.h"
#include "harness/trial.h"
#include "harness/worker/enough_threads.h"
#include "harness/worker/plugin_loader.h"
#include "harness/worker_protocol.h"

namespace omenbench {
namespace {

/// Maps a whole inherited descriptor; ends the process when that fails, which the coordinator reports as a crash.
const void* map_descriptor(int descriptor, std::size_t bytes, int protection) {
  if (bytes == 0) return nullptr;
  void* address = mmap(nullptr, bytes, protection, MAP_SHARED | MAP_POPULATE, descriptor, 0);
  if (address == MAP_FAILED) {
    std::perror("error: cannot map the trial's input");
    _exit(3);
  }
  return address;
}

std::string read_to_end(int descriptor) {
  std::string text;
  char buffer[4096];
  for (ssize_t n; (n = read(descriptor, buffer, sizeof buffer)) > 0;) text.append(buffer, static_cast<std::size_t>(n));
  return text;
}

void wait_for_end(int descriptor) {
  char byte;
  while (read(descriptor, &byte, 1) > 0) {
  }
}

/// Guardians and droppers must survive the Ctrl-C that ends the coordinator (they are in a process group of their own,
/// so the terminal does not reach them, but `kill` and a closed terminal do).
void outlive_the_terminal() {
  signal(SIGINT, SIG_IGN);
  signal(SIGTERM, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
  signal(SIGPIPE, SIG_IGN);  // the coordinator may die before it reads the answer
}

/// A person's server may be starting again just now, and what was made on it must not stay.
void drop(const IndexInfo& info, const TrialInput& input, bool keeps_trying, TrialOutput& output) {
  constexpr std::uint64_t kPatienceNs = 45'000'000'000;
  const std::uint64_t start_ns = steady_now_ns();
  for (;;) {
    info.drop(input, output);
    if (output.status == TrialStatus::kOk || !keeps_trying || steady_now_ns() - start_ns > kPatienceNs) return;
    usleep(250'000);
  }
}

struct Mapped {
  std::array<std::vector<ThreadStream>, kPasses> streams;
  std::string connection;
  TrialInput input;
};

/// What the passes run, but for their operations.
ThreadStream stream_of(const WorkerRequest& request, std::uint64_t thread, Pass pass, char* control) {
  const ThreadLayout& layout = request.threads[thread];
  auto* samples = reinterpret_cast<std::uint32_t*>(control + request.samples_offset);
  auto* open_samples = reinterpret_cast<std::uint64_t*>(control + request.open_offset) + 2 * layout.open_samples;
  const bool open = pass == Pass::kOpen;
  return {.count = open ? layout.open_count : layout.count,
          .warmup_count = layout.warmup_count,
          .samples = pass == Pass::kLatency ? samples + layout.samples : nullptr,
          .phase_ends = request.phase_count > 1 ? layout.phase_ends : nullptr,
          .open_latencies = open ? open_samples : nullptr,
          .lags = open ? open_samples + layout.open_count : nullptr};
}

/// Maps the operations and points `streams` to them.
void map_streams(const WorkerRequest& request, char* control, Mapped& mapped) {
  const auto* stream = static_cast<const Operation*>(map_descriptor(kStreamDescriptor, request.stream_size, PROT_READ));
  const auto* positions =
      static_cast<const std::uint64_t*>(map_descriptor(kPositionsDescriptor, request.positions_size, PROT_READ));
  const auto* text =
      static_cast<const char*>(map_descriptor(kStreamTextDescriptor, request.stream_text_size, PROT_READ));
  const auto* arrivals =
      static_cast<const double*>(map_descriptor(kArrivalsDescriptor, request.arrivals_size, PROT_READ));
  for (int pass = 0; pass < kPasses; ++pass) {
    if (((request.pass_mask >> pass) & 1U) == 0) continue;
    for (std::uint64_t t = 0; t < request.thread_count; ++t) {
      ThreadStream& thread = mapped.streams[pass].emplace_back(stream_of(request, t, static_cast<Pass>(pass), control));
      const ThreadLayout& layout = request.threads[t];
      const std::uint64_t begin = request.pass_begins[pass] + layout.operations;
      thread.operations = stream + begin;
      thread.warmup = stream + layout.warmup;
      thread.text = text;
      if (positions != nullptr) thread.positions = positions + begin;
      if (positions != nullptr) thread.warmup_positions = positions + layout.warmup;
      if (arrivals != nullptr) thread.arrivals = arrivals + layout.operations;
    }
    mapped.input.streams[pass] = mapped.streams[pass].data();
  }
}

Mapped map_input(const WorkerRequest& request, char* control) {
  Mapped mapped;
  map_streams(request, control, mapped);
  mapped.connection = read_to_end(kConnectionDescriptor);
  TrialInput& input = mapped.input;
  input.pass_mask = request.pass_mask;
  input.payload_seed = request.payload_seed;
  input.entries =
      static_cast<const Entry*>(map_descriptor(kEntriesDescriptor, request.entry_count * sizeof(Entry), PROT_READ));
  input.entry_count = request.entry_count;
  input.key_text = static_cast<const char*>(map_descriptor(kKeyTextDescriptor, request.key_text_size, PROT_READ));
  input.thread_count = request.thread_count;
  input.mutates = request.mutates;
  input.prefixes = request.prefixes;
  input.prefix_count = request.prefix_count;
  input.phase_count = request.phase_count;
  std::copy_n(request.phase_rates, kMaxPhases, input.phase_rates);
  input.search_p99_ns = request.search_p99_ns;
  input.evict_bytes = request.evict_bytes;
  input.pool_bytes = request.pool_bytes;
  input.record_bytes = request.record_bytes;
  input.window_count = request.window_count;
  input.oversubscribed = request.oversubscribed;
  input.cpus = request.pinned ? request.cpus : nullptr;
  input.ns_per_tick = request.ns_per_tick;
  input.zero = request.zero;
  input.watch = watch_for(request.counting);
  input.engine_directory = request.engine_directory;
  input.engine_table = request.engine_table;
  return mapped;
}

/// Whether the index has the form that the row's keys and payloads want.
bool can_run(const WorkerRequest& request, const IndexInfo& info) {
  if (request.action == WorkerAction::kDropAtEnd) return true;
  if (request.repeats) return info.capabilities.repeats && request.record_bytes == 0;
  return request.record_bytes != 0 ? info.capabilities.records : info.run != nullptr;
}

/// `version` of the programs that serve it; null: it finds them by itself.
void list_index(const IndexInfo& info, const char* version = nullptr) {
  const Capabilities& can = info.capabilities;
  std::string parameters;
  const auto add = [&](const std::string& name, const std::string& value) {
    parameters += (parameters.empty() ? "" : ";") + name + "=" + value;
  };
  for (const auto& [name, value] : info.parameters) add(name, value);
  if (version != nullptr) add(kProgramsVersionParameter, version);
  std::printf("%s\t%s\t%d\t%d\t%s\t%s\t%g\t%llu\t%s\t%d%d%d%d%d%d%d%d%d%d\t%d\t%s\t%s\t%llu\t%s\t%s\n",
              info.name.c_str(), info.display.c_str(), static_cast<int>(info.family), static_cast<int>(info.tier),
              info.citation.c_str(), parameters.c_str(), info.peak_bytes_per_key,
              static_cast<unsigned long long>(info.max_operations), info.server.c_str(), can.ordered, can.updatable,
              can.insertable, can.erasable, can.batched, can.shared_reads, can.concurrent, can.oracle, can.repeats,
              can.records, info.load != nullptr, lacking_of(info.name).c_str(),
              std::string(to_string(info.key_kind)).c_str(), static_cast<unsigned long long>(info.max_key_bytes),
              info.repeats.as.c_str(), info.records.layout.c_str());
}

}  // namespace

std::string use_programs(const std::string& kind, const std::string& folder) {
  const auto taker = takers_of_programs().find(kind);
  if (taker == takers_of_programs().end()) throw std::logic_error("no engine takes programs of a " + kind + " server");
  return taker->second(folder);
}

int list_served(const std::string& kind, const std::string& version) {
  for (const IndexInfo& info : registered_indexes()) {
    if (info.server == kind) list_index(info, version.c_str());
  }
  return 0;
}

int list_indexes() {
  for (const IndexInfo& info : registered_indexes()) list_index(info);
  for (const IndexInfo& info : indexes_behind_doors()) list_index(info);
  return 0;
}

int list_plugin(const LoadedPlugin& plugin) {
  std::printf("plugin\t%s\t%s\t%s\n", plugin.version.c_str(), plugin.compiler.c_str(), plugin.isa.c_str());
  for (const std::string& name : plugin.names) list_index(*find_index(name));
  return 0;
}

int run_requested_trial(const LoadedPlugin* plugin) {
  const std::uint64_t started_ns = steady_now_ns();
  const auto* head =
      static_cast<const WorkerRequest*>(map_descriptor(kControlDescriptor, sizeof(WorkerRequest), PROT_READ));
  auto* control = static_cast<char*>(
      const_cast<void*>(map_descriptor(kControlDescriptor, head->control_size, PROT_READ | PROT_WRITE)));
  const WorkerRequest& request = *head;
  auto& output = *reinterpret_cast<TrialOutput*>(control + request.output_offset);
  output.ready_ns = started_ns - request.spawned_ns;
  const IndexInfo* const found = find_index(request.index);
  if (request.abi != kTrialAbi || found == nullptr || !can_run(request, *found)) {
    output.status = TrialStatus::kError;
    copy_text(output.reason, found != nullptr && found->run == nullptr
                                 ? "holds records alone: 'omenbench run --record-size' says how large they are"
                                 : "this worker does not know the index, or is of another build than the coordinator");
    return 0;
  }
  const IndexInfo info = request.repeats             ? where_keys_repeat(*found)
                         : request.record_bytes != 0 ? with_records(*found, request.record_bytes)
                                                     : *found;
  request_huge_pages(request.huge_pages != 0);
  if (plugin != nullptr && plugin->request_huge_pages != nullptr) plugin->request_huge_pages(request.huge_pages != 0);
  Mapped mapped = map_input(request, control);
  mapped.input.engine_connection = mapped.connection.c_str();
  switch (request.action) {
    case WorkerAction::kTrial:
      if (const std::string missing = missing_threads(request.thread_count); !missing.empty()) {
        output.status = TrialStatus::kError;
        copy_text(output.reason, missing);
        break;
      }
      info.run(mapped.input, output);
      take_events(request.counting, output);
      break;
    case WorkerAction::kLoad:
      info.load(mapped.input, output);
      break;
    case WorkerAction::kDropAtEnd:
      outlive_the_terminal();
      wait_for_end(kLifelineDescriptor);
      drop(info, mapped.input, request.keeps_trying != 0, output);
      break;
  }
  return 0;
}

int look(const char* index, const char* entries) {
  const IndexInfo* info = find_index(index);
  if (info == nullptr || info->service.look == nullptr) {
    std::fprintf(stderr, "index '%s' has no server\n", index);
    return 2;
  }
  try {
    info->service.look(read_to_end(kConnectionDescriptor), std::strtoull(entries, nullptr, 10));
    return 0;
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "%s\n", exception.what());
    return 1;
  }
}

int stop(const char* index, const char* directory) {
  outlive_the_terminal();
  const IndexInfo* info = find_index(index);
  if (info == nullptr || info->service.stop == nullptr) return 2;
  try {
    info->service.stop(directory);
    return 0;
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "%s\n", exception.what());
    return 1;
  }
}

int serve(const char* index, const char* directory) {
  outlive_the_terminal();
  const IndexInfo* info = find_index(index);
  if (info == nullptr || info->service.start == nullptr) {
    std::fprintf(stderr, "index '%s' has no private server\n", index);
    return 2;
  }
  try {
    const std::string connection = info->service.start(directory);
    std::printf("%s\n", connection.c_str());
    std::fflush(stdout);
    wait_for_end(STDIN_FILENO);
    info->service.stop(directory);
    std::filesystem::remove(directory);
    return 0;
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "%s\n", exception.what());
    return 1;
  }
}

}  // namespace omenbench
