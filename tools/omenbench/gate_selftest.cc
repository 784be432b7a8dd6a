// See the header.
#include "tools/omenbench/gate_selftest.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/interrupt.h"
#include "results/text.h"
#include "tools/omenbench/outputs.h"

namespace omenbench {
namespace {

void print_json(const GateSelftest& test) {
  using Json = nlohmann::ordered_json;
  const Json json = {{"schema", "omenbench.gate-selftest/1"},
                     {"works", test.interrupted() ? Json() : Json(test.works())},
                     {"interrupted", test.interrupted()},
                     {"false_red", test.false_red},
                     {"clean_measurements", test.clean},
                     {"planted", test.slow_down},
                     {"planted_measurements", test.planted_cells},
                     {"planted_found", test.found},
                     {"same", to_json(test.same)},
                     {"slower", test.planted ? to_json(*test.planted) : Json()}};
  fmt::print("{}\n", json_text(json, 2));
}

/// What the selftest failed by.
std::string why_not(const GateSelftest& test) {
  std::vector<std::string> causes;
  if (test.false_red > 0) causes.emplace_back("it is red without a change");
  if (test.found < test.planted_cells) causes.emplace_back("it misses the planted slow-down");
  if (test.same.count(GateWord::kTooNoisy) > 0) causes.emplace_back("too noisy for this tolerance");
  if (test.same.count(GateWord::kCutOff) > 0) causes.emplace_back("the budget ended before all had their rounds");
  if (test.same.count(GateWord::kUnresolved) > 0) causes.emplace_back("too close to the timer's cost");
  if (test.same.count(GateWord::kOneSided) > 0) causes.emplace_back("some cannot be compared with themselves");
  return fmt::format("{}", fmt::join(causes, "; "));
}

void print_text(const GateSelftest& test) {
  fmt::print("false alarms: {} of {} without a change\n", test.false_red, counted(test.clean, "measurement"));
  if (const std::size_t noisy = test.same.count(GateWord::kTooNoisy); noisy > 0) {
    fmt::print("too noisy to exclude +{:.3g} % without a change: {}\n", 100 * test.same.rules.to_see(),
               counted(noisy, "measurement"));
  }
  if (test.planted) {
    fmt::print("planted {:.0f} % slower: {} of {} found\n", 100 * (test.slow_down - 1), test.found, test.planted_cells);
  }
  if (!test.detectable.empty()) {
    const auto [least, most] = std::ranges::minmax(test.detectable);
    fmt::print("detectable here in nine gates of ten: {:.1f} % to {:.1f} %, depending on the measurement\n",
               100 * least, 100 * most);
  }
  fmt::print("{}\n", test.interrupted() ? std::string("interrupted: whether the gate works here is not known")
                     : test.works()     ? "the gate works here"
                                        : "the gate does NOT work here: " + why_not(test));
}

}  // namespace

ExitCode print_gate_selftest(const GateSelftest& test, const CommonOptions& common) {
  common.format == OutputFormat::kJson ? print_json(test) : print_text(test);
  if (interrupted_by() != 0) return interrupt_code();
  return test.works() ? ExitCode::kOk : ExitCode::kRegression;
}

}  // namespace omenbench
