// See the header.
#include "tools/omenbench/explain.h"

#include <fmt/format.h>

#include "core/error.h"

namespace omenbench {
namespace {

/// Up to its newest version valgrind ends a process at its first AVX-512 instruction.
constexpr const char* kKnownIsa = "x86-64-v3";

bool may_use_avx512([[maybe_unused]] const std::string& isa) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  return isa == "x86-64-v4" || (isa == "native" && __builtin_cpu_supports("avx512f"));
#else
  return false;
#endif
}

WorkerSet known_workers(WorkerOptions options) {
  options.isa = kKnownIsa;
  try {
    return discover_workers(options);
  } catch (const Error& error) {
    throw Error(fmt::format(
        "--explain: valgrind knows no AVX-512, which these workers may use, and needs workers for {0}, of "
        "which there are none ({1}); build them: cmake --build build/release --target omenbench-workers-{0}",
        kKnownIsa, error.what()));
  }
}

}  // namespace

Explainer choose_explainer(const WorkerOptions& options, const WorkerSet& workers) {
  const std::string no_counters = why_no_counters();
  if (no_counters.empty()) return {.counting = Counting::kPerf, .valgrind = "", .workers = workers};
  const std::string valgrind = find_program("valgrind");
  if (valgrind.empty()) {
    throw Error(
        fmt::format("--explain needs the processor's counters ({}) or valgrind, which is not on the PATH; on Debian: "
                    "apt-get install valgrind",
                    no_counters));
  }
  return {.counting = Counting::kCallgrind,
          .valgrind = valgrind,
          .workers = may_use_avx512(workers.isa) ? known_workers(options) : workers};
}

std::string to_string(const Explainer& explainer) {
  return fmt::format("{}, {} workers", to_string(explainer.counting), explainer.workers.isa);
}

}  // namespace omenbench
