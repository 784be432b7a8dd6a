// See the header.
#include "harness/conformance/run_case.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "core/passes.h"
#include "harness/conformance/isolated.h"

namespace omenbench::conformance {
namespace {

/// The passes that a case goes through: all that its index and its operations allow.
std::uint32_t passes_for(const IndexInfo& info, const Case& c) {
  const bool only_lookups = std::ranges::all_of(c.threads, [](const std::vector<Operation>& operations) {
    return std::ranges::all_of(operations,
                               [](const Operation& o) { return o.kind == OpKind::kLookup && o.foreign == 0; });
  });
  return closed_passes(info.capabilities, false, {.writes = mutates(c), .lookups_only = only_lookups});
}

/// Streams, warm-up, positions and samples of a case, and the TrialInput that points to them.
class Stage {
 public:
  Stage(const IndexInfo& info, const Case& c, const Options& options) {
    const bool needs_positions = info.capabilities.oracle;
    const std::size_t operations = operation_count(c);
    if (c.texts) make_texts(c);
    samples_.resize(operations + 1);
    positions_.reserve(operations);
    std::uint32_t* samples = samples_.data();
    for (const std::vector<Operation>& list : c.threads) {
      for (const Operation& o : list) {
        if (warmup_.size() * 10 >= operations) break;
        warmup_.push_back({.key = o.key});
        if (needs_positions) warmup_positions_.push_back(position(c, warmup_.back()));
      }
    }
    if (c.texts) {
      for (Operation& o : warmup_) o.key = place_of_copy(o.key);
    }
    for (std::size_t t = 0; t < c.threads.size(); ++t) {
      const std::vector<Operation>& list = c.threads[t];
      const std::uint64_t* positions = positions_.data() + positions_.size();
      for (const Operation& o : list) {
        if (needs_positions) positions_.push_back(position(c, o));
      }
      streams_.push_back({.operations = c.texts ? placed_[t].data() : list.data(),
                          .count = list.size(),
                          .warmup = warmup_.data(),
                          .warmup_count = warmup_.size(),
                          .positions = needs_positions ? positions : nullptr,
                          .warmup_positions = warmup_positions_.data(),
                          .samples = samples,
                          .text = copies_.data()});
      samples += list.size();
    }
    input_.mutates = mutates(c);
    input_.pass_mask = passes_for(info, c);
    input_.payload_seed = c.payload_seed;
    input_.entries = c.texts ? entries_.data() : c.entries.data();
    input_.entry_count = c.entries.size();
    input_.share_streams(streams_.data());
    input_.thread_count = streams_.size();
    input_.record_bytes = c.record_bytes;
    if (c.texts) input_.key_text = c.texts->text();
    input_.engine_directory = options.engine_directory.c_str();
    input_.engine_connection = options.engine_connection.c_str();
    input_.engine_table = options.engine_table.c_str();
    input_.pool_bytes = kLeastPoolBytes;  // so that pages come and go
  }
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;
  const TrialInput& input() const { return input_; }

 private:
  /// Byte strings: entries as places in the texts, operations as places in copies of them that bear their numbers.
  void make_texts(const Case& c) {
    for (Key number = 0; number < c.texts->size(); ++number) {
      copies_.append(reinterpret_cast<const char*>(&number), sizeof number);
      copy_places_.push_back(place_of(copies_.size(), (*c.texts)[number].size()));
      copies_ += (*c.texts)[number];
    }
    for (const Entry& entry : c.entries) entries_.push_back({c.texts->place(entry.key), entry.payload});
    placed_ = c.threads;
    for (std::vector<Operation>& list : placed_) {
      for (Operation& o : list) o.key = place_of_copy(o.key);
    }
  }
  Key place_of_copy(Key number) const { return copy_places_[number]; }

  static std::uint64_t position(const Case& c, const Operation& o) {
    const auto at = std::ranges::lower_bound(c.entries, o.key, {}, &Entry::key);
    const bool absent = at == c.entries.end() || at->key != o.key;
    if (o.kind == OpKind::kLookup && absent) return kNoPosition;
    return static_cast<std::uint64_t>(at - c.entries.begin());
  }

  std::string copies_;
  std::vector<Key> copy_places_;
  std::vector<Entry> entries_;
  std::vector<std::vector<Operation>> placed_;
  std::vector<Operation> warmup_;
  std::vector<std::uint64_t> positions_;
  std::vector<std::uint64_t> warmup_positions_;
  std::vector<std::uint32_t> samples_;
  std::vector<ThreadStream> streams_;
  TrialInput input_;
};

/// Compares every pass with the model; returns an empty text or the first difference.
std::string compare(const Case& c, const TrialInput& input, const TrialOutput& output) {
  constexpr const char* kNames[] = {"throughput", "dependent", "latency", "batched"};
  Model model(c);
  for (std::size_t t = 0; t < c.threads.size(); ++t) {
    AnswerChecksum checksum;
    AnswerChecksum final_checksum;
    for (const Operation& o : c.threads[t]) checksum.add(model.answer(o));
    for (const Operation& o : c.threads[t]) {
      if (is_write(o.kind)) final_checksum.add(model.answer({.key = o.key}));
    }
    for (int p = 0; p < kPasses; ++p) {
      if (((input.pass_mask >> p) & 1U) == 0) continue;
      const PassOutput& pass = output.passes[p];
      const std::string where = std::string(" in the ") + kNames[p] + " pass, thread " + std::to_string(t);
      if (pass.done != 1 || pass.operations != operation_count(c)) return "not all operations were done" + where;
      if (pass.checksum[t] != checksum.value()) return "wrong answer" + where;
      if (input.mutates && pass.final_checksum[t] != final_checksum.value()) return "wrong final state" + where;
    }
  }
  return {};
}

}  // namespace

Options options_from_environment() {
  Options options;
  if (const char* steps = std::getenv("OMENBENCH_CONFORMANCE_STEPS")) options.steps = std::strtoull(steps, nullptr, 10);
  options.everywhere = std::getenv("OMENBENCH_CONFORMANCE_EVERYWHERE") != nullptr;
  return options;
}

std::string run_case(const IndexInfo& info, const Case& c, const Options& options, TrialOutput* copy) {
  if (options.on_trial) options.on_trial();
  const Stage stage(info, c, options);
  const SharedOutput output;
  const auto isolated = [&](void (*function)(const TrialInput&, TrialOutput&) noexcept) {
    return run_isolated([&] { function(stage.input(), *output); }, *output, options.timeout_seconds);
  };
  std::string failure;
  if (info.load != nullptr) failure = isolated(info.load);
  if (failure.empty()) failure = isolated(info.run);
  if (failure.empty()) failure = compare(c, stage.input(), *output);
  if (copy != nullptr) std::memcpy(static_cast<void*>(copy), &*output, sizeof(TrialOutput));
  if (info.drop != nullptr) isolated(info.drop);
  return failure;
}

}  // namespace omenbench::conformance
