// Dynamic PGM-index: the logarithmic method over sorted runs with a PGM-index each (Ferragina and Vinciguerra, "The
// PGM-index: a fully-dynamic compressed learned index with provable worst-case bounds", VLDB 2020, section 3; the
// method is that of Overmars, "The design of dynamic data structures", 1983). Inserts go to a small buffer; when it is
// full it is merged with all levels up to the first that has room for everything below it.
//
// Deviations from the paper:
// - Levels grow by a factor of kGrowth instead of 2 and may be partly filled: fewer runs to ask, as in the authors'
//   implementation. Levels that fit in the caches have no model, for the same reason.
// - A key is in one run at most. Insert, update and erase have to tell whether the key was there, so they look it up
//   first, and having found it they overwrite, mark or revive it in place. The tombstone of the paper is a bit beside
//   the entry, dropped by the next merge; merges never resolve versions. The authors' insert does not look the key up:
//   its times are not comparable with those of an insert that does.
// - Runs are asked from the largest down, which is where most keys are; runs whose key range or filter
//   (presence_filter.h) excludes the key are not. The largest run's filter is asked by inserts only.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "indexes/learned/dynamic_pgm_buffer.h"
#include "indexes/learned/pgm.h"
#include "indexes/learned/presence_filter.h"
#include "indexes/learned/rebuilt_run.h"

namespace omenbench {

/// Locator of a level: a PGM-index from `kSmallestIndexed` keys on, halving below; and a filter for keys that are not
/// there.
template <std::int64_t kEpsilon, std::size_t kSmallestIndexed>
class LevelLocator {
 public:
  void train(const SortedColumns& columns) {
    filter_.train(columns);
    if (columns.size() >= kSmallestIndexed) pgm_.emplace().train(columns);
  }
  std::size_t lower_bound(const SortedColumns& columns, Key key) const {
    return pgm_ ? pgm_->lower_bound(columns, key) : halving_lower_bound<false>(columns.keys(), columns.size(), key);
  }
  const PresenceFilter& filter() const { return filter_; }
  std::uint64_t size_bytes() const { return filter_.size_bytes() + (pgm_ ? pgm_->size_bytes() : 0); }

 private:
  PresenceFilter filter_;
  std::optional<PgmLocator<kEpsilon>> pgm_;
};

/// `kBuffer` entries at most wait in the buffer; level i holds at most kBuffer * kGrowth^(i+1).
template <std::int64_t kEpsilon, std::size_t kBuffer, std::size_t kGrowth, std::size_t kSmallestIndexed>
class DynamicPgm {
 public:
  void build(std::span<const Entry> entries) {
    if (!entries.empty()) set_level(level_for(entries.size()), std::make_unique<Run>(entries));
  }

  bool find(Key key, Payload& payload) const {
    if (const auto [run, i] = locate(key); run != nullptr) {
      if (run->dead(i)) return false;
      payload = run->payload(i);
      return true;
    }
    const std::size_t i = buffer_.lower_bound(key);
    if (!buffer_.holds(i, key)) return false;
    payload = buffer_.payloads()[i];
    return true;
  }

  bool lower_bound(Key key, Entry& entry) const {
    bool found = false;
    Entry best{};
    const auto offer = [&](const Entry& candidate) {
      if (!found || candidate.key < best.key) best = candidate;
      found = true;
    };
    for (const Probe& probe : probes()) {
      if (key > probe.last || (found && best.key < probe.first)) continue;
      const std::size_t i = probe.run->next_living(probe.run->lower_bound(key));
      if (i < probe.run->size()) offer(probe.run->entry(i));
    }
    const std::size_t i = buffer_.lower_bound(key);
    if (i < buffer_.size()) offer({buffer_.keys()[i], buffer_.payloads()[i]});
    if (found) entry = best;
    return found;
  }

  std::size_t scan(Key from, std::span<Entry> out) const {
    Heads heads;
    std::size_t head_count = 0;
    for (const Probe& probe : probes()) {
      if (from > probe.last) continue;
      const Head head = first_living({probe.run, probe.run->keys(), probe.run->payloads(), 0, 0, probe.run->size()},
                                     probe.run->lower_bound(from));
      if (head.at < head.end) heads[head_count++] = head;
    }
    const std::size_t begin = buffer_.lower_bound(from);
    if (begin < buffer_.size()) {
      heads[head_count++] = first_living({nullptr, buffer_.keys(), buffer_.payloads(), 0, 0, buffer_.size()}, begin);
    }
    return merge(heads, head_count, out);
  }

