// See the header. A scan is a lookup of every key between its start and the last key it returned: those that it
// returned were present, those that it passed over were absent, each at some moment of the scan. A lower bound is a
// scan of one.
#include "harness/conformance/history.h"

#include <algorithm>
#include <map>
#include <memory>
#include <sstream>

#include "core/operation_names.h"
#include "core/rng.h"
#include "harness/conformance/isolated.h"

namespace omenbench::conformance {
namespace {

/// The universe of a history: who touches which keys.
struct Script {
  Case c;
  std::vector<Key> universe;  ///< every key that is loaded or touched, ascending
};

class ScriptMaker {
 public:
  ScriptMaker(const std::vector<Key>& keys, const HistoryMix& mix, const Capabilities& can, std::uint64_t seed)
      : keys_(keys), mix_(mix), can_(can), rng_(mix64(seed, mix.name)) {}

  Script make(std::size_t steps) {
    script_.c.payload_seed = rng_.next();
    choose_keys();
    for (unsigned t = 0; t < mix_.threads; ++t) {
      std::vector<Operation>& operations = script_.c.threads.emplace_back();
      for (std::size_t i = 0; i < steps / mix_.threads; ++i) operations.push_back(draw(t));
    }
    return std::move(script_);
  }

 private:
  /// Neighbours in the set share nodes, models and locks. Half of the shared keys are loaded; so are, for growth, half
  /// of the others.
  void choose_keys() {
    const std::size_t wanted = std::min(keys_.size(), mix_.growth ? keys_.size() : mix_.shared_keys);
    const std::size_t first = keys_.empty() ? 0 : rng_.below(keys_.size() - wanted + 1);
    const auto begin = keys_.begin() + static_cast<std::ptrdiff_t>(first);
    script_.universe.assign(begin, begin + static_cast<std::ptrdiff_t>(wanted));
    const std::size_t stride = std::max<std::size_t>(1, wanted / std::max<std::size_t>(1, mix_.shared_keys));
    for (std::size_t i = 0; i < wanted; ++i) {
      const Key key = script_.universe[i];
      if (i % stride == 0 && shared_.size() < mix_.shared_keys) {
        shared_.push_back(key);
      } else {
        own_.push_back(key);
      }
      if (!can_.insertable || rng_.below(2) == 0) {
        script_.c.entries.push_back({key, payload_of(key, script_.c.payload_seed)});
      }
    }
  }

  Operation draw(unsigned thread) {
    const bool grow = mix_.growth && can_.insertable && !own_.empty() && rng_.below(2) == 0;
    if (grow) {
      // A thread's own keys: every threads-th of those that are not shared.
      const std::size_t share = (own_.size() + mix_.threads - 1) / mix_.threads;
      const std::size_t at = std::min(own_.size() - 1, rng_.below(share) * mix_.threads + thread);
      return {.key = own_[at], .argument = ++version_, .kind = OpKind::kInsert};
    }
    Operation operation{.key = shared_[rng_.below(shared_.size())]};
    const std::uint64_t die = rng_.below(16);
    if (die < 4 && can_.updatable) {
      operation.kind = OpKind::kUpdate;
    } else if (die < 7 && can_.insertable) {
      operation.kind = OpKind::kInsert;
    } else if (die < 9 && can_.erasable) {
      operation.kind = OpKind::kErase;
    } else if (die == 9 && can_.ordered) {
      operation.kind = OpKind::kLowerBound;
    } else if (die == 10 && can_.ordered) {
      operation.kind = OpKind::kScan;
      operation.argument = static_cast<std::uint32_t>(1 + rng_.below(12));
    }
    if (is_write(operation.kind)) operation.argument = ++version_;
    return operation;
  }

  const std::vector<Key>& keys_;
  const HistoryMix& mix_;
  const Capabilities& can_;
  Rng rng_;
  Script script_;
  std::vector<Key> shared_, own_;
  std::uint32_t version_ = 0;  ///< every write of a history has a payload of its own
};

/// Host-owned buffers for one recorded run, shared with the child that fills them.
class Tape {
 public:
  explicit Tape(const Case& c) : operations_(operation_count(c) * sizeof(RecordedOperation)), log_(log_bytes(c)) {
    auto* operations = static_cast<RecordedOperation*>(operations_.data());
    auto* log = static_cast<Entry*>(log_.data());
    for (const std::vector<Operation>& list : c.threads) {
      streams_.push_back({.operations = list.data(), .count = list.size()});
      recordings_.push_back({operations, log});
      operations += list.size();
      for (const Operation& o : list) log += entries_of(o);
    }
    input_.mutates = 1;
    input_.payload_seed = c.payload_seed;
    input_.entries = c.entries.data();
    input_.entry_count = c.entries.size();
    input_.share_streams(streams_.data());
    input_.thread_count = streams_.size();
  }
  TrialInput& input() { return input_; }
  const std::vector<ThreadRecording>& recordings() const { return recordings_; }

 private:
  static std::size_t entries_of(const Operation& o) {
    return o.kind == OpKind::kScan ? o.argument : o.kind == OpKind::kLowerBound ? 1 : 0;
  }
  static std::size_t log_bytes(const Case& c) {
    std::size_t entries = 0;
    for (const auto& list : c.threads) {
      for (const Operation& o : list) entries += entries_of(o);
    }
    return entries * sizeof(Entry);
  }

