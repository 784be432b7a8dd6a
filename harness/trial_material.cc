// See the header.
#include "harness/trial_material.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/rng.h"

namespace omenbench {
namespace {

/// A Poisson process of rate 1: when each of `count` operations arrives.
void draw_arrivals(std::span<double> times, Rng rng) {
  double now = 0;
  for (double& time : times) time = now += -std::log1p(-rng.uniform());
}

template <class T>
void copy_to(const SharedSegment& segment, std::uint64_t at, const std::vector<T>& from) {
  std::ranges::copy(from, segment.as<T>(at * sizeof(T), from.size()).begin());
}

}  // namespace

RowMaterial::RowMaterial(std::span<const Entry> loaded, std::uint64_t seed)
    : entries(loaded.size_bytes()), entry_count(loaded.size()), payload_seed(seed) {
  std::ranges::copy(loaded, entries.as<Entry>(0, loaded.size()).begin());
}

RoundMaterial::RoundMaterial(const Stream& source, std::vector<PhasePlan> plans,
                             std::optional<std::uint64_t> arrival_seed)
    : phases(std::move(plans)), references(source.references), sha256(source.sha256) {
  phases.resize(source.phase_ends[0].size());
  std::uint64_t total = 0;
  for (std::size_t t = 0; t < source.threads.size(); ++t) {
    ThreadLayout& layout = threads.emplace_back();
    layout.operations = total;
    layout.count = source.threads[t].size();
    std::ranges::copy(source.phase_ends[t], layout.phase_ends);
    total += layout.count;
  }
  const std::uint64_t operations = total;
  for (std::size_t t = 0; t < source.threads.size(); ++t) {
    threads[t].warmup = total;
    threads[t].warmup_count = source.warmup[t].size();
    total += source.warmup[t].size();
  }
  stream = SharedSegment(total * sizeof(Operation));
  const bool has_positions = std::ranges::any_of(source.positions, [](const auto& list) { return !list.empty(); });
  if (has_positions) positions = SharedSegment(operations * sizeof(std::uint64_t));
  if (arrival_seed) arrivals = SharedSegment(operations * sizeof(double));
  for (std::size_t t = 0; t < source.threads.size(); ++t) {
    copy_to(stream, threads[t].operations, source.threads[t]);
    copy_to(stream, threads[t].warmup, source.warmup[t]);
    if (has_positions) copy_to(positions, threads[t].operations, source.positions[t]);
    if (arrival_seed) {
      draw_arrivals(arrivals.as<double>(threads[t].operations * sizeof(double), threads[t].count),
                    Rng(mix64(*arrival_seed, t)));
    }
  }
}

}  // namespace omenbench
