// What the harness costs: `std::lower_bound` on a sorted array through a trial process, against the same lookups in a
// loop written by hand in a process of its own. 24 pairs, each run ABBA or BAAB. Not a test, because it is a
// measurement:
//
//   build/release/omenbench-added-cost [KEYS [OPERATIONS]]
//
// prints the ratio harness / hand loop with its sign interval, and how long a worker takes to start.
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "core/page_allocator.h"
#include "core/rng.h"
#include "harness/clock.h"
#include "harness/environment.h"
#include "harness/trial_process.h"
#include "results/statistics.h"

namespace omenbench {
namespace {

constexpr int kPairs = 24;
constexpr std::uint64_t kSeed = 0x5eed;

/// What the hand-written loop gets from and gives to its parent, through descriptor 3.
struct HandJob {
  std::uint64_t keys = 0, operations = 0, warmup = 0;
  std::uint64_t elapsed_ns = 0, sum = 0;
};

/// The loop as anybody would write it for this one index: keys, payloads, std::lower_bound, a sum.
[[gnu::noinline]] std::uint64_t hand_loop(const PageArray<Key>& keys, const PageArray<Payload>& payloads,
                                          const Operation* operations, std::uint64_t count) {
  std::uint64_t sum = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    const Key key = operations[i].key;
    const Key* position = std::lower_bound(keys.begin(), keys.end(), key);
    if (position != keys.end() && *position == key) sum += payloads[static_cast<std::size_t>(position - keys.begin())];
  }
  return sum;
}

int run_by_hand() {
  auto* job = static_cast<HandJob*>(mmap(nullptr, sizeof(HandJob), PROT_READ | PROT_WRITE, MAP_SHARED, 3, 0));
  const auto map = [](int descriptor, std::size_t bytes) {
    return mmap(nullptr, bytes, PROT_READ, MAP_SHARED | MAP_POPULATE, descriptor, 0);
  };
  const auto* entries = static_cast<const Entry*>(map(kEntriesDescriptor, job->keys * sizeof(Entry)));
  const auto* operations =
      static_cast<const Operation*>(map(kStreamDescriptor, (job->operations + job->warmup) * sizeof(Operation)));
  PageArray<Key> keys(job->keys);
  PageArray<Payload> payloads(job->keys);
  for (std::uint64_t i = 0; i < job->keys; ++i) {
    keys[i] = entries[i].key;
    payloads[i] = entries[i].payload;
  }
  job->sum = hand_loop(keys, payloads, operations + job->operations, job->warmup);
  const std::uint64_t start = steady_now_ns();
  job->sum += hand_loop(keys, payloads, operations, job->operations);
  job->elapsed_ns = steady_now_ns() - start;
  return 0;
}

double hand_ns_per_op(const RowMaterial& row, const RoundMaterial& round, std::uint64_t operations) {
  const SharedSegment control(4096);
  HandJob& job = control.as<HandJob>(0, 1)[0];
  job = {.keys = row.entry_count, .operations = operations, .warmup = round.threads[0].warmup_count};
  Process child = Process::start({.arguments = {"/proc/self/exe", "--by-hand"},
                                  .descriptors = {{STDERR_FILENO, STDERR_FILENO},
                                                  {control.descriptor(), kControlDescriptor},
                                                  {row.entries.descriptor(), kEntriesDescriptor},
                                                  {round.stream.descriptor(), kStreamDescriptor}}});
  if (child.wait(600'000).exit_code != 0) throw std::runtime_error("the hand-written loop failed");
  return static_cast<double>(job.elapsed_ns) / static_cast<double>(operations);
}

int compare(std::uint64_t key_count, std::uint64_t operations) {
  Rng rng(kSeed);
  std::vector<Key> keys;
  keys.reserve(key_count);
  while (keys.size() < key_count) {
    while (keys.size() < key_count) keys.push_back(rng.next() >> 1);
    std::ranges::sort(keys);
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  }
  const Workload workload = load_workload("sosd-lookup");
  const Population population(workload, keys, kSeed);
  const RowMaterial row(population.entries(kSeed), kSeed);
  const WorkerSet workers = discover_workers({});
  const WorkerIndex* index = workers.find("binary-search");
  const TrialLimits limits{.timeout_ms = 600'000,
                           .memory_limit_bytes = 0,
                           .cpus = {},
                           .huge_pages = false,
                           .ns_per_tick = calibrate_ns_per_tick()};
  std::vector<double> logs;
  std::vector<double> starts;
  for (int pair = 0; pair < kPairs; ++pair) {
    const RoundMaterial round(generate_stream(workload, population,
                                              {.payload_seed = kSeed,
                                               .seed = mix64(kSeed, static_cast<std::uint64_t>(pair)),
                                               .row_seed = kSeed,
                                               .operations = operations,
                                               .prefixes = {operations},
                                               .threads = 1,
                                               .warmup_share = 0.1,
                                               .passes = 0}));  // the throughput pass alone
    // Hand, harness, harness, hand, or the other way round: a drift within the pair cancels.
    double hand = 1;
    double harness = 1;
    for (const int turn : {0, 1, 1, 0}) {
      if ((turn == 0) == (pair % 2 == 0)) {
        hand *= std::sqrt(hand_ns_per_op(row, round, operations));
      } else {
        const TrialRecord trial = run_trial_process(*index, row, round, {operations, 0, true}, false, {}, limits);
        if (trial.status != TrialStatus::kOk) throw std::runtime_error(trial.reason);
        harness *= std::sqrt(trial.passes[0].ns_per_op);
        starts.push_back(trial.start_ms);
      }
    }
    logs.push_back(std::log(harness / hand));
    fmt::print(stderr, "pair {:2}: harness {:.2f} ns, by hand {:.2f} ns\n", pair + 1, harness, hand);
  }
  const Estimate ratio = estimate(logs);
  fmt::print("harness / hand loop over {} pairs: {:.4f} [{:.4f}, {:.4f}]\n", kPairs, std::exp(ratio.median),
             std::exp(ratio.interval->lo), std::exp(ratio.interval->hi));
  fmt::print("worker start: median {:.2f} ms, longest {:.2f} ms\n", median(starts), std::ranges::max(starts));
  return 0;
}

}  // namespace
}  // namespace omenbench

int main(int argc, char** argv) {
  if (argc == 2 && std::strcmp(argv[1], "--by-hand") == 0) return omenbench::run_by_hand();
  const std::uint64_t keys = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
  const std::uint64_t operations = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1'000'000;
  return omenbench::compare(keys, operations);
}
