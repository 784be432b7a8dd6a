// See the header.
#include "results/profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "results/champions.h"
#include "results/statistics.h"
#include "results/text.h"
#include "results/verdicts.h"

namespace omenbench {
namespace {

std::string joined(const std::vector<std::string>& parts) {
  if (parts.size() < 2) return parts.empty() ? "" : parts[0];
  return fmt::format("{} and {}", fmt::join(parts.begin(), parts.end() - 1, ", "), parts.back());
}

std::string larger(double ratio) { return times(ratio < 1 ? 1 / ratio : ratio); }

/// What the pairs chosen by other rounds would say if nothing were too close to them.
VerdictWord without_rivals(const Verdict& verdict) {
  std::vector<double> logs;
  for (const double ratio : verdict.ratios) logs.push_back(std::log(ratio));
  if (logs.empty()) return VerdictWord::kInconclusive;
  const Estimate found = estimate(logs);
  if (!found.interval) return VerdictWord::kInconclusive;
  return word_of({std::exp(found.median), std::exp(found.interval->lo), std::exp(found.interval->hi), 0},
                 verdict.delta);
}

/// Rounds after which an interval, narrowing with their root, would clear the nearest edge of the band; 0: no telling.
std::uint64_t rounds_to_tell(const Verdict& verdict) {
  const double band = std::log1p(verdict.delta), middle = std::log(verdict.ratio);
  const double half = std::log(verdict.hi / verdict.lo) / 2;
  const double distance = std::min(std::abs(middle - band), std::abs(middle + band));
  const double rounds = static_cast<double>(verdict.rounds) * std::pow(half / distance, 2);
  return rounds <= 100 ? static_cast<std::uint64_t>(std::ceil(std::max(rounds, 1.0))) : 0;
}

/// Wider than half of the band: more rounds would narrow it, where a narrow one lies across an edge of the band.
bool is_noisy(double lo, double hi, double delta) { return std::log(hi / lo) / 2 >= std::log1p(delta) / 2; }

/// The verdicts of the headline's contest, the headline first.
std::vector<const Verdict*> contest_of(const Row& row, const Verdict& headline) {
  std::vector<const Verdict*> all = {&headline};
  for (const Verdict& verdict : row.verdicts) {
    if (&verdict != &headline && verdict.same_contest(headline)) all.push_back(&verdict);
  }
  return all;
}

/// "p50 (1.4x)", with the pair where it is another one; "~" where it may be an accident of comparing often.
std::string by_metric(const Verdict& verdict, const Verdict& headline) {
  std::string text = (verdict.survives == false ? "~" : "") + std::string(to_string(verdict.metric));
  std::string in_brackets = verdict.decided() ? larger(verdict.ratio) : "";
  if (verdict.compared() && (verdict.learned != headline.learned || verdict.baseline != headline.baseline)) {
    in_brackets += (in_brackets.empty() ? "" : ", ") + verdict.learned + " / " + verdict.baseline;
  }
  return in_brackets.empty() ? text : text + " (" + in_brackets + ")";
}

}  // namespace

std::string verdict_rivals(const Verdict& verdict) {
  constexpr std::size_t kNamed = 3;
  std::vector<std::string> sides;
  for (const auto& [champion, rivals] :
       {std::pair(&verdict.learned, &verdict.learned_rivals), std::pair(&verdict.baseline, &verdict.baseline_rivals)}) {
    if (rivals->empty()) continue;
    const std::size_t named = rivals->size() > kNamed ? kNamed - 1 : rivals->size();
    std::string side = *champion;
    for (std::size_t i = 0; i < named; ++i) side += (i + 1 == rivals->size() ? " or " : ", ") + (*rivals)[i];
    if (named < rivals->size()) side += fmt::format(" or one of {} others", rivals->size() - named);
    sides.push_back(std::move(side));
  }
  return sides.empty() ? "" : fmt::format("too close to tell: {}", fmt::join(sides, "; "));
}

Cause why_inconclusive(const Verdict& verdict) {
  const VerdictWord by_interval = word_of({verdict.ratio, verdict.lo, verdict.hi, verdict.coverage}, verdict.delta);
  if (by_interval != VerdictWord::kInconclusive) {
    return {"medians and rounds contradict each other", "the machine changed its speed while it measured"};
  }
  const bool rivals = !verdict.learned_rivals.empty() || !verdict.baseline_rivals.empty();
  if (rivals && without_rivals(verdict) != VerdictWord::kInconclusive) {
    return {"too close to tell which is the best", ""};
  }
  if (!is_noisy(verdict.lo, verdict.hi, verdict.delta)) {
    return {why_open({verdict.ratio, verdict.lo, verdict.hi, verdict.coverage}, verdict.delta), ""};
  }
  if (verdict.ratios.empty()) return {"too noisy", ""};
  const auto [least, most] = std::ranges::minmax(verdict.ratios);
  std::string more = fmt::format("rounds from {} to {}", times(least), times(most));
  if (const std::uint64_t rounds = rounds_to_tell(verdict); rounds > verdict.rounds) {
    more += fmt::format("; about {} may tell", counted(rounds, "round"));
  }
  return {why_open({verdict.ratio, verdict.lo, verdict.hi, verdict.coverage}, verdict.delta),
          more + "; omenbench doctor says what makes this machine noisy"};
}

std::string why_open(const Ratio& ratio, double delta) {
  return fmt::format(fmt::runtime(is_noisy(ratio.lo, ratio.hi, delta) ? "too noisy to tell whether {:.0f} % apart"
                                                                      : "about as far apart as counts, {:.0f} %"),
                     delta * 100);
}

std::string unresolved_cause(const Verdict& verdict) { return verdict.reason.substr(0, verdict.reason.find(':')); }

std::string contradiction(const Row& row, const Verdict& headline) {
  if (!headline.decided()) return "";
  const VerdictWord other = headline.word == VerdictWord::kWins ? VerdictWord::kLoses : VerdictWord::kWins;
  std::vector<std::string> metrics;
  for (const Verdict* verdict : contest_of(row, headline)) {
    if (verdict->word == other && verdict->survives != false) metrics.emplace_back(to_string(verdict->metric));
  }
  return metrics.empty() ? "" : fmt::format("but {} by {}", to_string(other), joined(metrics));
}

std::string profile_sentence(const Row& row, const Verdict& headline) {
  const std::vector<const Verdict*> all = contest_of(row, headline);
  if (all.size() < 2) return "";
  std::vector<std::string> parts;
  const auto add = [&](VerdictWord word, const char* format) {
    std::vector<std::string> metrics;
    for (const Verdict* verdict : all) {
      if (verdict->word == word) metrics.push_back(by_metric(*verdict, headline));
    }
    if (!metrics.empty()) parts.push_back(fmt::format(fmt::runtime(format), joined(metrics)));
  };
  add(VerdictWord::kWins, "wins by {}");
  add(VerdictWord::kLoses, "loses by {}");
  add(VerdictWord::kTie, "ties by {}");
  add(VerdictWord::kInconclusive, "open: {}");
  for (const Verdict* verdict : all) {
    if (verdict == &headline || verdict->word != VerdictWord::kUnresolved) continue;
    parts.push_back(fmt::format("{} unresolved ({})", to_string(verdict->metric), unresolved_cause(*verdict)));
  }
  return fmt::format("{}", fmt::join(parts, "; "));
}

std::optional<PlainTree> plain_tree_beside(const Row& row, const Verdict& headline) {
  if (!headline.headline || !is_engine_class(headline.opponents) || !headline.compared()) return std::nullopt;
  const Cell* engine = row.find(headline.baseline);
  if (engine == nullptr || row.headline_time(*engine) == nullptr) return std::nullopt;
  const auto beside = [&](const Cell* tree) -> std::optional<PlainTree> {
    if (tree == nullptr || row.headline_time(*tree) == nullptr) return std::nullopt;
    return PlainTree{tree->index, row.headline_time(*tree)->median / row.headline_time(*engine)->median};
  };
  // What people know as a B-tree, else whatever tree there is.
  for (const char* name : {"absl-btree", "btree", "std-map"}) {
    if (auto found = beside(row.find(name))) return found;
  }
  for (const Cell& cell : row.cells) {
    if (cell.family != Family::kTree || !cell.in_process()) continue;
    if (auto found = beside(&cell)) return found;
  }
  return std::nullopt;
}

}  // namespace omenbench
