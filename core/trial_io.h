// The plain data that goes into a trial and comes out of it.
//
// The coordinator writes a TrialInput and reads a TrialOutput through shared memory; a plugin receives the same two
// structures. No ownership, no exceptions and no allocation cross this boundary.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/operation.h"
#include "core/page_use.h"
#include "core/types.h"

namespace omenbench {

inline constexpr std::uint32_t kTrialAbi = 9;

/// The passes of a trial, never mixed. Values are array positions and bit numbers.
enum class Pass : std::uint8_t {
  kThroughput = 0,  ///< no clock inside; elapsed / operations
  kDependent = 1,   ///< no clock inside; the next key depends on the last answer (read-only rows)
  kLatency = 2,     ///< every operation timed
  kBatched = 3,     ///< no clock inside; the index's own find_batch (rows of lookups only)
  kOpen = 4,        ///< operations arrive when they arrive; timed from their intended start
};
inline constexpr int kPasses = 5;

/// Lookups that the batched pass hands over at once.
inline constexpr std::uint64_t kBatchSize = 256;

/// The highest rate is searched for in so many steps at most.
inline constexpr std::uint64_t kMaxProbes = 8;
/// Samples that a step of that search takes at least: fewer do not resolve a p99.
inline constexpr std::uint64_t kMinProbeSamples = 1000;

/// How a trial ended, worst last but for ok. The order of severity is that of `severity` in harness/trial_record.h.
enum class TrialStatus : std::uint8_t {
  kOk = 0,
  kUnsupported,
  kWrongResult,
  kCrash,
  kError,
  kOom,
  kTimeout,
  kImplausible,
  kInterrupted,
  kNotRun,
};
inline constexpr int kTrialStatuses = 10;

/// One thread's share of the operations of one pass.
struct ThreadStream {
  const Operation* operations = nullptr;
  std::uint64_t count = 0;
  /// Warm-up: read-only operations of another seed, the same before every pass, not checked.
  const Operation* warmup = nullptr;
  std::uint64_t warmup_count = 0;
  /// Per operation the ordinal, among the loaded entries, of the first key not below the operation's (kNoPosition:
  /// lookup of an absent key); given to oracles alone, in rows that do not write.
  const std::uint64_t* positions = nullptr;
  const std::uint64_t* warmup_positions = nullptr;  ///< the same of the warm-up
  /// Latency pass: samples in ns, one per operation, pre-faulted and host-owned.
  std::uint32_t* samples = nullptr;
  /// Operations of this thread up to the end of each phase, TrialInput::phase_count of them; null with one phase.
  const std::uint64_t* phase_ends = nullptr;
  /// Open pass: when each operation arrives, in mean gaps between arrivals (a cumulative sum); and what is measured of
  /// each, host-owned and in ns: from the intended start to the end, and from the intended start to the start.
  const double* arrivals = nullptr;
  std::uint64_t* open_latencies = nullptr;
  std::uint64_t* lags = nullptr;
  /// Byte strings: the text that the words of operations are places in (core/key_kind.h).
  const char* text = nullptr;
};

/// Where a thread of a trial stands, for who counts what the processor does meanwhile (harness/worker/watch.h).
enum class Moment : std::uint8_t {
  kWarmUp,      ///< the index is built, the warm-up comes next
  kLoopBegins,  ///< nothing but operations follows
  kLoopEnds,
};

/// What is counted of the measured loop. Values are array positions.
enum class Event : std::uint8_t {
  kInstructions = 0,
  kMispredictions = 1,     ///< branches that went the other way
  kFirstLevelMisses = 2,   ///< of data, in the smallest cache
  kLastLevelMisses = 3,    ///< of data, in the largest
  kTranslationMisses = 4,  ///< of data addresses
};
inline constexpr int kEvents = 5;

inline constexpr std::uint64_t kMaxPhases = 32;
inline constexpr std::uint64_t kMaxWindows = 256;

struct TrialInput {
  std::uint32_t abi = kTrialAbi;
  std::uint32_t pass_mask = 0;  ///< bit (1 << Pass)
  std::uint64_t payload_seed = 0;
  const Entry* entries = nullptr;  ///< what to bulk load; strictly ascending; valid during the whole trial
  std::uint64_t entry_count = 0;
  /// [pass][thread]: what each pass of `pass_mask` runs. Operations of its own where the stream only reads, so that no
  /// pass walks through what another has just brought into the caches; else all passes run the same.
  const ThreadStream* streams[kPasses] = {};
  std::uint64_t thread_count = 1;
  /// True when the stream writes: each pass then starts from a fresh build and ends with a check of the final state.
  std::uint8_t mutates = 0;
  /// Ascending operation counts per thread, each below the threads' counts, at which the throughput pass notes the
  /// time: slower tiers run only that far, and rows that write are compared over what both sides ran.
  const std::uint64_t* prefixes = nullptr;
  std::uint64_t prefix_count = 0;
  /// Between phases all threads wait for each other.
  std::uint64_t phase_count = 1;
  /// Open pass: operations per second of each phase, over all threads; 0: as fast as they go, and not timed.
  double phase_rates[kMaxPhases] = {};
  /// Open pass: not 0: ignores the rates and searches the highest one whose p99 stays at or below this.
  std::uint64_t search_p99_ns = 0;
  /// Latency pass: not 0: caches are evicted before every operation, by reading so many bytes.
  std::uint64_t evict_bytes = 0;
  /// Latency pass: memory is looked at after each of so many windows of equal operations; 0: never.
  std::uint64_t window_count = 0;
  /// More threads than CPUs: whoever waits lets others run.
  std::uint8_t oversubscribed = 0;
  /// CPU of each thread, or null for no pinning.
  const std::int32_t* cpus = nullptr;
  /// Nanoseconds per tick of the time stamp counter for the latency pass, or 0 to use std::chrono::steady_clock.
  double ns_per_tick = 0;
  /// Always 0, but the compiler cannot know: ties one operation to the previous answer in the dependent pass.
  std::uint64_t zero = 0;
  /// Called by every thread as it comes to these moments; null: by none.
  void (*watch)(Moment) = nullptr;
  /// NUL-terminated; engines only.
  const char* engine_directory = "";
  const char* engine_connection = "";
  const char* engine_table = "";
  /// Memory for pages, of engines that take a size; 0: what each takes by itself.
  std::uint64_t pool_bytes = 0;
  /// Size of a record where payloads are more than a word (core/record.h); else 0.
  std::uint64_t record_bytes = 0;
  /// Byte strings: the text that the words of entries are places in (core/key_kind.h).
  const char* key_text = nullptr;

