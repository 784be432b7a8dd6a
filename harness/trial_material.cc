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

/// Copies, and frees what was copied.
template <class T>
void move_to(const SharedSegment& segment, std::uint64_t at, std::vector<T>& from) {
  std::ranges::copy(from, segment.as<T>(at * sizeof(T), from.size()).begin());
  from = {};
}

}  // namespace

RowMaterial::RowMaterial(std::span<const Entry> loaded, std::uint64_t seed)
    : entries(loaded.size_bytes()), entry_count(loaded.size()), payload_seed(seed) {
  std::ranges::copy(loaded, entries.as<Entry>(0, loaded.size()).begin());
}

RoundMaterial::RoundMaterial(Stream source, std::vector<PhasePlan> plans, std::optional<std::uint64_t> arrival_seed)
    : phases(std::move(plans)), stretch_of(source.stretch_of), sha256(source.sha256) {
  phases.resize(source.phase_ends[0].size());
  for (std::size_t t = 0; t < source.phase_ends.size(); ++t) {
    ThreadLayout& layout = threads.emplace_back();
    layout.operations = stretch_operations;
    layout.count = source.phase_ends[t].back();
    std::ranges::copy(source.phase_ends[t], layout.phase_ends);
    stretch_operations += layout.count;
  }
  std::uint64_t total = source.stretches.size() * stretch_operations;
  for (std::size_t t = 0; t < threads.size(); ++t) {
    threads[t].warmup = total;
    threads[t].warmup_count = source.warmup[t].size();
    total += threads[t].warmup_count;
  }
  stream = SharedSegment(total * sizeof(Operation));
  const bool has_positions =
      std::ranges::any_of(source.stretches[0].positions, [](const auto& list) { return !list.empty(); });
  if (has_positions) positions = SharedSegment(total * sizeof(std::uint64_t));
  for (std::size_t s = 0; s < source.stretches.size(); ++s) {
    Stretch& stretch = source.stretches[s];
    for (std::size_t t = 0; t < threads.size(); ++t) {
      const std::uint64_t begin = s * stretch_operations + threads[t].operations;
      move_to(stream, begin, stretch.threads[t]);
      if (has_positions) move_to(positions, begin, stretch.positions[t]);
    }
    references.push_back(std::move(stretch.references));
  }
  for (std::size_t t = 0; t < threads.size(); ++t) {
    move_to(stream, threads[t].warmup, source.warmup[t]);
    if (has_positions) move_to(positions, threads[t].warmup, source.warmup_positions[t]);
  }
  if (!arrival_seed) return;
  arrivals = SharedSegment(stretch_operations * sizeof(double));
  for (std::size_t t = 0; t < threads.size(); ++t) {
    draw_arrivals(arrivals.as<double>(threads[t].operations * sizeof(double), threads[t].count),
                  Rng(mix64(*arrival_seed, t)));
  }
}

}  // namespace omenbench