  bool update(Key key, Payload payload) {
    if (const auto [run, i] = locate(key); run != nullptr) {
      if (run->dead(i)) return false;
      run->set_payload(i, payload);
      return true;
    }
    const std::size_t i = buffer_.lower_bound(key);
    if (!buffer_.holds(i, key)) return false;
    buffer_.set_payload(i, payload);
    return true;
  }

  bool insert(Key key, Payload payload) {
    if (const auto [run, i] = locate_everywhere(key); run != nullptr) {
      if (!run->dead(i)) return false;
      run->revive(i, payload);
      return true;
    }
    std::size_t i = buffer_.lower_bound(key);
    if (buffer_.holds(i, key)) return false;
    if (buffer_.full()) {
      flush();
      i = 0;
    }
    buffer_.insert(i, key, payload);
    return true;
  }

  bool erase(Key key) {
    if (const auto [run, i] = locate(key); run != nullptr) {
      if (run->dead(i)) return false;
      run->kill(i);
      if (run->dead_count() >= kBuffer && run->dead_count() * 2 >= run->size()) shrink(run);
      return true;
    }
    const std::size_t i = buffer_.lower_bound(key);
    if (!buffer_.holds(i, key)) return false;
    buffer_.erase(i);
    return true;
  }

  std::uint64_t size_bytes() const {
    std::uint64_t bytes = sizeof(*this);
    for (const Probe& probe : probes()) bytes += sizeof(Run) + probe.run->size_bytes();
    for (const SortedColumns& spare : spares_) bytes += spare.size_bytes();
    return bytes;
  }

 private:
  using Run = SortedRun<LevelLocator<kEpsilon, kSmallestIndexed>>;
  static constexpr std::size_t kMaxLevels = 40;
  static constexpr std::size_t kRecycled = 2;  ///< levels whose memory is kept for their next run

  /// A run that holds entries, with its range of keys.
  struct Probe {
    Key first = 0;
    Key last = 0;
    Run* run = nullptr;
  };
  struct Place {
    Run* run;
    std::size_t position;
  };
  /// The rest of a run, or of the buffer, during a scan. Never dead at `at`.
  struct Head {
    const Run* run;  ///< nullptr: the buffer
    const Key* keys;
    const Payload* payloads;
    Key key;  ///< keys[at]
    std::size_t at;
    std::size_t end;
  };
  using Heads = std::array<Head, kMaxLevels + 1>;

  std::span<const Probe> probes() const { return {probes_.data(), probe_count_}; }

  /// Where the runs hold the key, dead or alive; run is nullptr when they do not. The largest run, which holds most
  /// keys, is searched at once, the others only if their filters let the key pass.
  Place locate(Key key) const {
    const PresenceFilter::Probe wanted = PresenceFilter::probe(key);
    for (std::size_t p = 0; p < probe_count_; ++p) {
      if (p > 0 && !probes_[p].run->locator().filter().may_hold(wanted)) continue;
      if (const Place place = look_into(probes_[p], key); place.run != nullptr) return place;
    }
    return {nullptr, 0};
  }

  /// The same for a key that probably is in none.
  Place locate_everywhere(Key key) const {
    const PresenceFilter::Probe wanted = PresenceFilter::probe(key);
    for (const Probe& probe : probes()) {
      if (!probe.run->locator().filter().may_hold(wanted)) continue;
      if (const Place place = look_into(probe, key); place.run != nullptr) return place;
    }
    return {nullptr, 0};
  }

  static Place look_into(const Probe& probe, Key key) {
    if (key < probe.first || key > probe.last) return {nullptr, 0};
    const std::size_t i = probe.run->position_of(key);
    return probe.run->holds(i, key) ? Place{probe.run, i} : Place{nullptr, 0};
  }

  static Head first_living(Head head, std::size_t at) {
    head.at = head.run == nullptr ? at : head.run->next_living(at);
    if (head.at < head.end) head.key = head.keys[head.at];
    return head;
  }