  /// All passes run the same.
  void share_streams(const ThreadStream* threads) {
    for (const ThreadStream*& pass : streams) pass = threads;
  }
};

inline constexpr std::uint64_t kMaxThreads = 1024;
inline constexpr std::uint64_t kMaxPrefixes = 8;

struct PassOutput {
  std::uint64_t done = 0;        ///< 1 when the pass ran to its end
  std::uint64_t operations = 0;  ///< of all threads
  std::uint64_t elapsed_ns = 0;  ///< wall time from the common start to the last thread's end
  std::uint64_t saturated = 0;   ///< latency samples that did not fit in 32 bits
  /// Throughput pass: wall time from the common start to the last thread's end of each prefix.
  std::uint64_t prefix_elapsed_ns[kMaxPrefixes] = {};
  /// From the common start of each phase to its last thread's end.
  std::uint64_t phase_elapsed_ns[kMaxPhases] = {};
  /// The fold of each thread's answers (core/operation.h), and of re-reading every written key afterwards.
  std::uint64_t checksum[kMaxThreads] = {};
  std::uint64_t final_checksum[kMaxThreads] = {};
  /// Engines that count pages: what the operations did, without warm-up. Else all 0.
  PageUse pages;
};

inline constexpr std::uint64_t kMaxCounters = 16;

/// One of an index's `counters()` (core/index.h).
struct CounterOutput {
  char name[32] = {};
  std::uint64_t value = 0;
};

/// One step of the search for the highest rate.
struct ProbeOutput {
  double rate = 0;               ///< offered, operations per second over all threads
  double achieved = 0;           ///< operations per second that ended
  std::uint64_t p99_ns = 0;      ///< from the intended start, over all threads
  std::uint64_t operations = 0;  ///< fewer than planned when it was clear early that the limit is broken
  std::uint64_t passed = 0;
};

/// What a process holds after a window of the latency pass.
struct WindowOutput {
  std::uint64_t allocated_bytes = 0;  ///< since before the build
  std::uint64_t resident_bytes = 0;   ///< anonymous, of the whole process
};

struct TrialOutput {
  TrialStatus status = TrialStatus::kCrash;  ///< stays so when the process dies
  char reason[1024] = {};
  std::uint64_t ready_ns = 0;  ///< from process start to the first line of the trial
  std::uint64_t build_ns = 0;  ///< of the first build; engines: of load
  std::uint64_t total_bytes = 0;
  std::uint64_t self_reported_bytes = 0;  ///< 0: the index does not report
  std::uint64_t rss_delta_bytes = 0;
  std::uint64_t peak_rss_bytes = 0;
  std::uint64_t disk_bytes = 0;
  std::uint64_t log_bytes = 0;  ///< engines: of logs, beside disk_bytes
  std::uint64_t cache_bytes = 0;
  /// Where the stream writes: the same after the operations of the throughput pass. 0: not known.
  std::uint64_t end_total_bytes = 0;
  std::uint64_t end_disk_bytes = 0;
  std::uint64_t end_log_bytes = 0;
  std::uint64_t no_op_ns = 0;  ///< engines: median round trip that does no work
  std::uint64_t involuntary_switches = 0;
  std::uint64_t steal_ticks = 0;
  std::uint64_t frequency_khz = 0;
  char engine_version[256] = {};
  char engine_settings_json[4096] = {};
  std::uint64_t counter_count = 0;
  CounterOutput counters[kMaxCounters];  ///< as they stood after the throughput pass
  PassOutput passes[kPasses];
  std::uint64_t probe_count = 0;
  ProbeOutput probes[kMaxProbes];
  WindowOutput windows[kMaxWindows];
  /// Of the measured loop of all threads, by Event; negative: not counted.
  double events[kEvents] = {-1, -1, -1, -1, -1};
};

}  // namespace omenbench
