// One row of an engine, small and made by hand: table, streams, and what a std::map says about them.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/registry.h"
#include "core/rng.h"
#include "core/temporary_directory.h"

namespace omenbench::engine_test {

inline constexpr std::uint64_t kPayloadSeed = 17;
inline constexpr std::uint32_t kAllPasses = 15;     // batched only where the engine offers it and the row is of lookups
inline constexpr std::uint32_t kWritingPasses = 5;  // throughput and latency

inline std::vector<Entry> entries_of(const std::vector<Key>& keys) {
  std::map<Key, Payload> sorted;
  for (const Key key : keys) sorted[key] = payload_of(key, kPayloadSeed);
  std::vector<Entry> entries;
  for (const auto& [key, payload] : sorted) entries.push_back({key, payload});
  return entries;
}

/// Keys at both ends and around the sign bit, and a few hundred between.
inline std::vector<Key> extreme_keys() {
  std::vector<Key> keys = {0, 1, (Key{1} << 63) - 1, Key{1} << 63, (Key{1} << 63) + 1, UINT64_MAX - 1, UINT64_MAX};
  Rng rng(5);
  for (int i = 0; i < 300; ++i) keys.push_back(rng.next() & ~Key{7});
  return keys;
}

struct Expected {
  std::uint64_t checksum = 0;
  std::uint64_t final_checksum = 0;
};

/// What one thread's operations answer on `table`, and what re-reading its written keys gives afterwards.
inline Expected expect(std::map<Key, Payload> table, const std::vector<Operation>& operations) {
  AnswerChecksum answers;
  for (const Operation& operation : operations) {
    const auto found = table.find(operation.key);
    const bool present = found != table.end();
    const Payload written = payload_of(operation.key, kPayloadSeed, operation.argument);
    switch (operation.kind) {
      case OpKind::kLookup:
        answers.add(lookup_answer(present, present ? found->second : 0));
        break;
      case OpKind::kLowerBound: {
        const auto next = table.lower_bound(operation.key);
        answers.add(next == table.end() ? kAbsentAnswer : entry_answer({next->first, next->second}));
        break;
      }
      case OpKind::kScan: {
        std::vector<Entry> entries;
        for (auto next = table.lower_bound(operation.key); next != table.end() && entries.size() < operation.argument;
             ++next) {
          entries.push_back({next->first, next->second});
        }
        answers.add(scan_answer(entries));
        break;
      }
      case OpKind::kInsert:
        answers.add(presence_answer(!present));
        if (!present) table[operation.key] = written;
        break;
      case OpKind::kUpdate:
        answers.add(presence_answer(present));
        if (present) found->second = written;
        break;
      case OpKind::kErase:
        answers.add(presence_answer(present));
        table.erase(operation.key);
        break;
      case OpKind::kReadModifyWrite:
        answers.add(lookup_answer(present, present ? found->second : 0));
        if (present) found->second = written;
        break;
    }
  }
  AnswerChecksum finals;
  for (const Operation& operation : operations) {
    if (operation.kind < OpKind::kInsert) continue;
    const auto found = table.find(operation.key);
    finals.add(lookup_answer(found != table.end(), found == table.end() ? 0 : found->second));
  }
  return {answers.value(), finals.value()};
}

/// A table of an engine with the operation streams to run on it.
class Row {
 public:
  Row(const std::string& engine, std::filesystem::path directory, std::string connection)
      : engine_(*find_index(engine)), directory_(directory.string()), connection_(std::move(connection)) {}

  std::vector<Entry> entries;
  std::vector<std::vector<Operation>> threads;
  std::vector<Operation> warmup;
  std::string table = "omb_0123456789abcdef";

  std::unique_ptr<TrialOutput> load() { return call(engine_.load, 0, false); }
  std::unique_ptr<TrialOutput> run(std::uint32_t passes, bool mutates) { return call(engine_.run, passes, mutates); }
  std::unique_ptr<TrialOutput> drop() { return call(engine_.drop, 0, false); }

  /// Every kind of operation that the engine offers, on `own` keys.
  std::vector<Operation> mixed(const std::vector<Key>& own, std::size_t count, std::uint64_t seed,
                               bool ordered = true) const;

  Expected expected(std::size_t thread) const {
    std::map<Key, Payload> loaded;
    for (const Entry& entry : entries) loaded[entry.key] = entry.payload;
    return expect(loaded, threads[thread]);
  }

 private:
  std::unique_ptr<TrialOutput> call(void (*function)(const TrialInput&, TrialOutput&) noexcept, std::uint32_t passes,
                                    bool mutates) {
    std::vector<std::vector<std::uint32_t>> samples;
    std::vector<ThreadStream> streams;
    for (const std::vector<Operation>& operations : threads) {
      samples.emplace_back(operations.size());
      streams.push_back({.operations = operations.data(),
                         .count = operations.size(),
                         .warmup = warmup.data(),
                         .warmup_count = warmup.size(),
                         .samples = samples.back().data()});
    }
    TrialInput input;
    input.pass_mask = passes;
    input.payload_seed = kPayloadSeed;
    input.entries = entries.data();
    input.entry_count = entries.size();
    input.share_streams(streams.data());
    input.thread_count = streams.size();
    input.mutates = mutates;
    input.engine_directory = directory_.c_str();
    input.engine_connection = connection_.c_str();
    input.engine_table = table.c_str();
    auto output = std::make_unique<TrialOutput>();
    function(input, *output);
    return output;
  }

  const IndexInfo& engine_;
  std::string directory_;
  std::string connection_;
};

/// Every kind of operation, on `own` keys (some of them absent from the table) and on `entries`; all answers known.
inline std::vector<Operation> mixed_operations(const std::vector<Key>& own, std::size_t count, std::uint64_t seed,
                                               bool ordered = true, bool inserts = true, bool updates = true,
                                               bool erases = true) {
  Rng rng(seed);
  std::vector<Operation> operations;
  for (std::uint32_t i = 1; operations.size() < count; ++i) {
    const auto kind = static_cast<OpKind>(rng.below(kOpKinds));
    if (!ordered && (kind == OpKind::kLowerBound || kind == OpKind::kScan)) continue;
    if (!inserts && kind == OpKind::kInsert) continue;
    if (!updates && kind > OpKind::kInsert) continue;
    if (!erases && kind == OpKind::kErase) continue;
    const bool writes = kind >= OpKind::kInsert;
    const auto argument = kind == OpKind::kScan ? static_cast<std::uint32_t>(1 + rng.below(150)) : writes ? i : 0;
    operations.push_back({.key = own[rng.below(own.size())], .argument = argument, .kind = kind});
  }
  return operations;
}

inline std::vector<Operation> Row::mixed(const std::vector<Key>& own, std::size_t count, std::uint64_t seed,
                                         bool ordered) const {
  const Capabilities& can = engine_.capabilities;
  return mixed_operations(own, count, seed, ordered && can.ordered, can.insertable, can.updatable, can.erasable);
}

}  // namespace omenbench::engine_test
