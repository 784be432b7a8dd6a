// See the header.
#include "policies/gate_rounds.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <optional>

#include "core/error.h"
#include "harness/session/round_order.h"
#include "results/text.h"
#include "results/two_samples.h"

namespace omenbench {
namespace {

/// The sides on which a trial had no value of a metric.
struct Lack {
  bool base = false, head = false;

  bool any() const { return base || head; }
};

/// A contender while it is measured.
struct Contender {
  std::vector<GateCell> cells;
  /// Per cell, rounds of the screen in which a side was too close to the timer's cost.
  std::vector<std::size_t> bounds{};
  /// Per cell; where a side lacks it, it has no ratio and gets no more rounds.
  std::vector<Lack> lacks{};
  std::string base_failure{}, head_failure{};
  bool base_skipped = false, head_skipped = false;
  bool cut_off = false;       ///< there is no time for its next trials
  double slowest_pair_s = 0;  ///< one trial of each side

  bool failed() const { return !base_failure.empty() || !head_failure.empty(); }
  bool upper_bound(std::size_t cell) const { return bounds[cell] * 2 > cells[cell].screen.size(); }
};

/// Until when a group may measure what it needs, in seconds of its source.
struct GroupTime {
  std::function<double()> now_s;
  double screen_until_s = 0;               ///< the whole budget: who has no screen has no answer
  std::function<double()> decide_until_s;  ///< leaves the groups to come their screens
  double extra_until_s = 0;                ///< its share: rounds that not every cell gets
};

/// Runs the rounds of one group.
class GroupGate {
 public:
  GroupGate(GateGroup& group, const LiveGateOptions& options, GroupTime time)
      : group_(group), options_(options), time_(std::move(time)) {
    for (const std::vector<GateCell>& cells : group.contenders()) {
      contenders_.push_back(
          {.cells = cells, .bounds = std::vector<std::size_t>(cells.size()), .lacks = std::vector<Lack>(cells.size())});
    }
  }

  /// False when the user interrupted.
  bool screen() { return run(GateStep::kScreen, options_.rules.screen_rounds, options_.rules.most_screen_rounds); }
  bool decide() { return run(GateStep::kDecide, options_.rules.decide_rounds, options_.rules.most_decide_rounds); }

  std::size_t suspects() const { return wanting(GateStep::kDecide).size(); }

  /// Adds the cells of those whose rounds are complete, or were ended by the budget: all, unless the user interrupted.
  /// What neither side has goes to `absent`.
  void report(std::vector<GateCell>& cells, std::vector<GateCell>& absent) const {
    constexpr const char* kLacking = "it has no value above 0";
    for (const Contender& contender : contenders_) {
      const bool whole = complete(contender);
      if (!(whole || contender.cut_off) || (contender.base_skipped && contender.head_skipped)) continue;
      for (std::size_t m = 0; m < contender.cells.size(); ++m) {
        const Lack& lack = contender.lacks[m];
        if (lack.base && lack.head && !contender.failed()) {
          absent.push_back(contender.cells[m]);
          continue;
        }
        GateCell& cell = cells.emplace_back(contender.cells[m]);
        if (!whole && !settled(contender, m)) cell.cut_off = rounds_of(cell);
        cell.upper_bound = contender.upper_bound(m);
        cell.base_failure = contender.base_failure;
        cell.head_failure = contender.head_failure;
        if (contender.failed()) continue;
        if (lack.base) cell.base_failure = kLacking;
        if (lack.head) cell.head_failure = kLacking;
      }
    }
  }

 private:
  GateStep step(const Contender& contender, std::size_t metric) const {
    const GateCell& cell = contender.cells[metric];
    const bool bound = cell.screen.size() >= options_.rules.screen_rounds && contender.upper_bound(metric);
    const bool over = contender.failed() || bound || contender.lacks[metric].any();
    return over ? GateStep::kDone : next_step(cell, options_.rules);
  }

  /// Whether the metric has the rounds that everything gets.
  bool settled(const Contender& contender, std::size_t metric) const {
    return step(contender, metric) == GateStep::kDone || is_extra(contender.cells[metric], options_.rules);
  }

