// See the header.
#include "results/decide/conclusion.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace omenbench {
namespace {

bool is_comparison(const Decision& decision, const Answer& answer) {
  return !answer.against.empty() || std::ranges::none_of(decision.candidates, [&](const Candidate& one) {
    return one.missed && can_answer(one, answer.question);
  });
}

std::string too_short(const Decision& decision, std::ptrdiff_t missed, double comparison_s) {
  const auto measured =
      std::ranges::count_if(decision.candidates, [](const Candidate& one) { return !one.best_rounds().empty(); });
  const double enough = std::ceil(comparison_s);  // before the first trial nothing is known of the others
  return fmt::format("--budget {:g}s allowed no comparison: it ended after {} of {} indexes; {} would do",
                     decision.budget_s, measured, measured + missed,
                     enough > decision.budget_s ? fmt::format("about {:.0f}s", enough) : "a longer one");
}

}  // namespace

std::vector<Question> questions_of(const std::vector<Candidate>& candidates) {
  std::vector<Question> questions;
  const auto any = [&](bool ordered) {
    return std::ranges::any_of(candidates, [&](const Candidate& one) { return one.index.ordered == ordered; });
  };
  if (any(false)) questions.push_back(Question::kSingleKeys);
  if (any(true)) questions.push_back(Question::kOrdered);
  return questions;
}

void conclude(Decision& decision, const std::vector<Question>& questions, bool mutates) {
  for (const Question question : questions) {
    const Champions champions = choose_champions(decision.candidates, question, decision.model.yardstick());
    const auto found = answer(decision.candidates, champions, question, decision.timer_cost_ns, mutates);
    if (!found || !is_comparison(decision, *found)) continue;
    decision.changes.push_back(break_evens(decision.model, decision.point, decision.candidates, *found));
    decision.answers.push_back(*found);
    if (decision.candidates[found->winner].index.ordered) break;
  }
}

void require_answer(const Decision& decision, const std::vector<std::string>& limits, double comparison_s) {
  if (!decision.answers.empty() || decision.interrupted) return;
  const auto missed = std::ranges::count(decision.candidates, true, &Candidate::missed);
  if (missed > 0) throw Error(too_short(decision, missed, comparison_s));
  const auto beyond = std::ranges::count_if(
      decision.candidates, [](const Candidate& one) { return one.out.starts_with("beyond the limit of"); });
  if (beyond > 0) {
    throw Error(fmt::format("no index that was measured lies within --limit {}: {} are beyond it",
                            fmt::join(limits, " and --limit "), beyond));
  }
  const Candidate& first = decision.candidates.front();
  throw Error(
      fmt::format("no index could be measured; {}: {}", first.index.name, first.out.empty() ? "no result" : first.out));
}

}  // namespace omenbench
