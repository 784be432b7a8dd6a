// Where a thread leaves its loop for a moment: at the end of a prefix to note the time, at the end of a phase to wait
// for the others, at the end of a window to look at the memory. Inside the loops there is nothing of all this.
#pragma once

#include <algorithm>
#include <cstdint>
#include <tuple>
#include <vector>

#include "core/trial_io.h"
#include "harness/clock.h"
#include "harness/trial/closed_loop.h"
#include "harness/trial/team.h"

namespace omenbench::detail {

/// Why a loop is left. In the order in which stops at one place are served.
enum class StopKind : std::uint8_t { kPrefix, kWindow, kPhase };

struct Stop {
  std::uint64_t at = 0;
  StopKind kind = StopKind::kPhase;
  std::uint64_t number = 0;  ///< of the prefix, window or phase
};

/// The stops of one thread in a pass, ascending. The last is the end of the last phase.
inline std::vector<Stop> stops_of(Pass pass, const ThreadStream& stream, const TrialInput& input) {
  const std::uint64_t count = stream.count;
  std::vector<Stop> stops;
  for (std::uint64_t phase = 0; phase < input.phase_count; ++phase) {
    stops.push_back({stream.phase_ends == nullptr ? count : stream.phase_ends[phase], StopKind::kPhase, phase});
  }
  if (pass == Pass::kThroughput) {
    for (std::uint64_t p = 0; p < input.prefix_count; ++p) {
      stops.push_back({input.prefixes[p], StopKind::kPrefix, p});
    }
  }
  if (pass == Pass::kLatency) {
    for (std::uint64_t w = 0; w < input.window_count; ++w) {
      stops.push_back({count * (w + 1) / input.window_count, StopKind::kWindow, w});
    }
  }
  std::ranges::sort(stops, {}, [](const Stop& stop) { return std::tuple(stop.at, stop.kind, stop.number); });
  return stops;
}

/// What one thread brings back from a pass.
struct Slice {
  std::uint64_t start_ns = 0;
  std::uint64_t end_ns = 0;
  std::uint64_t checksum = 0;
  std::uint64_t saturated = 0;
  PageUse pages;
  std::uint64_t prefix_end_ns[kMaxPrefixes] = {};
  std::uint64_t phase_start_ns[kMaxPhases] = {};
  std::uint64_t phase_end_ns[kMaxPhases] = {};
};

/// Takes one thread from stop to stop. `stretch(phase, end, progress)` runs operations, `window(number)` is called at
/// the end of each window; phases begin together.
template <class Stretch, class Window>
Slice run_stops(const std::vector<Stop>& stops, Team& team, Stretch stretch, Window window) {
  Slice slice;
  Progress progress;
  std::uint64_t phase = 0;
  team.meet();
  slice.start_ns = slice.phase_start_ns[0] = steady_now_ns();
  for (const Stop& stop : stops) {
    stretch(phase, stop.at, progress);
    const std::uint64_t now = steady_now_ns();
    switch (stop.kind) {
      case StopKind::kPrefix:
        slice.prefix_end_ns[stop.number] = now;
        break;
      case StopKind::kWindow:
        window(stop.number);
        break;
      case StopKind::kPhase:
        slice.end_ns = slice.phase_end_ns[phase++] = now;
        if (&stop == &stops.back()) break;
        team.meet();
        slice.phase_start_ns[phase] = steady_now_ns();
        break;
    }
  }
  slice.checksum = progress.checksum.value();
  slice.saturated = progress.saturated;
  return slice;
}

}  // namespace omenbench::detail
