// Concurrent indexes: several threads read and write the same few keys, every answer is kept with its time, and the
// history of each key must be linearizable (M. Herlihy and J. Wing, "Linearizability", ACM TOPLAS 12(3), 1990): some
// order of the operations, in which one that ended before another began comes first, explains every answer.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/registry.h"
#include "harness/conformance/case.h"
#include "harness/conformance/run_case.h"

namespace omenbench::conformance {

/// One operation on one key: its own, or what a scan or a lower bound says about the key.
struct HistoryEvent {
  OpKind kind = OpKind::kLookup;  ///< lookup, insert, update or erase
  unsigned thread = 0;
  std::uint64_t start_ns = 0;
  std::uint64_t end_ns = 0;
  Payload payload = 0;   ///< written, or found
  bool success = false;  ///< found, inserted, updated, erased
};

/// Whether some order explains all answers of one key that held `initial` (kAbsentAnswer: absent) when the threads
/// started. Wing and Gong's search with Lowe's table of visited states ("Testing for linearizability", Concurrency and
/// Computation 29(4), 2017). Returns an empty text, or the events around the point that no order gets past.
/// REQUIRES: the events of one thread are ascending and do not overlap.
std::string explain_history(std::span<const HistoryEvent> events, std::uint64_t initial, Key key);

/// The ways in which histories are made: a handful of contended keys; contended keys among inserts that split nodes.
struct HistoryMix {
  std::string name;
  unsigned threads = 2;
  std::size_t shared_keys = 8;
  bool growth = false;  ///< half of the operations insert keys of the thread's own around the shared ones
};
std::vector<HistoryMix> history_mixes(const IndexInfo& info);

/// Runs one history of `steps` operations. Returns an empty text when every key's history is linearizable.
std::string run_history(const IndexInfo& info, const std::vector<Key>& keys, const HistoryMix& mix, std::size_t steps,
                        const Options& options);

}  // namespace omenbench::conformance