  SharedMemory operations_;
  SharedMemory log_;
  std::vector<ThreadStream> streams_;
  std::vector<ThreadRecording> recordings_;
  TrialInput input_;
};

/// Sorts a recording by key.
class Histories {
 public:
  explicit Histories(const Script& script) : script_(script), events_(script.universe.size()) {}

  /// Returns an empty text, or what is wrong with an answer on its own.
  std::string add(unsigned thread, const Operation& operation, const RecordedOperation& record, const Entry* log) {
    HistoryEvent event{.kind = operation.kind,
                       .thread = thread,
                       .start_ns = record.start_ns,
                       .end_ns = record.end_ns,
                       .payload = record.payload,
                       .success = record.success != 0};
    if (operation.kind == OpKind::kLowerBound || operation.kind == OpKind::kScan) {
      const std::size_t asked = operation.kind == OpKind::kScan ? operation.argument : 1;
      return add_scan(event, operation, std::span<const Entry>(log, record.entries), asked);
    }
    if (is_write(operation.kind)) {
      event.payload = payload_of(operation.key, script_.c.payload_seed, operation.argument);
    }
    events_[ordinal(operation.key)].push_back(event);
    return {};
  }

  std::string explain() const {
    for (std::size_t i = 0; i < events_.size(); ++i) {
      const Key key = script_.universe[i];
      const auto loaded = std::ranges::lower_bound(script_.c.entries, key, {}, &Entry::key);
      const bool present = loaded != script_.c.entries.end() && loaded->key == key;
      const std::string failure = explain_history(events_[i], present ? loaded->payload : kAbsentAnswer, key);
      if (!failure.empty()) return failure;
    }
    return {};
  }

 private:
  std::size_t ordinal(Key key) const {
    return static_cast<std::size_t>(std::ranges::lower_bound(script_.universe, key) - script_.universe.begin());
  }

  std::string add_scan(HistoryEvent event, const Operation& operation, std::span<const Entry> found,
                       std::size_t asked) {
    const std::string what = std::string(name_of(operation.kind)) + " from " + std::to_string(operation.key);
    event.kind = OpKind::kLookup;
    std::size_t at = ordinal(operation.key);
    for (const Entry& entry : found) {
      const std::size_t position = ordinal(entry.key);
      if (position == script_.universe.size() || script_.universe[position] != entry.key) {
        return what + " returned " + std::to_string(entry.key) + ", which nobody wrote";
      }
      if (position < at) return what + " returned " + std::to_string(entry.key) + " out of order";
      event.success = false;
      for (; at < position; ++at) events_[at].push_back(event);
      event.success = true;
      event.payload = entry.payload;
      events_[at++].push_back(event);
    }
    event.success = false;
    if (found.size() < asked) {
      for (; at < events_.size(); ++at) events_[at].push_back(event);
    }
    return {};
  }

  const Script& script_;
  std::vector<std::vector<HistoryEvent>> events_;
};

std::string check_tape(const Script& script, const Tape& tape) {
  Histories histories(script);
  for (unsigned t = 0; t < script.c.threads.size(); ++t) {
    const ThreadRecording& recording = tape.recordings()[t];
    const Entry* log = recording.log;
    for (std::size_t i = 0; i < script.c.threads[t].size(); ++i) {
      const RecordedOperation& record = recording.operations[i];
      std::string failure = histories.add(t, script.c.threads[t][i], record, log);
      if (!failure.empty()) return failure;
      log += record.entries;
    }
  }
  return histories.explain();
}

}  // namespace

std::vector<HistoryMix> history_mixes(const IndexInfo& info) {
  if (info.record == nullptr) return {};
  std::vector<HistoryMix> mixes{{.name = "history of 2 threads on 4 keys", .threads = 2, .shared_keys = 4},
                                {.name = "history of 4 threads on 8 keys", .threads = 4, .shared_keys = 8}};
  if (info.capabilities.insertable) {
    mixes.push_back({.name = "history among inserts", .threads = 3, .shared_keys = 16, .growth = true});
  }
  return mixes;
}

std::string run_history(const IndexInfo& info, const std::vector<Key>& keys, const HistoryMix& mix, std::size_t steps,
                        const Options& options) {
  if (keys.empty()) return {};
  if (options.on_trial) options.on_trial();
  const Script script = ScriptMaker(keys, mix, info.capabilities, options.seed).make(steps);
  Tape tape(script.c);
  TrialInput& input = tape.input();
  input.engine_directory = options.engine_directory.c_str();
  input.engine_connection = options.engine_connection.c_str();
  input.engine_table = options.engine_table.c_str();
  const SharedOutput output;
  const auto isolated = [&](auto function) {
    return run_isolated([&] { function(input, *output); }, *output, options.timeout_seconds);
  };
  std::string failure;
  if (info.load != nullptr) failure = isolated(info.load);
  if (failure.empty()) {
    failure = isolated([&](const TrialInput& in, TrialOutput& out) { info.record(in, tape.recordings().data(), out); });
  }
  if (failure.empty()) failure = check_tape(script, tape);
  if (info.drop != nullptr) isolated(info.drop);
  return failure;
}

}  // namespace omenbench::conformance
