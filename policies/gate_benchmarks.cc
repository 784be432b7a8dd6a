// See the header.
#include "policies/gate_benchmarks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "core/error.h"
#include "core/rng.h"
#include "core/suggest.h"

namespace omenbench {
namespace {

/// Few enough that an interrupt costs little, many enough that a short disturbance does not meet all rounds of one.
constexpr std::size_t kGroup = 16;
/// Ten times what the library's clocks (a system call for CPU time) may cost.
constexpr double kResolved_ns = 10'000;
/// Stands for 0 in ratios.
constexpr double kNone = 1e-12;

constexpr std::string_view kRealTime = "real_time";
constexpr std::string_view kCpuTime = "cpu_time";

std::vector<std::string> parts_of(const std::string& name) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find('/', begin), name.size());
    parts.push_back(name.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

GateCell cell_of(const GbenchBenchmark& benchmark, std::string_view metric) {
  GateCell cell;
  cell.index = benchmark.shown();
  cell.metric = metric;
  return cell;
}

std::string failure_of(const GbenchTrial& trial) {
  if (!trial.failure.empty()) return trial.failure;
  switch (trial.sample.state) {
    case GbenchState::kError:
      return "error: " + trial.sample.message;
    case GbenchState::kSkipped:
      return "skipped: " + trial.sample.message;
    case GbenchState::kMeasured:
      break;
  }
  return "";
}

}  // namespace

/// Benchmarks that are measured in the same rounds.
class BenchmarkGroup final : public GateGroup {
 public:
  BenchmarkGroup(BenchmarkGate& gate, std::size_t first, std::size_t last)
      : gate_(gate), first_(first), seed_(mix64(gate.options_.seed, static_cast<std::uint64_t>(first))) {
    for (std::size_t i = first; i < last; ++i) contenders_.push_back(gate.pairs_[i].cells);
  }

  const std::vector<std::vector<GateCell>>& contenders() const override { return contenders_; }
  std::uint64_t seed() const override { return seed_; }
  void begin(std::uint64_t) override {}

  std::optional<GateTrial> trial(std::size_t contender, bool is_head) override {
    BenchmarkGate::Pair& pair = gate_.pairs_[first_ + contender];
    const std::optional<GbenchTrial> run = gate_.run(pair, is_head);
    if (!run) return std::nullopt;
    gate_.learn(pair, *run, is_head);
    GateTrial trial{.failure = failure_of(*run), .skipped = run->sample.state == GbenchState::kSkipped};
    if (!trial.failure.empty()) return trial;
    for (const GateCell& cell : contenders_[contender]) trial.values.push_back(value_of(run->sample, cell.metric));
    return trial;
  }

 private:
  GateValue value_of(const GbenchSample& sample, const std::string& metric) const {
    const bool short_time = sample.measured_ns < kResolved_ns;
    if (metric == kRealTime) return {.value = sample.real_ns, .bound = short_time};
    if (metric == kCpuTime) return {.value = sample.cpu_ns, .bound = short_time};
    const auto counter = sample.counters.find(metric);
    if (counter == sample.counters.end() || counter->second < 0) return {};
    const auto wanted = std::ranges::find(gate_.options_.counters, metric, &WantedCounter::name);
    // None at all (allocations) is a value too: equal to itself, and less than anything.
    const double amount = counter->second == 0 ? kNone : counter->second;
    return {.value = wanted->more_is_better ? 1 / amount : amount};
  }

