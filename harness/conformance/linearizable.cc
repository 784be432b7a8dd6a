// The search of history.h: depth first over which operation comes next, with a table of the states that were seen, so
// that its cost is about events x 2^threads instead of exponential in the events.
#include <algorithm>
#include <sstream>
#include <unordered_set>
#include <utility>
#include <vector>

#include "core/operation_names.h"
#include "core/rng.h"
#include "harness/conformance/history.h"

namespace omenbench::conformance {
namespace {

/// States after which a history counts as explained: far more than an honest one ever visits.
constexpr std::size_t kMostStates = 4'000'000;

class Search {
 public:
  Search(std::span<const HistoryEvent> events, std::uint64_t initial) : initial_(initial) {
    for (const HistoryEvent& event : events) {
      if (event.thread >= threads_.size()) threads_.resize(event.thread + 1);
      threads_[event.thread].push_back(&event);
    }
    total_ = events.size();
  }

  bool explains() {
    std::vector<State> open{{std::vector<std::uint32_t>(threads_.size()), initial_, 0}};
    furthest_ = open[0];
    while (!open.empty()) {
      const State state = std::move(open.back());
      open.pop_back();
      if (state.done == total_ || seen_.size() > kMostStates) return true;
      if (state.done > furthest_.done) furthest_ = state;
      const std::uint64_t bound = earliest_end(state);
      for (std::size_t t = 0; t < threads_.size(); ++t) {
        const HistoryEvent* const event = next(state, t);
        if (event == nullptr || event->start_ns > bound) continue;
        State after = state;
        if (!apply(*event, after.value)) continue;
        ++after.at[t];
        ++after.done;
        if (seen_.insert(hash(after)).second) open.push_back(std::move(after));
      }
    }
    return false;
  }

  /// The events around the point that no order gets past.
  std::string describe(Key key) const {
    std::ostringstream text;
    std::uint64_t origin = ~std::uint64_t{0};
    for (std::size_t t = 0; t < threads_.size(); ++t) {
      if (!threads_[t].empty()) origin = std::min(origin, threads_[t][first_shown(t)]->start_ns);
    }
    text << "no order of the operations on key " << key
         << " explains their answers; around the first that fits nowhere:";
    for (std::size_t t = 0; t < threads_.size(); ++t) {
      const std::size_t end = std::min<std::size_t>(threads_[t].size(), furthest_.at[t] + 2);
      for (std::size_t i = first_shown(t); i < end; ++i) {
        const HistoryEvent& event = *threads_[t][i];
        text << "\n    thread " << t << ", " << event.start_ns - origin << " to " << event.end_ns - origin
             << " ns: " << name_of(event.kind);
        if (is_write(event.kind) && event.kind != OpKind::kErase) text << " to " << event.payload;
        text << " -> " << (event.success ? "true" : "false");
        if (event.kind == OpKind::kLookup && event.success) text << ' ' << event.payload;
        if (i >= furthest_.at[t]) text << "   (fits nowhere or comes later)";
      }
    }
    return text.str();
  }

 private:
  struct State {
    std::vector<std::uint32_t> at;  ///< per thread, events that took effect
    std::uint64_t value = 0;        ///< the key's payload, or kAbsentAnswer
    std::size_t done = 0;
  };

  std::size_t first_shown(std::size_t t) const {
    constexpr std::uint32_t kBefore = 3;
    return furthest_.at[t] - std::min(furthest_.at[t], kBefore);
  }

  const HistoryEvent* next(const State& state, std::size_t t) const {
    return state.at[t] < threads_[t].size() ? threads_[t][state.at[t]] : nullptr;
  }

  std::uint64_t earliest_end(const State& state) const {
    std::uint64_t end = ~std::uint64_t{0};
    for (std::size_t t = 0; t < threads_.size(); ++t) {
      if (const HistoryEvent* event = next(state, t)) end = std::min(end, event->end_ns);
    }
    return end;
  }

  /// Whether the event's answer is right when it takes effect now; changes the value when it writes.
  static bool apply(const HistoryEvent& event, std::uint64_t& value) {
    const bool present = value != kAbsentAnswer;
    switch (event.kind) {
      case OpKind::kLookup:
        return event.success == present && (!present || event.payload == value);
      case OpKind::kInsert:
        if (event.success == present) return false;
        if (event.success) value = event.payload;
        return true;
      case OpKind::kUpdate:
        if (event.success != present) return false;
        if (present) value = event.payload;
        return true;
      case OpKind::kErase:
        if (event.success != present) return false;
        value = kAbsentAnswer;
        return true;
      default:
        return false;
    }
  }

  static std::uint64_t hash(const State& state) {
    std::uint64_t h = mix64(state.value);
    for (const std::uint32_t position : state.at) h = mix64(h, std::uint64_t{position});
    return h;
  }

  std::uint64_t initial_;
  std::vector<std::vector<const HistoryEvent*>> threads_;
  std::size_t total_ = 0;
  State furthest_;
  /// By 64-bit hash: among 100,000 states two collide once in 10^9 searches.
  std::unordered_set<std::uint64_t> seen_;
};

}  // namespace

std::string explain_history(std::span<const HistoryEvent> events, std::uint64_t initial, Key key) {
  if (events.empty()) return {};
  Search search(events, initial);
  return search.explains() ? "" : search.describe(key);
}

}  // namespace omenbench::conformance
