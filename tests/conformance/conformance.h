// Does an index answer like std::map? Random operation streams over a key set run through the index's registered trial
// function, in a process of their own, and the folds of its answers are compared with those of a std::map. A failing
// stream is shrunk to a short one and printed. Knows indexes only by their registry entry: whatever is registered, in
// whatever tier, is checked by the same code.
#pragma once

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <new>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "core/operation.h"
#include "core/registry.h"
#include "core/rng.h"
#include "core/trial_io.h"
#include "tests/conformance/key_sets.h"

namespace omenbench::conformance {

/// Relative frequencies of the kinds of operation, by OpKind.
struct Mix {
  std::string name;
  unsigned weights[kOpKinds] = {};
  double bulk_load = 1;  ///< share of the keys that is loaded before the operations start
  unsigned threads = 1;
  bool foreign = true;  ///< some reads ask for presence only, as in rows with several writers
};

/// OMENBENCH_CONFORMANCE_STEPS, or 100,000: slow builds take fewer, a soak takes more.
inline std::size_t default_steps() {
  const char* text = std::getenv("OMENBENCH_CONFORMANCE_STEPS");
  return text == nullptr ? 100'000 : std::strtoull(text, nullptr, 10);
}

struct Options {
  std::size_t steps = default_steps();
  std::uint64_t seed = 1;
  unsigned timeout_seconds = 60;  ///< of one trial
  /// Runs that shrinking may spend.
  int shrink_runs = 300;
  /// Where engines keep their tables.
  std::string engine_directory{};
  std::string engine_connection{};
  std::string engine_table = "omb_conformance";
};

/// One trial as data.
struct Case {
  std::vector<Entry> entries;
  std::vector<Operation> operations;
  std::uint64_t payload_seed = 0;
  unsigned threads = 1;
};

inline bool is_write(OpKind kind) { return kind >= OpKind::kInsert; }

inline bool mutates(const Case& c) {
  return std::ranges::any_of(c.operations, [](const Operation& o) { return is_write(o.kind); });
}

/// Half-open range of the operations that thread `t` performs.
inline std::pair<std::size_t, std::size_t> slice(const Case& c, unsigned t) {
  return {c.operations.size() * t / c.threads, c.operations.size() * (t + 1) / c.threads};
}

/// The std::map that is always right. Returns the answer word of one operation.
class Reference {
 public:
  explicit Reference(const Case& c) : payload_seed_(c.payload_seed) {
    for (const Entry& entry : c.entries) map_.emplace_hint(map_.end(), entry.key, entry.payload);
  }

  std::uint64_t answer(const Operation& operation) {
    const auto it = map_.find(operation.key);
    const bool found = it != map_.end();
    const Payload payload = payload_of(operation.key, payload_seed_, operation.argument);
    switch (operation.kind) {
      case OpKind::kLookup:
        if (operation.foreign) return presence_answer(found);
        return lookup_answer(found, found ? it->second : 0);
      case OpKind::kLowerBound: {
        const auto bound = map_.lower_bound(operation.key);
        return bound == map_.end() ? kAbsentAnswer : entry_answer({bound->first, bound->second});
      }
      case OpKind::kScan: {
        std::vector<Entry> out;
        for (auto at = map_.lower_bound(operation.key); at != map_.end() && out.size() < operation.argument; ++at) {
          out.push_back({at->first, at->second});
        }
        return operation.foreign ? out.size() : scan_answer(out);
      }
      case OpKind::kInsert:
        return presence_answer(map_.emplace(operation.key, payload).second);
      case OpKind::kUpdate:
        if (found) it->second = payload;
        return presence_answer(found);
      case OpKind::kErase:
        return presence_answer(map_.erase(operation.key) == 1);
      case OpKind::kReadModifyWrite: {
        const std::uint64_t before = lookup_answer(found, found ? it->second : 0);
        if (found) it->second = payload;
        return before;
      }
    }
    return 0;
  }