  bool complete(const Contender& contender) const {
    for (std::size_t m = 0; m < contender.cells.size(); ++m) {
      if (!settled(contender, m)) return false;
    }
    return true;
  }

  /// What a cell has of what it needs: "2 of 6 rounds".
  std::string rounds_of(const GateCell& cell) const {
    const GateRules& rules = options_.rules;
    if (cell.screen.size() < rules.screen_rounds) {
      return fmt::format("{} of {} rounds", cell.screen.size(), rules.screen_rounds);
    }
    return fmt::format("looked slower, and {} of {} fresh rounds", cell.decision.size(), rules.decide_rounds);
  }

  /// Whether the next trials of a contender can end in time, by the slowest pair so far.
  bool fits(const Contender& contender, GateStep stage) const {
    bool extra = true;
    for (std::size_t m = 0; m < contender.cells.size(); ++m) {
      extra &= contender.lacks[m].any() || is_extra(contender.cells[m], options_.rules);
    }
    const double until_s = extra                        ? time_.extra_until_s
                           : stage == GateStep::kScreen ? time_.screen_until_s
                                                        : time_.decide_until_s();
    const double now_s = time_.now_s();
    return now_s < until_s && now_s + contender.slowest_pair_s * static_cast<double>(trials_of(stage)) <= until_s;
  }

  std::size_t trials_of(GateStep stage) const { return stage == GateStep::kDecide ? options_.rules.decide_trials : 1; }

  /// Those that take part in rounds of this stage now.
  std::vector<std::size_t> wanting(GateStep stage) const {
    std::vector<std::size_t> which;
    const bool in_time = time_.now_s() < time_.extra_until_s;
    for (std::size_t c = 0; c < contenders_.size(); ++c) {
      const Contender& contender = contenders_[c];
      if (contender.cut_off) continue;
      bool wants = false;
      for (std::size_t m = 0; m < contender.cells.size(); ++m) {
        wants |= step(contender, m) == stage && (in_time || !is_extra(contender.cells[m], options_.rules));
      }
      if (wants) which.push_back(c);
    }
    return which;
  }

  /// Rounds of one stage, as many at a time as it has at least. False when the user interrupted.
  bool run(GateStep stage, std::size_t rounds, std::size_t most) {
    for (std::size_t done = 0; done + rounds <= most; done += rounds) {
      const std::vector<std::size_t> taking_part = wanting(stage);
      if (taking_part.empty()) return true;
      for (std::size_t round = 0; round < rounds; ++round) {
        if (!run_round(next_round_++, stage, taking_part)) return false;
        if (std::ranges::all_of(taking_part, [&](std::size_t c) { return contenders_[c].cut_off; })) return true;
      }
    }
    return true;
  }

  bool run_round(std::uint64_t number, GateStep stage, const std::vector<std::size_t>& taking_part) {
    group_.begin(number);
    for (const std::uint64_t which : round_order(contenders_.size(), number, group_.seed())) {
      Contender& contender = contenders_[which];
      if (contender.failed() || std::ranges::find(taking_part, which) == taking_part.end()) continue;
      contender.cut_off |= !fits(contender, stage);
      if (contender.cut_off) continue;
      if (!run_sides(which, (number + which) % 2 == 0, stage)) return false;
    }
    return true;
  }

  /// The round's trials of both sides, base first in every other one of them. False when the user interrupted.
  bool run_sides(std::size_t which, bool base_first, GateStep stage) {
    Contender& contender = contenders_[which];
    std::vector<GateTrial> base, head;
    for (std::size_t t = 0; t < trials_of(stage) && !contender.failed(); ++t, base_first = !base_first) {
      const double began_s = time_.now_s();
      for (const bool is_head : {!base_first, base_first}) {
        std::optional<GateTrial> trial = group_.trial(which, is_head);
        if (!trial) return false;
        (is_head ? contender.head_failure : contender.base_failure) = trial->failure;
        (is_head ? contender.head_skipped : contender.base_skipped) = trial->skipped;
        (is_head ? head : base).push_back(*std::move(trial));
      }
      contender.slowest_pair_s = std::max(contender.slowest_pair_s, time_.now_s() - began_s);
    }
    if (!contender.failed()) note_ratios(contender, base, head, stage);
    return true;
  }

