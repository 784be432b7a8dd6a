// One function per order of arrival; see the header.
//
// Near-sorted: (K, L)-sortedness as "BoDS: A Benchmark on Data Sortedness" (Raman, Karatsenidis, Sarkar, Olma,
// Athanassoulis, TPCTC 2022, section 3) defines it: K entries out of place, none further than L. Swapping two entries
// puts both out of place, so K / 2 disjoint swaps are drawn. Late arrivals: exponential delays, as in time series that
// are gathered over an unreliable network.
#include "workloads/population.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "core/rng.h"
#include "workloads/key_runs.h"

namespace omenbench {
namespace {

using Order = std::vector<std::uint32_t>;

void shuffle(std::span<std::uint32_t> ordinals, Rng& rng) {
  for (std::uint64_t i = ordinals.size(); i > 1; --i) std::swap(ordinals[i - 1], ordinals[rng.below(i)]);
}

void displace(Order& order, const Arrival& arrival, Rng& rng) {
  const auto n = static_cast<double>(order.size());
  const auto swaps = static_cast<std::uint64_t>(arrival.displaced * n / 2);
  const auto furthest = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(arrival.distance * n));
  std::vector<bool> moved(order.size());
  // Nearly full sets leave few places to draw: give up after many misses, the share then is a little below K.
  for (std::uint64_t done = 0, tries = 0; done < swaps && tries < 50 * swaps; ++tries) {
    const std::uint64_t a = rng.below(order.size());
    const std::uint64_t b = a + 1 + rng.below(furthest);
    if (b >= order.size() || moved[a] || moved[b]) continue;
    std::swap(order[a], order[b]);
    moved[a] = moved[b] = true;
    ++done;
  }
}

void delay(Order& order, const Arrival& arrival, Rng& rng) {
  const double mean = arrival.distance * static_cast<double>(order.size());
  std::vector<double> when(order.size());
  for (std::size_t i = 0; i < when.size(); ++i) {
    when[i] = static_cast<double>(i);
    if (rng.uniform() < arrival.displaced) when[i] -= mean * std::log1p(-rng.uniform());
  }
  std::ranges::stable_sort(order, {}, [&](std::uint32_t ordinal) { return when[ordinal]; });
}

void put_range_last(Order& order, const Arrival& arrival, Rng& rng) {
  const auto n = static_cast<double>(order.size());
  const auto begin = std::min<std::size_t>(order.size(), static_cast<std::size_t>(std::llround(arrival.distance * n)));
  const auto width = std::min<std::size_t>(order.size() - begin, static_cast<std::size_t>(arrival.displaced * n));
  std::ranges::rotate(order.begin() + static_cast<std::ptrdiff_t>(begin),
                      order.begin() + static_cast<std::ptrdiff_t>(begin + width), order.end());
  const std::span<std::uint32_t> all(order);
  shuffle(all.first(all.size() - width), rng);
  shuffle(all.last(width), rng);
}

Order first_appearances(std::span<const std::uint32_t> rows, std::size_t keys) {
  Order order;
  order.reserve(keys);
  std::vector<bool> seen(keys);
  for (const std::uint32_t ordinal : rows) {
    if (!seen[ordinal]) order.push_back(ordinal);
    seen[ordinal] = true;
  }
  return order;
}

Order order_of(const Workload& workload, std::span<const Key> keys, Rng& rng, const KeyHistory& history) {
  if (workload.arrival.order == ArrivalOrder::kRecorded) return first_appearances(history.rows, keys.size());
  Order order(keys.size());
  std::iota(order.begin(), order.end(), 0U);
  switch (workload.arrival.order) {
    case ArrivalOrder::kRandom: {
      // Keys of another source come last.
      const auto own = std::stable_partition(order.begin(), order.end(), [&](std::uint32_t ordinal) {
        return !std::ranges::binary_search(history.foreign, ordinal);
      });
      shuffle({order.begin(), own}, rng);
      shuffle({own, order.end()}, rng);
      break;
    }
    case ArrivalOrder::kDescending:
      std::ranges::reverse(order);
      break;
    case ArrivalOrder::kNearSorted:
      displace(order, workload.arrival, rng);
      break;
    case ArrivalOrder::kLate:
      delay(order, workload.arrival, rng);
      break;
    case ArrivalOrder::kHotspot:
      put_range_last(order, workload.arrival, rng);
      break;
    case ArrivalOrder::kTime: {
      const Key mask = workload.arrival.time_bits >= 64 ? ~Key{0} : (Key{1} << workload.arrival.time_bits) - 1;
      std::ranges::stable_sort(order, {}, [&](std::uint32_t ordinal) { return keys[ordinal] & mask; });
      break;
    }
    case ArrivalOrder::kSorted:
    case ArrivalOrder::kRecorded:
      break;
  }
  return order;
}

}  // namespace