  BenchmarkGate& gate_;
  std::size_t first_;
  std::uint64_t seed_;
  std::vector<std::vector<GateCell>> contenders_;
};

BenchmarkGate::BenchmarkGate(GbenchRunner& runner, BenchmarkGateOptions options)
    : runner_(runner), options_(std::move(options)) {
  std::vector<GbenchBenchmark> base = runner_.list(false, options_.filter);
  std::vector<GbenchBenchmark> head = runner_.list(true, options_.filter);
  if (runner_.interrupted()) return;
  match(std::move(base), std::move(head));
  for (Pair& pair : pairs_) {
    pair.cells.push_back(cell_of(pair.head, judges_real_time(pair.head.name) ? kRealTime : kCpuTime));
  }
  if (!options_.counters.empty()) add_counters();
}

void BenchmarkGate::match(std::vector<GbenchBenchmark> base, std::vector<GbenchBenchmark> head) {
  std::vector<std::string> fresh;
  for (const auto& [before, after] : options_.renamed) {
    const auto named = [](const std::string& name) {
      return [&name](const GbenchBenchmark& benchmark) { return benchmark.name == name; };
    };
    if (std::ranges::none_of(base, named(before)))
      throw Error(fmt::format("--rename: base has no benchmark '{}'", before));
    if (std::ranges::none_of(head, named(after)))
      throw Error(fmt::format("--rename: head has no benchmark '{}'", after));
  }
  for (const GbenchBenchmark& ours : base) {
    const auto renamed = options_.renamed.find(ours.name);
    const GbenchBenchmark wanted{renamed == options_.renamed.end() ? ours.name : renamed->second, ours.which};
    const auto theirs = std::ranges::find(head, wanted);
    if (theirs == head.end()) {
      gone_.push_back(ours);
    } else {
      pairs_.push_back({.base = ours, .head = wanted});
      head.erase(theirs);
    }
  }
  for (const GbenchBenchmark& theirs : head) {
    note(fmt::format("{} is new on head", theirs.shown()));
    fresh.push_back(theirs.shown());
  }
  for (const GbenchBenchmark& ours : gone_) {
    const std::string close = fresh.size() == 1 ? fresh.front() : suggest(ours.name, fresh);
    if (close.empty()) continue;
    note(fmt::format("if {} was only renamed: --rename '{}={}'", ours.shown(), ours.name, close));
  }
  if (pairs_.empty()) {
    throw Error(fmt::format("the two programs have no benchmark in common: base has '{}', head has '{}'{}",
                            gone_.front().shown(), fresh.front(), gone_.size() + fresh.size() > 2 ? ", ..." : ""));
  }
}

bool BenchmarkGate::judges_real_time(const std::string& name) const {
  if (options_.time != BenchmarkGateOptions::Time::kAsNamed) return options_.time == BenchmarkGateOptions::Time::kReal;
  return std::ranges::any_of(parts_of(name), [](const std::string& part) {
    return part == "real_time" || part == "manual_time" || (part.starts_with("threads:") && part != "threads:1");
  });
}

/// Asks every benchmark which counters it has.
void BenchmarkGate::add_counters() {
  std::set<std::string> unseen;
  for (const WantedCounter& counter : options_.counters) unseen.insert(counter.name);
  for (Pair& pair : pairs_) {
    const std::optional<GbenchTrial> base = runner_.run(false, pair.base, true);
    const std::optional<GbenchTrial> head = base ? runner_.run(true, pair.head, true) : std::nullopt;
    if (!head) return;
    if (!failure_of(*base).empty() || !failure_of(*head).empty()) continue;  // its rounds will say so
    for (const WantedCounter& counter : options_.counters) {
      const bool before = base->sample.counters.contains(counter.name);
      const bool after = head->sample.counters.contains(counter.name);
      if (before || after) unseen.erase(counter.name);
      if (before && after) pair.cells.push_back(cell_of(pair.head, counter.name));
      if (before && !after) {
        GateCell& cell = gone_counters_.emplace_back(cell_of(pair.head, counter.name));
        cell.head_failure = "it has no such counter";
      }
    }
  }
  if (!unseen.empty()) throw Error(fmt::format("--counter: no benchmark has a counter '{}'", *unseen.begin()));
}

std::optional<GbenchTrial> BenchmarkGate::run(const Pair& pair, bool is_head) {
  const GbenchBenchmark& benchmark = is_head ? pair.head : pair.base;
  const std::string who = (is_head ? "head " : "base ") + benchmark.shown();
  for (int repeats = 0;; ++repeats) {
    std::optional<GbenchTrial> trial = runner_.run(is_head, benchmark, false);
    if (!trial || !failure_of(*trial).empty()) return trial;
    const auto [lost, again] = lost_.take(who, trial->loss, repeats);
    if (!again) {
      repeats_.disturbed += !lost.empty();
      return trial;
    }
    ++repeats_.lost;
  }
}

void BenchmarkGate::learn(Pair& pair, const GbenchTrial& trial, bool is_head) {
  const std::string name = pair.head.shown();
  const GbenchSample& sample = trial.sample;
  if (!trial.failure.empty()) return;
  if (sample.aggregated)
    note(name + " shows only aggregates of its own repetitions: each trial counts by their median");
  (is_head ? pair.head_says : pair.base_says) = sample;
  (is_head ? head_version_ : base_version_) = trial.library_version;
  if (!pair.base_says || !pair.head_says) return;
  // Once: a label may be another in every trial.
  if (pair.base_says->label != pair.head_says->label && !std::exchange(pair.told_label, true)) {
    note(fmt::format("{} has the label '{}' on base and '{}' on head", name, pair.base_says->label,
                     pair.head_says->label));
  }
  const auto skipped = [](const GbenchSample& side) { return side.state == GbenchState::kSkipped; };
  if (skipped(*pair.base_says) && skipped(*pair.head_says)) {
    note(fmt::format("{} is skipped on both sides: {}", name, pair.head_says->message));
  }
  if (base_version_ != head_version_) {
    const auto shown = [](const std::string& version) { return version.empty() ? "before 1.8" : version; };
    note(
        fmt::format("the programs use different versions of Google Benchmark, {} and {}: a change may be the library's",
                    shown(base_version_), shown(head_version_)));
  }
}

std::size_t BenchmarkGate::groups() const { return (pairs_.size() + kGroup - 1) / kGroup; }

std::string BenchmarkGate::title(std::size_t group) const {
  const std::size_t first = group * kGroup, last = std::min(first + kGroup, pairs_.size());
  if (last - first == 1) return pairs_[first].head.shown();
  return fmt::format("{} to {}", pairs_[first].head.shown(), pairs_[last - 1].head.shown());
}

std::unique_ptr<GateGroup> BenchmarkGate::open(std::size_t group) {
  return std::make_unique<BenchmarkGroup>(*this, group * kGroup, std::min((group + 1) * kGroup, pairs_.size()));
}

std::vector<GateCell> BenchmarkGate::gone(std::size_t group) const {
  if (group + 1 < groups()) return {};
  std::vector<GateCell> cells = gone_counters_;
  for (const GbenchBenchmark& benchmark : gone_) {
    cells.push_back(cell_of(benchmark, judges_real_time(benchmark.name) ? kRealTime : kCpuTime));
    cells.back().head_failure = "it has no such benchmark";
  }
  return cells;
}

std::vector<std::string> BenchmarkGate::notes() const {
  std::vector<std::string> notes(notes_.begin(), notes_.end());
  std::ranges::move(in_words(repeats_), std::back_inserter(notes));
  return notes;
}

}  // namespace omenbench
