// See the header.
#include "results/wording.h"

#include <fmt/format.h>

#include "results/profile.h"
#include "results/text.h"

namespace omenbench {
namespace {

/// By how much, for a ratio: "1.6x" beyond a fifth, "12 %" below. What takes 0.88x of the time is 14 % faster, what
/// takes 0.88x of the bytes 12 % smaller.
std::string factor(double ratio, Metric metric = Metric::kThroughput) {
  const double larger = ratio < 1 ? 1 / ratio : ratio;
  if (larger < 1.2) {
    const bool smaller = metric == Metric::kBytes && ratio < 1;
    return fmt::format("{:.0f} %", (smaller ? 1 - ratio : larger - 1) * 100);
  }
  if (larger < 9.95) return fmt::format("{:.1f}x", larger);
  return (larger < 99.5 ? fmt::format("{:.0f}", larger) : three_digits(larger)) + "x";
}

std::string direction(Metric metric, bool better) {
  if (metric == Metric::kBytes) return better ? "smaller" : "larger";
  return better ? "faster" : "slower";
}

/// "~": would not survive the correction.
const char* mark_of(const Verdict& verdict) { return verdict.survives == false ? "~" : ""; }

}  // namespace

std::string verdict_class(const Verdict& verdict) {
  const std::string engine = verdict.engine();
  return "learned vs " + (engine.empty() ? std::string(to_string(verdict.opponents)) : engine);
}

std::string verdict_pair(const Verdict& verdict) {
  const auto name = [](const std::string& side) { return side.empty() ? std::string("none") : side; };
  return name(verdict.learned) + (verdict.learned_static ? " (static)" : "") + " / " + name(verdict.baseline);
}

std::string verdict_ratio(const Verdict& verdict) {
  if (!verdict.compared()) return "";
  return times(verdict.ratio, verdict.lo, verdict.hi);
}

std::string verdict_outcome(const Row& row, const Verdict& verdict) {
  const std::string_view word = to_string(verdict.word);
  switch (verdict.word) {
    case VerdictWord::kUnresolved:
      return "unresolved: " + verdict.reason;
    case VerdictWord::kTie:
      return fmt::format("tie: less than {:.0f} % apart", verdict.delta * 100);
    case VerdictWord::kInconclusive:
      return "inconclusive: " + why_inconclusive(verdict).what;
    default:
      break;
  }
  std::string text = fmt::format("{}{}: {} {}", mark_of(verdict), word, factor(verdict.ratio, verdict.metric),
                                 direction(verdict.metric, verdict.word == VerdictWord::kWins));
  if (!verdict.headline) return text;
  if (const std::string but = contradiction(row, verdict); !but.empty()) text += ", " + but;
  if (const auto tree = plain_tree_beside(row, verdict); tree && verdict.word == VerdictWord::kWins) {
    text += fmt::format(" ({} in memory: {}{})", tree->index, factor(tree->ratio), tree->ratio > 1 ? " slower" : "");
  }
  return text;
}

std::string verdict_conditions(const Verdict& verdict) {
  std::vector<std::string> parts;
  if (!verdict.compared()) return "";
  if (std::string rivals = verdict_rivals(verdict); !rivals.empty()) parts.push_back(std::move(rivals));
  if (verdict.word == VerdictWord::kInconclusive) {
    if (std::string more = why_inconclusive(verdict).more; !more.empty()) parts.push_back(std::move(more));
  }
  if (verdict.survives == false) {
    parts.push_back(
        fmt::format("~: among so many rows {} may be chance (p {:.2g}); more rounds or fewer rows would tell",
                    verdict.word == VerdictWord::kWins ? "a win" : "a loss", verdict.p_value.value_or(1)));
  }
  if (verdict.net) {
    parts.push_back(
        fmt::format("net of the engine's floor ({} ns) {}", three_digits(verdict.floor_ns), times(verdict.net->ratio)));
  }
  const Conditions& conditions = verdict.conditions;
  if (conditions.learned_build_ns > 0 && conditions.baseline_build_ns > 0) {
    parts.push_back(fmt::format("build {} against {}", duration(conditions.learned_build_ns),
                                duration(conditions.baseline_build_ns)));
  }
  if (conditions.break_even_operations > 0) {
    parts.push_back(
        fmt::format("the longer build is repaid after {} operations", with_commas(conditions.break_even_operations)));
  }
  return fmt::format("{}", fmt::join(parts, "; "));
}

std::string winner_sentence(const Winner& winner) {
  std::string text = fmt::format("{}  {} keys  {}{}: ", winner.dataset, with_commas(winner.keys), winner.workload,
                                 winner.threads == 1 ? "" : fmt::format("  {} threads", winner.threads));
  if (winner.index.empty()) return text + "nothing finished";
  const char* unit = winner.cold                           ? "ns p50, cold caches"
                     : winner.metric == Metric::kP50       ? "ns p50"
                     : winner.metric == Metric::kDependent ? "ns/op, dependent"
                                                           : "ns/op";
  text += fmt::format("{} ({}) {} {}", winner.index, to_string(*winner.family), three_digits(*winner.ns_per_op), unit);
  if (winner.runner_up.empty()) return text;
  text += fmt::format(", next {} {}", winner.runner_up, three_digits(*winner.runner_up_ns_per_op));
  return text + winner_doubt(winner);
}

std::string winner_doubt(const Winner& winner) {
  if (winner.too_few_rounds()) return "; too few rounds to tell";
  const std::vector<std::string> close = winner.too_close();
  if (close.empty()) return "";
  const std::string others = close.size() < 2    ? ""
                             : close.size() == 2 ? " and " + close[1]
                                                 : fmt::format(" and {} others", close.size() - 1);
  return fmt::format("; {}{} {} too close to tell", close[0], others, others.empty() ? "is" : "are");
}

std::string race_note(const Cell& cell) {
  return cell.left_after == 0 ? "" : "left after " + counted(cell.left_after, "round");
}

std::vector<std::string> legend() {
  return {
      "ns/op: time per operation without a clock inside, median of the rounds [95 % interval]; dep.: each key depends "
      "on the last answer; batch: 256 lookups at a time, where the index interleaves them; p50, p99: service time of "
      "single operations (closed loop), timer included; <=: too close to the timer's cost.",
      "A ratio is learned / opponent: below 1x the learned index is better. wins, loses: the whole interval lies "
      "beyond 5 % (p99, build: 10 %); tie: within; inconclusive: across; unresolved: could not be judged.",
      "~: would not survive the correction for the many rows of this run, not counted. (static): takes no inserts."};
}

}  // namespace omenbench
