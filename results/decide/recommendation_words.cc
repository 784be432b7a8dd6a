// An answer in sentences that a person can act on.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "results/decide/recommendation.h"
#include "results/profile.h"
#include "results/statistics.h"
#include "results/text.h"

namespace omenbench {
namespace {

std::string quoted(const Candidate& candidate) { return "`" + candidate.index.name + "`"; }

std::string ratio_text(const MetricRatio& one) {
  if (one.ratio) return times(one.median, one.ratio->lo, one.ratio->hi);
  return fmt::format("{} ({}, too few for an interval)", times(one.median), counted(one.rounds, "round"));
}

const Against* find(const Answer& answer, std::optional<std::size_t> opponent) {
  const auto found = std::ranges::find_if(answer.against, [&](const Against& one) { return one.opponent == opponent; });
  return found == answer.against.end() ? nullptr : &*found;
}

/// Why the winner is not called faster than the best tree, and what would tell.
std::string undecided(const std::string& measured, const std::string& tree, const MetricRatio& ratio) {
  if (std::isnan(ratio.median)) {
    return fmt::format(
        "Not decided: {}. Keep {}, or measure {}.", ratio.reason, tree,
        ratio.rounds == 0 ? "longer (--budget)" : "again when the machine is quieter (omenbench doctor)");
  }
  const std::string cause = ratio.ratio ? ": " + why_open(*ratio.ratio, smallest_effect(ratio.metric)) : "";
  return fmt::format("Not decided: {}{}. Keep the tree, or measure longer (--budget).", measured, cause);
}

std::string headline(const Answer& answer, std::span<const Candidate> candidates) {
  const Candidate& winner = candidates[answer.winner];
  const Against* tree = find(answer, answer.tree);
  const std::string against_tree =
      tree == nullptr ? ""
                      : ratio_text(tree->of(Metric::kThroughput)) + " the time of " + quoted(candidates[*answer.tree]);
  switch (answer.advice) {
    case Advice::kUse:
      if (tree == nullptr) return fmt::format("Use {}; no tree was there to compare with.", quoted(winner));
      return fmt::format("Use {}: it takes {}, the best tree.", quoted(winner), against_tree);
    case Advice::kKeepTree:
      if (tree == nullptr && answer.provisional) {
        return fmt::format("A tree looked fastest: {}. Measure longer (--budget) to be sure.", quoted(winner));
      }
      if (tree == nullptr) return fmt::format("A tree is the answer here: use {}.", quoted(winner));
      return fmt::format("A tree is as good here: use or keep {} ({} takes {}).", quoted(candidates[*answer.tree]),
                         quoted(winner), against_tree);
    case Advice::kLikely: {
      const MetricRatio& ratio = tree->of(Metric::kThroughput);
      return fmt::format(
          "Very likely {}: {} faster than {}, the best tree, in {}; an interval takes {} rounds (--budget).",
          quoted(winner), times(1 / ratio.median), quoted(candidates[*answer.tree]),
          ratio.rounds == 1 ? "the one round that both ran"
                            : fmt::format("each of {} that both ran", counted(ratio.rounds, "round")),
          kMinBlocks);
    }
    case Advice::kUndecided:
      break;
  }
  if (tree == nullptr) return fmt::format("{} looked fastest, but could not be compared with a tree.", quoted(winner));
  return undecided(quoted(winner) + ", chosen by its least times, takes " + against_tree,
                   quoted(candidates[*answer.tree]), tree->of(Metric::kThroughput));
}

/// The other opponents, by their time.
std::string others(const Answer& answer, std::span<const Candidate> candidates) {
  std::string text;
  for (const Against& one : answer.against) {
    const MetricRatio& ratio = one.of(Metric::kThroughput);
    if (std::isnan(ratio.median) || (one.opponent == answer.tree && one.roles.size() == 1)) continue;
    const bool open = ratio.ratio && ratio.word == VerdictWord::kInconclusive;
    const std::string verdict = ratio.word == VerdictWord::kTie ? ", a tie"
                                : open ? ", " + why_open(*ratio.ratio, smallest_effect(ratio.metric))
                                       : "";
    text += fmt::format("{}{} that of {} ({}{})", text.empty() ? "" : "; ", ratio_text(ratio),
                        quoted(candidates[one.opponent]), fmt::join(one.roles, ", "), verdict);
  }
  return text.empty() ? "" : fmt::format("The time of {} is {}.", quoted(candidates[answer.winner]), text);
}

/// What else it costs or saves beside the tree, or beside the runner-up when the tree won.
std::string costs(const Answer& answer, std::span<const Candidate> candidates) {
  const Against* other = find(answer, answer.tree);
  if (other == nullptr && !answer.against.empty()) other = &answer.against.front();
  if (other == nullptr) return "";
  std::string text;
  constexpr std::pair<Metric, const char*> kNamed[] = {
      {Metric::kP50, "p50"}, {Metric::kP99, "p99"}, {Metric::kBytes, "memory"}, {Metric::kBuild, "build time"}};
  for (const auto& [metric, name] : kNamed) {
    const MetricRatio& ratio = other->of(metric);
    if (std::isnan(ratio.median)) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, times(ratio.median));
  }
  if (text.empty()) return "";
  text = fmt::format("Beside {} it has {}.", quoted(candidates[other->opponent]), text);
  if (other->pays_back_after) {
    text += fmt::format(" The longer build has paid for itself after {} operations.",
                        three_digits(*other->pays_back_after));
  }
  return text;
}

}  // namespace

std::vector<std::string> in_words(const Answer& answer, std::span<const Candidate> candidates) {
  std::vector<std::string> sentences;
  for (std::string sentence : {headline(answer, candidates), others(answer, candidates), costs(answer, candidates)}) {
    if (!sentence.empty()) sentences.push_back(std::move(sentence));
  }
  if (answer.provisional) {
    sentences.push_back(
        candidates[answer.winner].estimate.empty()
            ? "Provisional: measuring ended before the rounds that compare, so that these figures favour the winner."
            : fmt::format("Provisional: measuring ended after {} of the {} rounds that compare.", answer.rounds,
                          kEstimationRounds));
  }
  return sentences;
}

}  // namespace omenbench
