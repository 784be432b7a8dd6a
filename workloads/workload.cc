// What follows from a workload's fields.
#include "workloads/workload.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace omenbench {

bool Workload::timed() const {
  return std::ranges::any_of(phases, [](const WorkloadPhase& phase) { return phase.seconds > 0 && phase.rate == 0; });
}

double Workload::share(OpKind kind) const {
  double sum = 0;
  for (const WorkloadPhase& phase : phases) sum += phase.share * phase.part(kind);
  return sum;
}

bool Workload::needs_arrival_order() const {
  const auto by_age = [](const WorkloadPhase& phase) { return phase.chooser == KeyChooser::kLatest; };
  return arrival.order != ArrivalOrder::kRandom || !insert_from.dataset.empty() || std::ranges::any_of(phases, by_age);
}

bool Workload::needs_rows() const {
  const auto replays = [](const WorkloadPhase& phase) { return phase.chooser == KeyChooser::kRecorded; };
  return arrival.order == ArrivalOrder::kRecorded || std::ranges::any_of(phases, replays);
}

Workload single_phase(std::string name, WorkloadPhase phase) {
  Workload workload;
  workload.name = std::move(name);
  phase.name = workload.name;
  workload.phases.push_back(std::move(phase));
  return workload;
}

std::uint64_t feasible_operations(const Workload& workload, std::uint64_t keys, std::uint64_t loaded,
                                  std::uint64_t threads, std::uint64_t wanted) {
  const auto divided = static_cast<double>(threads);
  // Keys are dealt to the threads by their ordinal, so each thread's part of a random subset varies.
  const auto part = [&](std::uint64_t count) {
    const double mean = static_cast<double>(count) / divided;
    return mean - (threads == 1 ? 0 : 6 * std::sqrt(mean));
  };
  const double to_insert = part(keys - loaded);
  const double to_erase = part(loaded) - 1;
  const auto fits = [&](std::uint64_t operations) {
    double grown = 0;
    double variance = 0;
    for (const WorkloadPhase& phase : workload.phases) {
      const double count = static_cast<double>(operations) * phase.share /
                           static_cast<double>(phase.threads == 0 ? threads : std::min(phase.threads, threads));
      const double inserts = phase.part(OpKind::kInsert);
      const double erases = phase.part(OpKind::kErase);
      grown += count * (inserts - erases);
      variance += count * (inserts * (1 - inserts) + erases * (1 - erases) + 2 * inserts * erases);
      const double margin = 6 * std::sqrt(variance);
      if (inserts > 0 && grown + margin > to_insert) return false;
      if (erases > 0 && -grown + margin > to_erase) return false;
    }
    return true;
  };
  if (!workload.reshapes() || fits(wanted)) return wanted;
  std::uint64_t low = 0;
  std::uint64_t high = wanted;
  while (low + 1 < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    (fits(middle) ? low : high) = middle;
  }
  return low;
}

}  // namespace omenbench