 private:
  std::map<Key, Payload> map_;
  std::uint64_t payload_seed_;
};

namespace detail {

inline const char* name_of(OpKind kind) {
  constexpr const char* kNames[kOpKinds] = {"lookup", "lower_bound", "scan", "insert", "update", "erase", "rmw"};
  return kNames[static_cast<int>(kind)];
}

/// A TrialOutput in memory that a forked child can fill.
class SharedOutput {
 public:
  SharedOutput() {
    void* const memory = mmap(nullptr, sizeof(TrialOutput), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    output_ = new (memory) TrialOutput;
  }
  SharedOutput(const SharedOutput&) = delete;
  SharedOutput& operator=(const SharedOutput&) = delete;
  ~SharedOutput() { munmap(output_, sizeof(TrialOutput)); }
  TrialOutput& operator*() const { return *output_; }

 private:
  TrialOutput* output_;
};

using TrialFunction = void (*)(const TrialInput&, TrialOutput&) noexcept;

/// Calls `function` in a child process. Returns an empty text, or why it did not end well.
inline std::string run_isolated(TrialFunction function, const TrialInput& input, TrialOutput& output,
                                unsigned timeout_seconds) {
  const pid_t child = fork();
  if (child < 0) return "cannot fork";
  if (child == 0) {
    alarm(timeout_seconds);
    function(input, output);
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) {
    if (WTERMSIG(status) == SIGALRM) return "did not end within " + std::to_string(timeout_seconds) + " s";
    return std::string("killed by signal ") + strsignal(WTERMSIG(status));
  }
  if (WEXITSTATUS(status) != 0) return "ended with exit code " + std::to_string(WEXITSTATUS(status));
  if (output.status != TrialStatus::kOk) return std::string("failed: ") + output.reason;
  return {};
}

/// Streams, warm-up, positions and samples of a case, and the TrialInput that points to them.
class Stage {
 public:
  Stage(const Case& c, const Options& options, bool needs_positions) {
    for (const Operation& o : c.operations) {
      if (warmup_.size() * 10 < c.operations.size()) warmup_.push_back({.key = o.key});
      if (needs_positions) positions_.push_back(position(c, o));
    }
    samples_.resize(c.operations.size() + 1);
    for (unsigned t = 0; t < c.threads; ++t) {
      const auto [begin, end] = slice(c, t);
      streams_.push_back({.operations = c.operations.data() + begin,
                          .count = end - begin,
                          .warmup = warmup_.data(),
                          .warmup_count = warmup_.size(),
                          .positions = needs_positions ? positions_.data() + begin : nullptr,
                          .samples = samples_.data() + begin});
    }
    input_.mutates = mutates(c);
    input_.pass_mask = input_.mutates ? 0b0101 : 0b1111;
    input_.payload_seed = c.payload_seed;
    input_.entries = c.entries.data();
    input_.entry_count = c.entries.size();
    input_.threads = streams_.data();
    input_.thread_count = c.threads;
    input_.engine_directory = options.engine_directory.c_str();
    input_.engine_connection = options.engine_connection.c_str();
    input_.engine_table = options.engine_table.c_str();
  }
  const TrialInput& input() const { return input_; }

 private:
  static std::uint64_t position(const Case& c, const Operation& o) {
    const auto at = std::ranges::lower_bound(c.entries, o.key, {}, &Entry::key);
    const bool absent = at == c.entries.end() || at->key != o.key;
    if (o.kind == OpKind::kLookup && absent) return kNoPosition;
    return static_cast<std::uint64_t>(at - c.entries.begin());
  }

