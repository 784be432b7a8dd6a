// See the header. Threads count for themselves; their counts meet in one sum when their loop ends.
#include "harness/worker/watch.h"

#include <array>
#include <mutex>
#include <utility>

#include "harness/perf_event.h"

namespace omenbench {
namespace {

// ---- hardware counters ----

/// Of all threads.
struct Sum {
  std::mutex mutex;
  std::array<double, kEvents> counts{};
  std::array<bool, kEvents> known{true, true, true, true, true};
  bool any = false;
};

Sum& sum() {
  static Sum instance;
  return instance;
}

/// The counters of one thread, from its warm-up to its end.
class ThreadCounters {
 public:
  void let_run(bool runs) const {
    for (const PerfCounter& counter : counters_) counter.let_run(runs);
  }
  /// Adds what came since the last call.
  void add_to(Sum& total) {
    const std::scoped_lock lock(total.mutex);
    total.any = true;
    for (std::size_t i = 0; i < kEvents; ++i) {
      const std::optional<double> now = counters_[i].count();
      total.known[i] = total.known[i] && now.has_value();
      total.counts[i] += now.value_or(0) - std::exchange(before_[i], now.value_or(0));
    }
  }

 private:
  template <std::size_t... kWhich>
  static std::array<PerfCounter, kEvents> open(std::index_sequence<kWhich...>) {
    return {PerfCounter(perf_event_of(static_cast<Event>(kWhich)))...};
  }

  std::array<PerfCounter, kEvents> counters_ = open(std::make_index_sequence<kEvents>());
  std::array<double, kEvents> before_{};
};

void watch_by_perf(Moment moment) {
  thread_local ThreadCounters counters;
  if (moment != Moment::kWarmUp) counters.let_run(moment == Moment::kLoopBegins);
  if (moment == Moment::kLoopEnds) counters.add_to(sum());
}

// ---- valgrind ----

/// Asks the valgrind that this process runs under; without one it does nothing. The four rotations sum to nothing on a
/// processor, and valgrind knows them by sight (its valgrind.h; the same in all versions).
void ask_callgrind([[maybe_unused]] std::uint64_t request) {
  constexpr std::uint64_t kCallgrind = (std::uint64_t{'C'} << 24) + (std::uint64_t{'T'} << 16);
  [[maybe_unused]] const volatile std::uint64_t arguments[6] = {kCallgrind + request, 0, 0, 0, 0, 0};
#if defined(__x86_64__)
  std::uint64_t answer = 0;
  __asm__ volatile(
      "rolq $3, %%rdi; rolq $13, %%rdi; rolq $61, %%rdi; rolq $51, %%rdi\n\t"
      "xchgq %%rbx, %%rbx"
      : "=d"(answer)
      : "a"(&arguments[0]), "0"(answer)
      : "cc", "memory");
#elif defined(__aarch64__)
  __asm__ volatile(
      "mov x3, xzr\n\tmov x4, %0\n\t"
      "ror x12, x12, #3\n\tror x12, x12, #13\n\tror x12, x12, #51\n\tror x12, x12, #61\n\t"
      "orr x10, x10, x10"
      :
      : "r"(&arguments[0])
      : "cc", "memory", "x3", "x4");
#endif
}

/// Of its callgrind.h.
constexpr std::uint64_t kToggleCollect = 2, kStartInstrumentation = 4;

/// Up to here code ran far faster, uncounted and unseen by the simulated caches: those fill in the warm-up.
void watch_by_callgrind(Moment moment) {
  ask_callgrind(moment == Moment::kWarmUp ? kStartInstrumentation : kToggleCollect);
}

}  // namespace

void (*watch_for(Counting counting))(Moment) {
  switch (counting) {
    case Counting::kPerf:
      return watch_by_perf;
    case Counting::kCallgrind:
      return watch_by_callgrind;
    case Counting::kNone:
      break;
  }
  return nullptr;
}

void take_events(Counting counting, TrialOutput& output) {
  if (counting != Counting::kPerf || !sum().any) return;
  for (int i = 0; i < kEvents; ++i) {
    if (sum().known[i]) output.events[i] = sum().counts[i];
  }
}

}  // namespace omenbench