  /// Copies the stretch of the smallest head up to the next head's key, until `out` is full.
  static std::size_t merge(Heads& heads, std::size_t head_count, std::span<Entry> out) {
    std::size_t count = 0;
    while (count < out.size() && head_count > 0) {
      std::size_t smallest = 0;
      Key border = ~Key{0};  // the second smallest key
      for (std::size_t h = 1; h < head_count; ++h) {
        const bool below = heads[h].key < heads[smallest].key;
        border = std::min(border, below ? heads[smallest].key : heads[h].key);
        smallest = below ? h : smallest;
      }
      Head& head = heads[smallest];
      std::size_t at = head.at;
      do {
        out[count++] = {head.keys[at], head.payloads[at]};
        at = head.run == nullptr ? at + 1 : head.run->next_living(at + 1);
      } while (count < out.size() && at < head.end && (head.keys[at] < border || head_count == 1));
      head.at = at;
      head.key = head.keys[at];
      if (at >= head.end) head = heads[--head_count];
    }
    return count;
  }

  static std::size_t capacity(std::size_t level) {
    std::size_t entries = kBuffer;
    for (std::size_t i = 0; i <= level; ++i) entries *= kGrowth;
    return entries;
  }

  static std::size_t level_for(std::size_t size) {
    std::size_t level = 0;
    while (capacity(level) < size) ++level;
    return level;
  }

  void set_level(std::size_t level, std::unique_ptr<Run> run) {
    if (levels_.size() <= level) levels_.resize(level + 1);
    levels_[level] = std::move(run);
    probe_count_ = 0;
    for (std::size_t i = levels_.size(); i-- > 0;) {
      Run* const present = levels_[i].get();
      if (present == nullptr) continue;
      probes_[probe_count_++] = {present->keys()[0], present->keys()[present->size() - 1], present};
    }
  }

  /// Empties the buffer into the first level that has room for it and for all levels below.
  void flush() {
    std::size_t size = buffer_.size();
    std::size_t level = 0;
    for (;; ++level) {
      if (level < levels_.size() && levels_[level] != nullptr) {
        size += levels_[level]->size() - levels_[level]->dead_count();
      }
      if (size <= capacity(level)) break;
    }
    std::vector<Entry> merged;
    for (std::size_t i = 0; i < buffer_.size(); ++i) merged.push_back({buffer_.keys()[i], buffer_.payloads()[i]});
    for (std::size_t i = 0; i < std::min(level, levels_.size()); ++i) {
      if (levels_[i] == nullptr) continue;
      std::vector<Entry> both(merged.size() + levels_[i]->size() + 1);
      both.resize(levels_[i]->merge(merged, [&](std::size_t at, Key key, Payload payload) {
        both[at] = {key, payload};
      }));
      merged.swap(both);
      retire(i);
    }
    SortedColumns columns = room_for(level);
    if (level < levels_.size() && levels_[level] != nullptr) {
      columns = levels_[level]->merged_with(std::span<const Entry>(merged), std::move(columns));
      retire(level);
    } else {
      columns.assign(merged);
    }
    buffer_.clear();
    set_level(level, std::make_unique<Run>(std::move(columns)));
  }

  /// Removes a run and keeps the memory of a small one: fresh pages for the next would cost more than its entries.
  void retire(std::size_t level) {
    if (level < kRecycled) spares_[level] = levels_[level]->take_columns();
    levels_[level].reset();
  }

  /// Columns for a run of that level, of whatever size.
  SortedColumns room_for(std::size_t level) {
    SortedColumns columns;
    if (level >= kRecycled) return columns;
    columns = std::move(spares_[level]);
    if (columns.payloads() == nullptr) columns.resize(capacity(level));
    return columns;
  }

  /// Replaces a run that is half dead by its living entries.
  void shrink(const Run* run) {
    std::size_t level = 0;
    while (levels_[level].get() != run) ++level;
    const bool empty = run->dead_count() == run->size();
    set_level(level, empty ? nullptr : std::make_unique<Run>(run->merged_with(std::span<const Entry>())));
  }

  SortedBuffer<kBuffer> buffer_;
  std::vector<std::unique_ptr<Run>> levels_;  ///< the smallest first
  std::array<SortedColumns, kRecycled> spares_;
  std::array<Probe, kMaxLevels> probes_;  ///< the largest first
  std::size_t probe_count_ = 0;
};

}  // namespace omenbench