  std::vector<Operation> warmup_;
  std::vector<std::uint64_t> positions_;
  std::vector<std::uint32_t> samples_;
  std::vector<ThreadStream> streams_;
  TrialInput input_;
};

/// Compares every pass with the reference; returns an empty text or the first difference.
inline std::string compare(const Case& c, const TrialInput& input, const TrialOutput& output, bool can_batch) {
  const bool batched = can_batch && std::ranges::all_of(c.operations, [](const Operation& o) {
                         return o.kind == OpKind::kLookup && o.foreign == 0;
                       });
  Reference reference(c);
  for (unsigned t = 0; t < c.threads; ++t) {
    AnswerChecksum checksum;
    AnswerChecksum final_checksum;
    const auto [begin, end] = slice(c, t);
    for (std::size_t i = begin; i < end; ++i) checksum.add(reference.answer(c.operations[i]));
    for (std::size_t i = begin; i < end; ++i) {
      const Operation& o = c.operations[i];
      if (is_write(o.kind)) final_checksum.add(reference.answer({.key = o.key}));
    }
    for (int p = 0; p < kPasses; ++p) {
      if (((input.pass_mask >> p) & 1U) == 0) continue;
      const PassOutput& pass = output.passes[p];
      if (p == static_cast<int>(Pass::kBatched) && !batched) continue;
      const std::string where = " in pass " + std::to_string(p) + ", thread " + std::to_string(t);
      if (pass.done != 1 || pass.operations != c.operations.size()) return "not all operations were done" + where;
      if (pass.checksum[t] != checksum.value()) return "wrong answer" + where;
      if (input.mutates && pass.final_checksum[t] != final_checksum.value()) return "wrong final state" + where;
    }
  }
  return {};
}

}  // namespace detail

/// True for an index that is told positions instead of keys; it can do every read.
inline bool gathers(const IndexInfo& info) { return info.capabilities.oracle; }

/// Runs one case. Returns an empty text when every answer is right, else what went wrong. `output` may be null.
inline std::string run_case(const IndexInfo& info, const Case& c, const Options& options, TrialOutput* copy = nullptr) {
  const detail::Stage stage(c, options, gathers(info));
  const detail::SharedOutput output;
  const auto isolated = [&](detail::TrialFunction function) {
    return detail::run_isolated(function, stage.input(), *output, options.timeout_seconds);
  };
  std::string failure;
  if (info.load != nullptr) failure = isolated(info.load);
  if (failure.empty()) failure = isolated(info.run);
  if (failure.empty()) failure = detail::compare(c, stage.input(), *output, info.capabilities.batched);
  if (copy != nullptr) std::memcpy(static_cast<void*>(copy), &*output, sizeof(TrialOutput));
  if (info.drop != nullptr) isolated(info.drop);
  return failure;
}

/// Every mix that an index of these capabilities must survive.
inline std::vector<Mix> mixes_for(const IndexInfo& info) {
  if (gathers(info)) return {{.name = "ordered reads", .weights = {1, 2, 2}, .foreign = false}};
  const Capabilities& can = info.capabilities;
  const unsigned ordered = can.ordered ? 2 : 0;
  const unsigned update = can.updatable ? 1 : 0;
  const unsigned insert = can.insertable ? 2 : 0;
  const unsigned erase = can.erasable ? 2 : 0;
  std::vector<Mix> mixes;
  mixes.push_back({.name = "lookups", .weights = {1}, .foreign = false});
  if (can.ordered) mixes.push_back({.name = "ordered reads", .weights = {1, 2, 2}});
  if (can.shared_reads) mixes.push_back({.name = "two readers", .weights = {4, ordered, ordered}, .threads = 2});
  if (can.updatable) mixes.push_back({.name = "reads and updates", .weights = {2, ordered, ordered, 0, 2, 0, 1}});
  if (can.insertable) {
    mixes.push_back(
        {.name = "growth from nothing", .weights = {2, ordered, ordered, 6, update, 0, update}, .bulk_load = 0});
    mixes.push_back({.name = "inserts", .weights = {2, ordered, ordered, 4}, .bulk_load = 0.5});
  }
  if (can.erasable) mixes.push_back({.name = "shrinking", .weights = {2, ordered, ordered, 0, update, 8, update}});
  if (can.insertable && can.erasable) {
    mixes.push_back(
        {.name = "churn", .weights = {2, ordered, ordered, insert, update, erase, update}, .bulk_load = 0.5});
    mixes.push_back({.name = "blind churn", .weights = {0, 0, 0, insert, 0, erase, 0}, .bulk_load = 0.2});
  }
  return mixes;
}

/// A random stream: mostly keys of the set, then their neighbours, anything, and the extremes.
inline Case make_case(const std::vector<Key>& keys, const Mix& mix, std::size_t steps, std::uint64_t seed) {
  constexpr Key kExtremes[] = {0, 1, (Key{1} << 63) - 1, Key{1} << 63, ~Key{0} - 1, ~Key{0}};
  Rng rng(mix64(seed, mix.name));
  Case c;
  c.payload_seed = rng.next();
  c.threads = mix.threads;
  for (const Key key : keys) {
    if (rng.uniform() < mix.bulk_load) c.entries.push_back({key, payload_of(key, c.payload_seed)});
  }
  const auto any_key = [&]() -> Key {
    const std::uint64_t die = rng.below(100);
    if (die >= 96) return kExtremes[rng.below(std::size(kExtremes))];
    if (die >= 90 || keys.empty()) return rng.next() >> rng.below(64);
    const Key key = keys[rng.below(keys.size())];
    return die >= 82 ? key + 1 : die >= 74 ? key - 1 : key;
  };
  unsigned total = 0;
  for (const unsigned weight : mix.weights) total += weight;
  for (std::size_t i = 0; i < steps; ++i) {
    Operation operation{.key = any_key()};
    std::uint64_t die = rng.below(total);
    int kind = 0;
    while (die >= mix.weights[kind]) die -= mix.weights[kind++];
    operation.kind = static_cast<OpKind>(kind);
    if (operation.kind == OpKind::kScan) {
      operation.argument = static_cast<std::uint32_t>(1 + rng.below(rng.below(50) == 0 ? 1000 : 20));
    } else if (is_write(operation.kind) && operation.kind != OpKind::kErase) {
      operation.argument = static_cast<std::uint32_t>(1 + rng.below(1000));
    }
    operation.foreign = mix.foreign && operation.kind <= OpKind::kScan && rng.below(8) == 0;
    c.operations.push_back(operation);
  }
  return c;
}

/// Makes a failing case small: the shortest failing prefix, then fewer entries and operations, chunk by chunk.
class Shrinker {
 public:
  Shrinker(const IndexInfo& info, const Options& options) : info_(info), options_(options) {}

