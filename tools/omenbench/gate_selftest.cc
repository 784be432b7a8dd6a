// Two gates one after the other: without a change, and with one that is planted. See the header.
#include "tools/omenbench/gate_selftest.h"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "harness/interrupt.h"
#include "results/text.h"

namespace omenbench {
namespace {

struct Selftest {
  double slow_down = 1;
  std::string slow_index{};
  GateReport same{};
  std::optional<GateReport> planted{};  ///< none when it was interrupted before
  std::size_t false_red = 0, clean = 0, planted_cells = 0, found = 0;
  std::vector<double> detectable{};

  bool interrupted() const { return same.interrupted || !planted || planted->interrupted; }
  bool works() const { return !interrupted() && false_red == 0 && found == planted_cells; }
};

void count(Selftest& test) {
  test.false_red = test.same.count(GateWord::kRegression);
  test.clean = test.same.cells.size();
  if (!test.planted) return;
  for (const GateCell& cell : test.planted->cells) {
    const bool slow = cell.index == test.slow_index && cell.word != GateWord::kUnresolved;
    test.planted_cells += slow;
    test.clean += !slow;
    test.found += slow && cell.red();
    test.false_red += !slow && cell.red();
    if (cell.detectable > 0 && cell.word != GateWord::kUnresolved) test.detectable.push_back(cell.detectable);
  }
}

void print_json(const Selftest& test) {
  using Json = nlohmann::ordered_json;
  fmt::print("{}\n", Json{{"schema", "omenbench.gate-selftest/1"},
                          {"works", test.interrupted() ? Json() : Json(test.works())},
                          {"interrupted", test.interrupted()},
                          {"false_red", test.false_red},
                          {"clean_measurements", test.clean},
                          {"planted", test.slow_down},
                          {"planted_measurements", test.planted_cells},
                          {"planted_found", test.found},
                          {"same", to_json(test.same)},
                          {"slower", test.planted ? to_json(*test.planted) : Json()}}
                         .dump(2));
}

void print_text(const Selftest& test) {
  fmt::print("false alarms: {} of {} without a change\n", test.false_red, counted(test.clean, "measurement"));
  if (test.planted) {
    fmt::print("planted {:.0f} % slower: {} of {} found\n", 100 * (test.slow_down - 1), test.found, test.planted_cells);
  }
  if (!test.detectable.empty()) {
    const auto [least, most] = std::ranges::minmax(test.detectable);
    fmt::print("detectable here in nine gates of ten: {:.1f} % to {:.1f} %, depending on the measurement\n",
               100 * least, 100 * most);
  }
  fmt::print("{}\n", test.interrupted() ? "interrupted: whether the gate works here is not known"
                     : test.works()     ? "the gate works here"
                                        : "the gate does NOT work here: too noisy for this tolerance");
}

}  // namespace

ExitCode run_gate_selftest(const Plan& plan, const WorkerSet& workers, LiveGateOptions options,
                           const CommonOptions& common, const Announce& announce) {
  const auto stage = [&](const std::string& name) {
    return [&announce, name](const std::string& text) { announce(name + ": " + text); };
  };
  announce("two gates, one after the other: the usual plan takes many minutes, -d, -i and -w make it shorter");
  Selftest test{.slow_down = 1 + 3 * options.rules.max_regression};
  announce("1/2: this program against itself");
  test.same = run_live_gate(plan, workers, workers, options, stage("1/2"));
  if (!test.same.interrupted) {
    if (!test.same.decided())
      throw Error(
          "nothing could be judged: what was measured failed, or is too close to the "
          "timer's cost");
    options.planted = test.slow_down;
    options.planted_index = test.slow_index = test.same.cells.front().index;
    announce(fmt::format("2/2: {} made {:.0f} % slower by multiplying its times", test.slow_index,
                         100 * (test.slow_down - 1)));
    test.planted = run_live_gate(plan, workers, workers, options, stage("2/2"));
  }
  count(test);
  common.format == OutputFormat::kJson ? print_json(test) : print_text(test);
  if (interrupted_by() != 0) return interrupted_by() == SIGINT ? ExitCode::kInterrupted : ExitCode::kTerminated;
  return test.works() ? ExitCode::kOk : ExitCode::kRegression;
}

}  // namespace omenbench
