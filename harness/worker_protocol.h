// What the coordinator and a trial process agree on beyond TrialInput and TrialOutput: file descriptors, the layout of
// the control segment, and the text of `omenbench-worker --list`.
//
// A worker is exec'ed as `omenbench-worker --trial` with everything else in inherited descriptors, so that neither
// names nor connection strings show in a process list. Workers never see the reference answers.
#pragma once

#include <cstdint>

#include "core/trial_io.h"
#include "harness/worker/watch.h"

namespace omenbench {

/// Descriptors a worker inherits. Absent ones are closed.
enum WorkerDescriptor : int {
  kControlDescriptor = 3,      ///< read-write: WorkerRequest, TrialOutput, samples
  kEntriesDescriptor = 4,      ///< read-only: Entry[entry_count]
  kStreamDescriptor = 5,       ///< read-only: Operation[]; stretch by stretch, per thread; then per thread the warm-up
  kPositionsDescriptor = 6,    ///< read-only: uint64[]; like the stream; oracles only
  kArrivalsDescriptor = 9,     ///< read-only: double[]; like one stretch; open pass only
  kConnectionDescriptor = 7,   ///< pipe: the engine's connection string until EOF
  kReportDescriptor = 3,       ///< --check instead of --trial: pipe for the lines of conformance/report_line.h
  kKeyTextDescriptor = 10,     ///< read-only: the text that entries are places in; byte strings only
  kStreamTextDescriptor = 11,  ///< read-only: the text that operations are places in; byte strings only
  kLifelineDescriptor = 8,     ///< pipe whose EOF means that the coordinator is done or dead
};

enum class WorkerAction : std::uint32_t {
  kTrial,      ///< run one trial
  kLoad,       ///< engines: create and load the table
  kDropAtEnd,  ///< engines: wait for the lifeline's EOF, then drop the table
};

/// Where one thread's share lies in the stream segment, in operations: of each stretch from the stretch's start, of the
/// warm-up from the segment's.
struct ThreadLayout {
  std::uint64_t operations = 0, count = 0;
  std::uint64_t warmup = 0, warmup_count = 0;
  std::uint64_t samples = 0;  ///< offset in the sample area, in samples
  std::uint64_t open_count = 0;
  std::uint64_t open_samples = 0;  ///< offset in the area of open samples, in pairs of them
  std::uint64_t phase_ends[kMaxPhases] = {};
};

/// Head of the control segment; followed by TrialOutput, the samples, and the open pass's latencies and lags (per
/// thread open_count of each), each at the offset given here.
struct WorkerRequest {
  std::uint32_t abi = kTrialAbi;
  WorkerAction action = WorkerAction::kTrial;
  char index[128] = {};
  char engine_directory[1024] = {};
  char engine_table[64] = {};
  std::uint32_t pass_mask = 0;
  std::uint8_t mutates = 0;
  std::uint8_t repeats = 0;  ///< keys repeat
  std::uint8_t huge_pages = 0;
  std::uint8_t pinned = 0;
  std::uint8_t oversubscribed = 0;
  Counting counting = Counting::kNone;
  std::uint8_t keeps_trying = 0;  ///< kDropAtEnd: on a server that may be away for a while
  std::uint64_t payload_seed = 0;
  std::uint64_t entry_count = 0;
  std::uint64_t thread_count = 1;
  std::uint64_t pass_begins[kPasses] = {};  ///< of each pass's stretch in the stream segment, in operations
  double ns_per_tick = 0;
  std::uint64_t zero = 0;
  std::uint64_t spawned_ns = 0;                                                            ///< steady clock at fork
  std::uint64_t stream_size = 0, positions_size = 0, arrivals_size = 0, control_size = 0;  ///< segments, in bytes
  std::uint64_t key_text_size = 0, stream_text_size = 0;
  std::uint64_t output_offset = 0, samples_offset = 0, open_offset = 0;  ///< in the control segment
  std::uint64_t prefixes[kMaxPrefixes] = {};                             ///< per thread
  std::uint64_t prefix_count = 0;
  std::uint64_t phase_count = 1;
  double phase_rates[kMaxPhases] = {};
  std::uint64_t search_p99_ns = 0, evict_bytes = 0, window_count = 0;  ///< as in TrialInput
  std::uint64_t pool_bytes = 0, record_bytes = 0;                      ///< the same
  std::int32_t cpus[kMaxThreads] = {};
  ThreadLayout threads[kMaxThreads];
};

}  // namespace omenbench
