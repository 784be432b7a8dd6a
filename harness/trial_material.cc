// See the header.
#include "harness/trial_material.h"

#include <algorithm>
#include <cmath>
#include <cstring>
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

/// Copies the keys of all operations, in their order, each behind its word in the row's text, and makes the operations
/// places in the copy (core/key_kind.h). What is missing among the keys lies in a text of its own, behind theirs.
SharedSegment copy_texts(std::span<Operation> operations, std::string_view keys, std::string_view missing) {
  const auto text_of = [&](Key place) {
    return offset_of(place) < keys.size() || length_of(place) == 0
               ? bytes_at(keys.data(), place)
               : bytes_at(missing.data(), place - place_of(keys.size(), 0));
  };
  std::uint64_t bytes = 0;
  for (const Operation& operation : operations) bytes += sizeof(Key) + length_of(operation.key);
  SharedSegment segment(bytes);
  char* const text = segment.as<char>(0, bytes).data();
  std::uint64_t at = 0;
  for (Operation& operation : operations) {
    const Bytes key = text_of(operation.key);
    std::memcpy(text + at, &operation.key, sizeof(Key));
    at += sizeof(Key);
    if (!key.empty()) std::memcpy(text + at, key.data(), key.size());
    operation.key = place_of(at, key.size());
    at += key.size();
  }
  return segment;
}

}  // namespace

RowMaterial::RowMaterial(std::span<const Entry> loaded, std::uint64_t seed, std::optional<std::string_view> key_text,
                         bool keys_repeat, std::uint64_t record_size)
    : entries(loaded.size_bytes()),
      entry_count(loaded.size()),
      payload_seed(seed),
      repeats(keys_repeat),
      record_bytes(record_size) {
  std::ranges::copy(loaded, entries.as<Entry>(0, loaded.size()).begin());
  if (!key_text) return;
  text = SharedSegment(std::max<std::size_t>(1, key_text->size()));  // the empty key alone has no text, but a place
  std::ranges::copy(*key_text, text.as<char>(0, key_text->size()).begin());
}

RoundMaterial::RoundMaterial(Stream source, std::vector<PhasePlan> plans, std::optional<std::uint64_t> arrival_seed,
                             std::optional<std::string_view> key_text)
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
  if (key_text) text = copy_texts(stream.as<Operation>(0, total), *key_text, source.missing_text);
  if (!arrival_seed) return;
  arrivals = SharedSegment(stretch_operations * sizeof(double));
  for (std::size_t t = 0; t < threads.size(); ++t) {
    draw_arrivals(arrivals.as<double>(threads[t].operations * sizeof(double), threads[t].count),
                  Rng(mix64(*arrival_seed, t)));
  }
}

}  // namespace omenbench