  /// For the metrics that are in this stage.
  void note_ratios(Contender& contender, const std::vector<GateTrial>& base, const std::vector<GateTrial>& head,
                   GateStep stage) const {
    for (std::size_t m = 0; m < contender.cells.size(); ++m) {
      if (step(contender, m) != stage) continue;
      contender.lacks[m] = {.base = lacks(base, m), .head = lacks(head, m)};
      if (contender.lacks[m].any()) continue;
      GateCell& cell = contender.cells[m];
      const bool planted = options_.planted_index.empty() || options_.planted_index == cell.index;
      const GateValue before = least_disturbed(base, m);
      const GateValue after = least_disturbed(head, m);
      const double plus = std::log(planted ? options_.planted : 1);
      const double fastest = plus + std::log(after.value / before.value);
      if (stage == GateStep::kScreen) {
        contender.bounds[m] += before.bound || after.bound;
        cell.screen.push_back(fastest);
      } else {
        cell.decision.push_back(fastest);
        cell.middle.push_back(plus + shift_between(logs_of(base, m), logs_of(head, m)).median);
      }
    }
  }

  static bool lacks(const std::vector<GateTrial>& trials, std::size_t metric) {
    return std::ranges::any_of(trials, [&](const GateTrial& trial) { return !(trial.values[metric].value > 0); });
  }

  static std::vector<double> logs_of(const std::vector<GateTrial>& trials, std::size_t metric) {
    std::vector<double> logs;
    for (const GateTrial& trial : trials) logs.push_back(std::log(trial.values[metric].value));
    return logs;
  }

  static GateValue least_disturbed(const std::vector<GateTrial>& trials, std::size_t metric) {
    GateValue least = trials.front().values[metric];
    for (const GateTrial& trial : trials) {
      if (trial.values[metric].value < least.value) least = trial.values[metric];
    }
    return least;
  }