  Case shrink(Case c) {
    c = shortest_prefix(std::move(c));
    for (bool smaller = true; smaller && runs_ < options_.shrink_runs;) {
      smaller = thin_out(c, &Case::entries);
      smaller |= thin_out(c, &Case::operations);
    }
    return c;
  }

 private:
  bool fails(const Case& c) {
    ++runs_;
    return !run_case(info_, c, options_).empty();
  }

  /// Checksums fold answers in order, so a stream fails from some length on.
  Case shortest_prefix(Case c) {
    if (c.threads > 1) {
      Case single = c;
      single.threads = 1;
      if (!fails(single)) return c;
      c.threads = 1;
    }
    std::size_t passing = 0;
    std::size_t failing = c.operations.size();
    Case prefix = c;
    while (failing - passing > 1 && runs_ < options_.shrink_runs) {
      const std::size_t middle = passing + (failing - passing) / 2;
      prefix.operations.assign(c.operations.begin(), c.operations.begin() + static_cast<std::ptrdiff_t>(middle));
      (fails(prefix) ? failing : passing) = middle;
    }
    c.operations.resize(failing);
    return c;
  }

  /// Drops chunks of `*list` that the failure does not need, halving the chunk size; true when any was dropped.
  template <class T>
  bool thin_out(Case& c, std::vector<T> Case::*list) {
    bool dropped = false;
    for (std::size_t chunk = ((c.*list).size() + 1) / 2; chunk > 0; chunk /= 2) {
      for (std::size_t at = 0; at < (c.*list).size() && runs_ < options_.shrink_runs;) {
        Case candidate = c;
        auto& rest = candidate.*list;
        const std::size_t end = std::min(at + chunk, rest.size());
        rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(at), rest.begin() + static_cast<std::ptrdiff_t>(end));
        if (fails(candidate)) {
          c = std::move(candidate);
          dropped = true;
        } else {
          at = end;
        }
      }
    }
    return dropped;
  }

  const IndexInfo& info_;
  const Options& options_;
  int runs_ = 0;
};

/// A case as text: what was loaded, what was done, and the right answer to the last operation.
inline std::string describe(const Case& c) {
  constexpr std::size_t kShown = 40;
  std::ostringstream text;
  text << "  build of " << c.entries.size() << " entries:";
  for (std::size_t i = 0; i < std::min(c.entries.size(), kShown); ++i) text << ' ' << c.entries[i].key;
  if (c.entries.size() > kShown) text << " ... " << c.entries.back().key;
  text << "\n  " << c.operations.size() << " operations on " << c.threads << " thread(s), payload seed "
       << c.payload_seed << '\n';
  Reference reference(c);
  for (std::size_t i = 0; i < c.operations.size(); ++i) {
    const Operation& o = c.operations[i];
    const std::uint64_t answer = reference.answer(o);
    if (c.operations.size() - i > kShown) continue;
    text << "    " << detail::name_of(o.kind) << ' ' << o.key;
    if (o.argument != 0) text << " (" << o.argument << ')';
    text << (o.foreign ? " foreign" : "") << " -> ";
    if (answer == kAbsentAnswer) {
      text << "absent / false\n";
    } else if (answer == kPresentAnswer) {
      text << "present / true\n";
    } else {
      text << answer << '\n';
    }
  }
  return text.str();
}

/// Checks one index on one key set with every mix it must survive. Returns an empty text when it conforms, else a
/// report that ends in the smallest failing stream that was found.
inline std::string check(const IndexInfo& info, const KeySet& set, const Options& options) {
  std::size_t steps = options.steps;
  if (info.max_operations != 0) steps = std::min<std::size_t>(steps, info.max_operations);
  for (const Mix& mix : mixes_for(info)) {
    const Case c = make_case(set.keys, mix, steps, options.seed);
    const std::string failure = run_case(info, c, options);
    if (failure.empty()) continue;
    const Case small = Shrinker(info, options).shrink(c);
    return "index '" + info.name + "', keys '" + set.name + "', mix '" + mix.name + "': " + failure +
           "\n  smallest stream found: " + run_case(info, small, options) + "\n" + describe(small);
  }
  return {};
}

}  // namespace omenbench::conformance
