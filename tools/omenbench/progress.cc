// See the header. The time left is what the rounds so far took, scaled to the rounds to come, and never more than the
// budget leaves.
#include "tools/omenbench/progress.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "harness/clock.h"
#include "results/text.h"
#include "tools/omenbench/command.h"

namespace omenbench {
namespace {

constexpr std::uint64_t kLineEveryNs = 10'000'000'000;
constexpr std::size_t kBarWidth = 24;

std::string time_left(double seconds) {
  const auto whole = static_cast<long>(seconds + 0.5);
  return whole >= 60 ? fmt::format("{}m{:02}s", whole / 60, whole % 60) : fmt::format("{}s", whole);
}

}  // namespace

Progress::Progress(const RunHeader& header, std::uint64_t rounds, double estimate_s, double budget_s, bool quiet)
    : header_(header),
      rounds_(std::max<std::uint64_t>(1, rounds)),
      estimate_s_(estimate_s),
      budget_s_(budget_s),
      quiet_(quiet),
      interactive_(stderr_is_interactive()),
      start_ns_(steady_now_ns()) {}

Progress::~Progress() { clear(); }

void Progress::clear() {
  tell_left_out();
  line_.clear();
}

double Progress::fraction() const {
  const auto rows = static_cast<double>(header_.rows.size());
  std::uint64_t runnable = 0;
  for (const CellPlan& cell : header_.rows[row_].cells) runnable += cell.status == TrialStatus::kOk;
  const double in_round =
      runnable == 0 ? 0 : std::min(1.0, static_cast<double>(trials_in_round_) / static_cast<double>(runnable));
  const double in_row = std::min(1.0, (static_cast<double>(round_) + in_round) / static_cast<double>(rounds_));
  return (static_cast<double>(row_) + in_row) / rows;
}

void Progress::trial_starts(std::size_t row, std::uint64_t round, const std::string& index) {
  tell_left_out();
  if (row != row_ || round != round_) trials_in_round_ = 0;
  row_ = row;
  round_ = round;
  index_ = index;
  draw();
}

void Progress::counting(std::size_t row, const std::string& index) {
  const RowPlan& plan = header_.rows[row];
  const std::string line =
      fmt::format("row {}/{} {} {}, counting: {}", row + 1, header_.rows.size(), plan.dataset, plan.workload, index);
  if (interactive_ && !quiet_) {
    line_.show(line);
  } else if (const std::uint64_t now = steady_now_ns(); now - last_line_ns_ >= kLineEveryNs) {
    last_line_ns_ = now;
    note(line);
  }
}

void Progress::trial_ends(const TrialRecord& trial) {
  ++trials_in_round_;
  const bool left_out = trial.status == TrialStatus::kNotRun;
  if (!left_out || left_out_.empty() || left_out_.back().row != trial.row || left_out_.back().reason != trial.reason) {
    tell_left_out();
  }
  if (left_out) {
    left_out_.push_back(trial);
  } else if (trial.status != TrialStatus::kOk) {
    tell(trial.index, trial);
  }
}

void Progress::tell(const std::string& who, const TrialRecord& trial) {
  const RowPlan& row = header_.rows[trial.row];
  note(fmt::format("{} on {} {}: {}{}", who, row.dataset, row.workload, to_string(trial.status),
                   trial.reason.empty() ? "" : ": " + printable(trial.reason)));
}

void Progress::tell_left_out() {
  constexpr std::size_t kNamed = 3;
  if (left_out_.empty()) return;
  std::vector<std::string> names;
  for (const TrialRecord& trial : left_out_) names.push_back(trial.index);
  const std::string who =
      names.size() > kNamed ? fmt::format("{} indexes", names.size()) : fmt::format("{}", fmt::join(names, ", "));
  tell(who, left_out_.back());
  left_out_.clear();
}

void Progress::note(const std::string& text) {
  if (quiet_) return;
  line_.clear();
  say("{}\n", text);
}

void Progress::draw() {
  if (quiet_) return;
  const std::uint64_t now = steady_now_ns();
  if (!interactive_ && last_line_ns_ != 0 && now - last_line_ns_ < kLineEveryNs) return;
  last_line_ns_ = now;
  const double elapsed_s = static_cast<double>(now - start_ns_) / 1e9;
  const double done = fraction();
  const double left_s = std::max(0.0, budget_s_ - elapsed_s);
  const double expected_s = done > 0.005 ? elapsed_s / done * (1 - done) : std::max(1.0, estimate_s_ - elapsed_s);
  const double estimate_s = std::min(left_s, expected_s);
  const RowPlan& row = header_.rows[row_];
  const std::string round = round_ < rounds_ ? fmt::format("round {}/{}", round_ + 1, rounds_)
                                             : fmt::format("round {}, until it is decided", round_ + 1);
  const std::string where =
      fmt::format("row {}/{} {} {}, {}, {}", row_ + 1, header_.rows.size(), row.dataset, row.workload, round, index_);
  if (!interactive_) {
    say("{:3.0f} % after {}, about {} left: {}\n", 100 * done, time_left(elapsed_s), time_left(estimate_s), where);
    return;
  }
  const auto filled = static_cast<std::size_t>(done * kBarWidth);
  line_.show(fmt::format("[{}{}] {:3.0f} %  {} left  {}", std::string(filled, '#'),
                         std::string(kBarWidth - filled, '.'), 100 * done, time_left(estimate_s), where));
}

}  // namespace omenbench
