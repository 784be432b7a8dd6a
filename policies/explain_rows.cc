// See the header.
#include "policies/explain_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "results/rows.h"

namespace omenbench {
namespace {

class RowExplained {
 public:
  RowExplained(Session& session, std::size_t row, const Run& run, const RowInput& input, const WorkerSet& workers,
               const ExplainRules& rules)
      : session_(session),
        row_(row),
        run_(run),
        plan_(run.header.rows[row]),
        input_(input),
        workers_(workers),
        rules_(rules) {
    // A stream of its own, which is as long as it is run: what is not run need not be made.
    for (CellPlan& cell : plan_.cells) cell.operations = std::min(cell.operations, rules.most_operations);
    if (!whole()) plan_.operations = std::min(plan_.operations, rules.most_operations);
  }

  void count(const RowView& view) {
    std::vector<Contestant> contestants;
    for (const CellView& cell : view.cells) {
      if (!cell.ok() || is_done(cell.index->name)) continue;
      const WorkerIndex* index = workers_.find(cell.index->name);
      if (const std::string reason = why_not(index); !reason.empty()) {
        tell(cell.index->name, reason);
      } else {
        const auto& planned = plan_.cells[static_cast<std::size_t>(&cell - view.cells.data())];
        contestants.push_back({.index = index, .operations = planned.operations, .throughput_only = true});
      }
    }
    if (contestants.empty()) return;
    RowRounds rounds(session_, row_, plan_, input_);
    Round round = rounds.begin(0, contestants);
    for (const Contestant& contestant : contestants) {
      if (!round.trial(contestant)) return;
    }
  }

 private:
  /// Phases cannot be cut to a prefix.
  bool whole() const { return input_.workload.phases.size() > 1; }

  bool is_done(const std::string& index) const {
    return std::ranges::any_of(run_.explaining, [&](const TrialRecord& trial) {
      return trial.row == row_ && trial.index == index && trial.status != TrialStatus::kInterrupted;
    });
  }

  std::string why_not(const WorkerIndex* index) const {
    if (index == nullptr) return fmt::format("no worker for {} has it", workers_.isa);
    if (index->info.tier == Tier::kServer) return "a server works in another process, where nothing is counted";
    if (rules_.counting == Counting::kCallgrind && plan_.threads > 1) {
      return "valgrind runs one thread at a time";
    }
    if (whole() && plan_.operations > rules_.most_operations) {
      return fmt::format("phases cannot be cut to {} operations; give --ops", rules_.most_operations);
    }
    return "";
  }

  void tell(const std::string& index, const std::string& reason) {
    TrialRecord record;
    record.row = row_;
    record.index = index;
    record.status = TrialStatus::kUnsupported;
    record.reason = reason;
    session_.observer.on_trial(record);
  }

  Session& session_;
  std::size_t row_;
  const Run& run_;
  RowPlan plan_;
  const RowInput& input_;
  const WorkerSet& workers_;
  const ExplainRules& rules_;
};

}  // namespace

void explain_rows(Session& session, const Run& run, std::span<const RowInput> inputs, const WorkerSet& workers,
                  const ExplainRules& rules) {
  session.start_clock();
  const std::vector<RowView> views = view_rows(run);
  for (std::size_t row = 0; row < views.size() && !session.interrupted(); ++row) {
    RowExplained(session, row, run, inputs[row], workers, rules).count(views[row]);
  }
}

}  // namespace omenbench