  GateGroup& group_;
  const LiveGateOptions& options_;
  GroupTime time_;
  std::vector<Contender> contenders_;
  std::uint64_t next_round_ = 0;
};

/// What the groups to come take when they are like those that are done; nothing before the first.
std::string time_left(double spent_s, std::size_t done, std::size_t groups) {
  if (done == 0) return "";
  return fmt::format(", about {} left",
                     duration(1e9 * spent_s / static_cast<double>(done) * static_cast<double>(groups - done)));
}

/// False when the user interrupted.
bool decide_suspects(GroupGate& gate, const GateRules& rules, const Announce& announce) {
  if (gate.suspects() == 0) return true;
  announce(fmt::format("  {} looked slower, or too noisy to tell: {} fresh rounds and more decide", gate.suspects(),
                       rules.decide_rounds));
  return gate.decide();
}

/// Whether there are rounds that tell something of it.
bool judged(const GateCell& cell) {
  return cell.word == GateWord::kPass || cell.word == GateWord::kRegression || cell.word == GateWord::kTooNoisy;
}

void count_found(GateSelftest& test) {
  test.false_red = test.same.count(GateWord::kRegression);
  test.clean = test.same.cells.size();
  if (!test.planted) return;
  for (const GateCell& cell : test.planted->cells) {
    // In another row it may fail, or be too close to the timer's cost: a slow-down cannot show there.
    const bool hidden = cell.word == GateWord::kUnresolved || cell.word == GateWord::kFailsOnBoth;
    const bool slow = cell.index == test.slow_index && !hidden;
    test.planted_cells += slow;
    test.clean += !slow;
    test.found += slow && cell.red();
    test.false_red += !slow && cell.red();
    if (cell.detectable > 0 && cell.word != GateWord::kUnresolved) test.detectable.push_back(cell.detectable);
  }
}

/// What was asked for and neither side has, as a dependent pass where operations write; one sentence for each metric.
std::vector<std::string> notes_of_absent(const std::vector<GateCell>& absent) {
  std::map<std::string, std::vector<std::string>> names;  // by metric
  for (const GateCell& cell : absent) names[cell.metric].push_back(cell.name());
  std::vector<std::string> notes;
  for (const auto& [metric, those] : names) {
    notes.push_back(fmt::format("{}: neither side has a value of it in {}, which {} not judged: {}{}", metric,
                                counted(those.size(), "measurement"), those.size() == 1 ? "is" : "are", those.front(),
                                those.size() > 1 ? ", ..." : ""));
  }
  return notes;
}

}  // namespace

GateReport measure_gate(GateSource& source, const LiveGateOptions& options, const Announce& announce) {
  GateReport report{.base = {}, .head = {}, .rules = options.rules};
  const std::size_t groups = source.groups();
  const double start_s = source.now_s();
  const double end_s = start_s + options.budget_s;
  double slowest_screen_s = 0;
  std::vector<GateCell> absent;
  for (std::size_t g = 0; g < groups; ++g) {
    announce(fmt::format("{}/{} {}: {} rounds to screen{}", g + 1, groups, source.title(g), options.rules.screen_rounds,
                         time_left(source.now_s() - start_s, g, groups)));
    const std::unique_ptr<GateGroup> group = source.open(g);
    const auto later = static_cast<double>(groups - g - 1);
    GroupTime time{
        .now_s = [&source] { return source.now_s(); },
        .screen_until_s = end_s,
        .decide_until_s = [&] { return end_s - later * slowest_screen_s; },
        // What one group leaves of its share is there for the next.
        .extra_until_s = start_s + options.budget_s * static_cast<double>(g + 1) / static_cast<double>(groups)};
    GroupGate gate(*group, options, std::move(time));
    const double began_s = source.now_s();
    const bool done = !source.interrupted() && gate.screen();
    slowest_screen_s = std::max(slowest_screen_s, source.now_s() - began_s);
    const bool decided = done && decide_suspects(gate, options.rules, announce);
    gate.report(report.cells, absent);
    if (!decided) {
      report.notes.push_back(fmt::format("interrupted: {} of {} {} were measured", g, groups, source.kind()));
      break;
    }
    std::ranges::move(source.gone(g), std::back_inserter(report.cells));
  }
  report.interrupted = source.interrupted();
  const std::vector<std::string> told = notes_of_absent(absent);
  if (report.cells.empty() && !report.interrupted) {
    throw Error(told.empty() ? "the two sides have nothing in common that can run"
                             : "nothing could be judged: " + told.front());
  }
  report.notes.insert(report.notes.begin(), told.begin(), told.end());
  std::ranges::move(source.notes(), std::inserter(report.notes, report.notes.begin()));
  decide_gate(report.cells, options.rules);
  if (const std::size_t open = report.count(GateWord::kCutOff); open > 0) {
    report.notes.push_back(
        fmt::format("the budget of {} ended before {} of {} had the rounds that all get; a longer "
                    "--budget or fewer rows and indexes measure them",
                    duration(1e9 * options.budget_s), open, counted(report.cells.size(), "measurement")));
  }
  return report;
}

GateSelftest test_gate(GateSource& source, LiveGateOptions options, const Announce& announce) {
  const auto stage = [&](const std::string& name) {
    return [&announce, name](const std::string& text) { announce(name + ": " + text); };
  };
  GateSelftest test{.slow_down = 1 + 3 * options.rules.max_regression};
  announce("1/2: this program against itself");
  test.same = measure_gate(source, options, stage("1/2"));
  if (!test.same.interrupted) {
    const auto first = std::ranges::find_if(test.same.cells, judged);
    if (first == test.same.cells.end()) {
      throw Error("nothing could be judged: what was measured failed, or is too close to the timer's cost");
    }
    options.planted = test.slow_down;
    options.planted_index = test.slow_index = first->index;
    announce(fmt::format("2/2: {} made {:.0f} % slower by multiplying its times", test.slow_index,
                         100 * (test.slow_down - 1)));
    test.planted = measure_gate(source, options, stage("2/2"));
  }
  count_found(test);
  return test;
}

}  // namespace omenbench
