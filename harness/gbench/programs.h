// The two Google Benchmark programs of a gate. A trial is a fresh process that runs one benchmark, so that one which
// crashes or hangs costs its own numbers only, and each begins in a heap and with a stack of its own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/temporary_directory.h"
#include "harness/gbench/document.h"
#include "harness/processor_loss.h"

namespace omenbench {

/// A benchmark of a program. Several may share a name.
struct GbenchBenchmark {
  std::string name;
  std::size_t which = 0;  ///< among those of that name, from 0

  /// "BM_copy/8", "BM_copy/8 (the 2nd of that name)".
  std::string shown() const;
  bool operator==(const GbenchBenchmark&) const = default;
};

/// One trial: its sample, or why there is none.
struct GbenchTrial {
  std::string failure{};
  GbenchSample sample{};
  std::string library_version{};
  ProcessorLoss loss{};
};

/// Where a gate of benchmarks meets the world: tests give it a world of their own.
class GbenchRunner {
 public:
  virtual ~GbenchRunner() = default;
  /// The benchmarks that the filter (a regular expression of Google Benchmark; empty: all) leaves, in their order.
  /// Throws Error naming the program: it does not start, crashes, hangs, is no such program or has none.
  virtual std::vector<GbenchBenchmark> list(bool is_head, const std::string& filter) = 0;
  /// Nothing when the user interrupted. `quickly`: for what it has to say, not for its times.
  virtual std::optional<GbenchTrial> run(bool is_head, const GbenchBenchmark& benchmark, bool quickly) = 0;
  virtual bool interrupted() const = 0;
  virtual double now_s() const = 0;
};

struct GbenchProcessOptions {
  std::filesystem::path base, head;
  double min_time_s = 0.1;               ///< of one trial, where the benchmark does not set its own
  std::uint64_t timeout_ms = 60'000;     ///< of one process
  std::vector<std::string> arguments{};  ///< more of them, for both
};

class GbenchPrograms final : public GbenchRunner {
 public:
  /// Throws Error when one of them is no file that can be executed. What of this process's environment would change
  /// what the programs do (BENCHMARK_FILTER and its like) is removed from it.
  explicit GbenchPrograms(GbenchProcessOptions options);
  std::vector<GbenchBenchmark> list(bool is_head, const std::string& filter) override;
  std::optional<GbenchTrial> run(bool is_head, const GbenchBenchmark& benchmark, bool quickly) override;
  bool interrupted() const override;
  double now_s() const override;

 private:
  std::vector<std::string> lines(bool is_head, const std::string& filter);
  std::string called(bool is_head) const;

  GbenchProcessOptions options_;
  TemporaryDirectory folder_{"omenbench-gbench"};
};

}  // namespace omenbench
