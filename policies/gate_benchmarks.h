// The benchmarks of two Google Benchmark programs as a gate measures them: each trial is a fresh process that runs one
// benchmark, base and head directly after one another.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/gbench/programs.h"
#include "harness/session/lost_processor.h"
#include "policies/gate_source.h"

namespace omenbench {

/// A counter that is judged beside the times.
struct WantedCounter {
  std::string name;
  bool more_is_better = false;
};

struct BenchmarkGateOptions {
  enum class Time : std::uint8_t {
    kAsNamed,  ///< real time where the benchmark measures it (its name says so) or has several threads, else CPU time
    kReal,
    kCpu,
  };
  std::string filter{};  ///< regular expression; empty: all
  Time time = Time::kAsNamed;
  std::vector<WantedCounter> counters{};
  std::map<std::string, std::string> renamed{};  ///< on base -> on head
  std::uint64_t seed = 1;
};

class BenchmarkGate final : public GateSource {
 public:
  /// Lists both programs. `runner` must outlive this object. Throws Error when they have no benchmark in common.
  BenchmarkGate(GbenchRunner& runner, BenchmarkGateOptions options);

  std::size_t groups() const override;
  std::string_view kind() const override { return "groups of benchmarks"; }
  std::string title(std::size_t group) const override;
  std::unique_ptr<GateGroup> open(std::size_t group) override;
  std::vector<GateCell> gone(std::size_t group) const override;
  /// Also how many trials lost the processor, and were repeated or are used all the same.
  std::vector<std::string> notes() const override;
  bool interrupted() const override { return runner_.interrupted(); }
  double now_s() const override { return runner_.now_s(); }

 private:
  friend class BenchmarkGroup;
  struct Pair {
    GbenchBenchmark base, head;
    std::vector<GateCell> cells{};
    std::optional<GbenchSample> base_says{}, head_says{};  ///< last
    bool told_label = false;                               ///< that the two have different ones
  };
  void match(std::vector<GbenchBenchmark> base, std::vector<GbenchBenchmark> head);
  void add_counters();
  /// A trial of one side, again where it lost the processor. Nothing when the user interrupted.
  std::optional<GbenchTrial> run(const Pair& pair, bool is_head);
  /// Notes what a reader must know of this trial.
  void learn(Pair& pair, const GbenchTrial& trial, bool is_head);
  void note(const std::string& text) { notes_.insert(text); }
  bool judges_real_time(const std::string& name) const;

  GbenchRunner& runner_;
  BenchmarkGateOptions options_;
  std::vector<Pair> pairs_;
  std::vector<GbenchBenchmark> gone_;
  std::vector<GateCell> gone_counters_;
  std::string base_version_, head_version_;
  std::set<std::string> notes_;
  LostProcessor lost_;
  Repeats repeats_;
};

}  // namespace omenbench
