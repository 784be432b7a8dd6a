// See the header.
#include "harness/cache_note.h"

#include <fmt/format.h>

namespace omenbench {
namespace {

constexpr double kLineBytes = 64;

/// Lines of keys and payloads that an operation touches on average, upper levels left out: they stay in the caches.
double lines_of(const Workload& workload) {
  constexpr double kSearch = 2;  // a key and its payload
  double lines = 0;
  for (const WorkloadPhase& phase : workload.phases) {
    const double scanned = (phase.scan_length.shortest + phase.scan_length.longest) / 2.0 * sizeof(Entry) / kLineBytes;
    lines += phase.share * (kSearch + phase.part(OpKind::kScan) * scanned);
  }
  return lines;
}

}  // namespace

std::string cache_note(const RowPlan& row, const Workload& workload, std::uint64_t cache_bytes) {
  const auto cache = static_cast<double>(cache_bytes);
  const double data = row.entry_bytes != 0
                          ? static_cast<double>(row.entry_bytes)
                          : static_cast<double>(row.loaded_keys == 0 ? row.keys : row.loaded_keys) * sizeof(Entry);
  const double touched = static_cast<double>(row.operations) * lines_of(workload) * kLineBytes;
  if (row.cold || data <= cache || touched >= 2 * cache) return "";
  constexpr double kMiB = 1 << 20;
  return fmt::format(
      "{} operations touch about {:.0f} MiB of {:.0f}, too few to turn over the last-level cache of {:.0f} MiB; "
      "--ops {} would",
      row.operations, touched / kMiB, data / kMiB, cache / kMiB,
      static_cast<std::uint64_t>(2 * cache / (touched / static_cast<double>(row.operations))) + 1);
}

}  // namespace omenbench
