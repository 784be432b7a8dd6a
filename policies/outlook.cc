// See the header.
#include "policies/outlook.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "results/statistics.h"
#include "results/text.h"

namespace omenbench {
namespace {

/// What a verdict is between.
struct Sides {
  bool learned = false, opponents = false;
};

Sides sides_of(const RowPlan& row, std::span<const IndexSummary> indexes) {
  Sides sides;
  for (const CellPlan& cell : row.cells) {
    const auto index = std::ranges::find(indexes, cell.index, &IndexSummary::name);
    if (cell.status != TrialStatus::kOk || index == indexes.end()) continue;
    if (index->family == "reference" || (row.reshapes && index->is_static)) continue;
    if (index->family == "learned") {
      sides.learned = true;
    } else {
      sides.opponents |= index->family != "hash" || !row.ordered;
    }
  }
  return sides;
}

/// "12 m" as --budget takes it, rounded up to a full half minute.
std::string budget_text(double seconds) {
  const auto halves = static_cast<std::uint64_t>(std::ceil(seconds / 30));
  return halves % 2 == 0 ? fmt::format("{}m", halves / 2) : fmt::format("{}s", halves * 30);
}

/// How so many rounds are had.
std::string remedy(const RunOutlook& run, std::uint64_t rounds) {
  const double needed_s = 1.1 * run.round_s * static_cast<double>(rounds);
  const bool affordable = needed_s <= run.budget_s;
  std::string text = run.blocks ? fmt::format("--blocks {}", rounds) : "";
  if (affordable) return text;
  // A shard gets its part of what is asked for the plan.
  const double plan_s =
      needed_s * static_cast<double>(run.rows.size() + run.rows_elsewhere) / static_cast<double>(run.rows.size());
  text += fmt::format("{}--budget {}", text.empty() ? "" : " and ", budget_text(plan_s));
  return text + ", or fewer rows, indexes or operations (--ops)";
}

}  // namespace

std::vector<std::string> what_cannot_be_decided(const RunOutlook& run) {
  std::vector<std::string> sentences;
  std::uint64_t without_learned = 0, without_opponents = 0, comparable = 0;
  for (const RowPlan& row : run.rows) {
    const Sides sides = sides_of(row, run.indexes);
    without_learned += !sides.learned;
    without_opponents += sides.learned && !sides.opponents;
    comparable += sides.learned && sides.opponents;
  }
  const auto none = [&](std::uint64_t rows, const char* what) {
    if (rows > 0) {
      sentences.push_back(fmt::format("{} of {} will have no verdict: no {} takes part there; -i adds one", rows,
                                      counted(run.rows.size(), "row"), what));
    }
  };
  if (run.round_s > run.budget_s) {
    sentences.push_back(fmt::format(
        "the first round of all rows takes about {:.0f} s, more than the budget of {:g} s: what has not had "
        "its turn by then is not run",
        std::ceil(run.round_s), run.budget_s));
  }
  none(without_learned, "learned index");
  none(without_opponents, "tree, array, hash map or engine");
  if (comparable == 0) return sentences;
  const double held = run.round_s > 0 ? std::floor(run.budget_s / run.round_s) : 1e6;
  const bool budget_ends = !run.blocks || held < static_cast<double>(*run.blocks);
  const auto rounds = budget_ends ? static_cast<std::uint64_t>(std::min(held, 1e6)) : *run.blocks;
  const std::string basis = budget_ends ? fmt::format("the budget of {:g} s holds {} of these rows", run.budget_s,
                                                      rounds == 0 ? "no round" : "about " + counted(rounds, "round"))
                                        : fmt::format("--blocks {} asks for {}", rounds, counted(rounds, "round"));
  const std::uint64_t all = comparable + run.rows_elsewhere;
  const std::uint64_t enough = minimum_blocks(all);
  if (rounds < kMinBlocks) {
    sentences.push_back(
        fmt::format("{}, too few for any verdict, which takes {}: {}", basis, kMinBlocks, remedy(run, kMinBlocks)));
  } else if (rounds < enough) {
    sentences.push_back(
        fmt::format("{}: too few for a lone difference among {} to survive the correction for comparing "
                    "often (it would carry ~), which takes {}: {}",
                    basis, counted(all, "row"), enough, remedy(run, enough)));
  }
  return sentences;
}

}  // namespace omenbench