Population::Population(const Workload& workload, std::span<const Key> keys, std::uint64_t row_seed, KeyHistory history)
    : keys_(keys), keys_repeat_(history.repeat) {
  if (keys_repeat_ && workload.mutates()) {
    throw Error(
        fmt::format("workload '{}' writes; rows whose keys repeat (--duplicates keep) only read", workload.name));
  }
  const auto n = static_cast<double>(keys.size());
  loaded_count_ =
      std::min<std::uint64_t>(keys.size(), static_cast<std::uint64_t>(std::llround(workload.bulk_load * n)));
  if (!workload.insert_from.dataset.empty()) loaded_count_ = keys.size() - history.foreign.size();
  if (workload.needs_rows()) {
    if (history.rows.empty()) {
      throw Error(fmt::format("workload '{}' replays the rows of a dataset in their order; these keys come without it",
                              workload.name));
    }
    accesses_.assign(history.rows.begin(), history.rows.end());
  }
  if (workload.needs_arrival_order()) {
    arrange(workload, row_seed, history);
    if (loaded_count_ < keys.size()) load_first();
  } else if (loaded_count_ < keys.size()) {
    load_random(row_seed);
  }
  if (loaded_count_ < keys.size() && !workload.has(OpKind::kInsert)) keep_loaded_only();
  if (this->keys().empty()) throw Error(fmt::format("workload '{}': there are no keys to work on", workload.name));
}

void Population::arrange(const Workload& workload, std::uint64_t row_seed, const KeyHistory& history) {
  if (keys_.size() > UINT32_MAX) {
    throw Error(fmt::format("workload '{}': orders of arrival are kept for at most {} keys, there are {}",
                            workload.name, UINT32_MAX, keys_.size()));
  }
  Rng rng(mix64(row_seed, "arrival"));
  arrival_ = order_of(workload, keys_, rng, history);
}

/// Exactly `loaded_count_` keys, every subset of that size being equally likely (selection sampling, Knuth, TAOCP
/// volume 2, section 3.4.2, algorithm S).
void Population::load_random(std::uint64_t row_seed) {
  loaded_.resize(keys_.size() / 64 + 1);
  std::uint64_t wanted = loaded_count_;
  Rng rng(mix64(row_seed, "bulk load"));
  for (std::uint64_t ordinal = 0; wanted > 0; ++ordinal) {
    const std::uint64_t left = keys_.size() - ordinal;
    if (wanted < left && rng.below(left) >= wanted) continue;
    loaded_[ordinal / 64] |= std::uint64_t{1} << (ordinal % 64);
    --wanted;
  }
}

void Population::load_first() {
  loaded_.resize(keys_.size() / 64 + 1);
  for (std::uint64_t i = 0; i < loaded_count_; ++i) {
    loaded_[arrival_[i] / 64] |= std::uint64_t{1} << (arrival_[i] % 64);
  }
}

/// Without inserts, held-out keys do not exist at all.
void Population::keep_loaded_only() {
  constexpr std::uint32_t kGone = UINT32_MAX;
  loaded_only_ = true;
  const bool renumber = !arrival_.empty() || !accesses_.empty();
  std::vector<std::uint32_t> moved(renumber ? keys_.size() : 0, kGone);
  subset_.reserve(loaded_count_);
  for (std::uint64_t ordinal = 0; ordinal < keys_.size(); ++ordinal) {
    if (!loaded(ordinal)) continue;
    if (renumber) moved[ordinal] = static_cast<std::uint32_t>(subset_.size());
    subset_.push_back(keys_[ordinal]);
  }
  loaded_.clear();
  for (std::vector<std::uint32_t>* list : {&arrival_, &accesses_}) {
    for (std::uint32_t& ordinal : *list) ordinal = moved[ordinal];
    std::erase(*list, kGone);
  }
}

std::vector<Entry> Population::entries(std::uint64_t payload_seed) const {
  std::vector<Entry> entries;
  entries.reserve(loaded_count_);
  const std::span<const Key> all = keys();
  for (std::uint64_t ordinal = 0; ordinal < all.size(); ++ordinal) {
    if (loaded(ordinal)) {
      entries.push_back(
          {all[ordinal], keys_repeat_ ? payload_at(ordinal, payload_seed) : payload_of(all[ordinal], payload_seed)});
    }
  }
  return entries;
}

MixedKeys mix_keys(const Workload& workload, std::span<const Key> own, std::span<const Key> other, std::uint64_t seed) {
  Workload loading = single_phase(workload.name, {});
  loading.bulk_load = workload.bulk_load;
  const Population chosen(loading, own, seed);
  std::vector<Key> added(other.begin(), other.end());
  if (workload.insert_from.rescale && !own.empty() && other.size() > 1) {
    const auto range = static_cast<long double>(own.back() - own.front());
    const auto other_range = static_cast<long double>(other.back() - other.front());
    for (Key& key : added) {
      const long double at = static_cast<long double>(key - other.front()) / other_range * range;
      key = own.front() + std::min(own.back() - own.front(), static_cast<Key>(at));
    }
    added.erase(std::unique(added.begin(), added.end()), added.end());
  }
  MixedKeys mixed;
  mixed.keys.reserve(chosen.keys().size() + added.size());
  auto next = chosen.keys().begin();
  const auto end = chosen.keys().end();
  for (const Key key : added) {
    while (next != end && *next < key) mixed.keys.push_back(*next++);
    if (next != end && *next == key) continue;
    mixed.foreign.push_back(static_cast<std::uint32_t>(mixed.keys.size()));
    mixed.keys.push_back(key);
  }
  mixed.keys.insert(mixed.keys.end(), next, end);
  return mixed;
}

}  // namespace omenbench
