// See the header.
#include "results/focus.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/error.h"
#include "core/suggest.h"
#include "results/champions.h"
#include "results/statistics.h"
#include "results/text.h"
#include "results/verdicts.h"

namespace omenbench {
namespace {

/// Why the two cannot be compared round by round; empty: they can.
std::string obstacle(const Row& row, const Cell& focus, const Cell& other) {
  if (row.mutates && focus.operations != other.operations) {
    return fmt::format("the stream writes, and they ran {} and {} operations", with_commas(focus.operations),
                       with_commas(other.operations));
  }
  for (const Cell* cell : {&focus, &other}) {
    if (row.headline_time(*cell)->blocks.size() != row.rounds) return cell->index + " has no value in some rounds";
    const Percentile* p50 = cell->latency(kLatencyP50);
    if (row.headline_metric() == Metric::kP50 && p50 != nullptr && p50->unresolved_timer)
      return "timer: p50 of " + cell->index + " is too short";
  }
  if (row.rounds < kMinBlocks) return fmt::format("too few rounds: {} of {}", row.rounds, kMinBlocks);
  return "";
}

FocusPair pair_of(const Row& row, const Cell& focus, const Cell& other, bool baseline) {
  FocusPair pair{
      .opponent = other.index, .opponent_ns = row.headline_time(other)->median, .survives = {}, .reason = {}};
  pair.reason = obstacle(row, focus, other);
  if (!pair.reason.empty()) return pair;
  const double delta = smallest_effect(row.headline_metric());
  const Cell& above = baseline ? other : focus;
  const Cell& below = baseline ? focus : other;
  const Contrast found =
      contrast({row.headline_time(above)->blocks}, {}, {row.headline_time(below)->blocks}, {}, delta);
  if (!found.ratio) {
    pair.reason = "too few rounds";
    return pair;
  }
  pair.ratio = seven_digits(found.ratio->median);
  pair.lo = seven_digits(found.ratio->lo);
  pair.hi = seven_digits(found.ratio->hi);
  pair.rounds = found.ratios.size();
  pair.word = word_of(*found.ratio, delta);
  pair.p_better = found.p_better;
  pair.p_worse = found.p_worse;
  return pair;
}

FocusRow focus_row(const Row& row, std::size_t position, const Cell& focus, bool baseline) {
  FocusRow made{.row = position, .failure = {}, .pairs = {}};
  const BlockEstimate* own = row.headline_time(focus);
  if (own == nullptr) {
    made.failure = fmt::format("{}: {}", to_string(focus.status), focus.reason);
    return made;
  }
  made.ns = own->median;
  const bool ranked = focus.in_process();
  made.rank = made.of = ranked ? 1 : 0;
  for (const Cell& other : row.cells) {
    const BlockEstimate* time = row.headline_time(other);
    if (other.index == focus.index || time == nullptr) continue;
    made.pairs.push_back(pair_of(row, focus, other, baseline));
    if (!ranked || !other.in_process()) continue;
    ++made.of;
    made.rank += time->median < own->median;
  }
  std::ranges::stable_sort(made.pairs, {}, &FocusPair::opponent_ns);
  return made;
}

void correct(std::vector<FocusRow>& rows) {
  std::vector<FocusPair*> compared;
  std::vector<double> p_values;
  for (FocusRow& row : rows) {
    for (FocusPair& pair : row.pairs) {
      if (!pair.compared()) continue;
      compared.push_back(&pair);
      p_values.insert(p_values.end(), {pair.p_better, pair.p_worse});
    }
  }
  const std::vector<bool> rejected = benjamini_hochberg(p_values);
  for (std::size_t i = 0; i < compared.size(); ++i) {
    const bool loses = compared[i]->word == VerdictWord::kLoses;
    if (loses || compared[i]->word == VerdictWord::kWins) compared[i]->survives = rejected[2 * i + loses];
  }
}

std::vector<FocusOpponent> over_rows(const std::vector<FocusRow>& rows) {
  std::map<std::string, FocusOpponent> by_name;
  std::map<std::string, std::vector<double>> ratios;
  for (const FocusRow& row : rows) {
    for (const FocusPair& pair : row.pairs) {
      if (!pair.compared()) continue;
      FocusOpponent& opponent = by_name[pair.opponent];
      opponent.opponent = pair.opponent;
      ++opponent.rows;
      opponent.wins += pair.word == VerdictWord::kWins && pair.survives == true;
      opponent.loses += pair.word == VerdictWord::kLoses && pair.survives == true;
      opponent.ties += pair.word == VerdictWord::kTie;
      ratios[pair.opponent].push_back(pair.ratio);
    }
  }
  std::vector<FocusOpponent> opponents;
  for (auto& [name, opponent] : by_name) {
    opponent.geometric_mean = seven_digits(geometric_mean(ratios[name]));
    opponents.push_back(opponent);
  }
  std::ranges::stable_sort(opponents, std::ranges::greater(), &FocusOpponent::geometric_mean);
  return opponents;
}

std::vector<std::string> indexes_of(const Result& result) {
  std::vector<std::string> names;
  for (const Row& row : result.rows) {
    for (const Cell& cell : row.cells) names.push_back(cell.index);
  }
  return names;
}

}  // namespace

std::string Focus::title() const { return baseline ? "every other against " + index : index + " against every other"; }

std::string Focus::in_words() const {
  if (opponents.empty()) return index + " could be compared with no other: too few rounds, or no result";
  std::vector<const FocusOpponent*> beaten, unbeaten;
  for (const FocusOpponent& one : opponents) {
    // Wins are the opponent's where the focus is the baseline.
    const std::uint64_t ours = baseline ? one.loses : one.wins, theirs = baseline ? one.wins : one.loses;
    // A row that is surely faster says little where it is slower on average.
    const bool ahead = baseline ? one.geometric_mean > 1 : one.geometric_mean < 1;
    if (ours > 0 && theirs == 0 && ahead) beaten.push_back(&one);
    if (theirs > 0 && ours == 0 && !ahead) unbeaten.push_back(&one);
  }
  std::vector<std::string> parts;
  const auto tell = [&](const std::vector<const FocusOpponent*>& side, const char* word) {
    if (side.empty()) return;
    const auto distance = [](const FocusOpponent* one) { return std::abs(std::log(one->geometric_mean)); };
    const FocusOpponent& nearest = **std::ranges::min_element(side, {}, distance);
    parts.push_back(fmt::format("{} {} ({}{}, {} on average)", word, side.size(), side.size() > 1 ? "nearest: " : "",
                                nearest.opponent, times(nearest.geometric_mean)));
  };
  tell(beaten, "faster than");
  tell(unbeaten, "slower than");
  const std::size_t open = opponents.size() - beaten.size() - unbeaten.size();
  if (parts.empty()) return fmt::format("{} is surely faster or slower than none of {}", index, opponents.size());
  if (open > 0) parts.push_back(fmt::format("and neither throughout or surely of {}", open));
  return fmt::format("{} is {}", index, fmt::join(parts, ", "));
}

Focus focus_on(const Result& result, const std::string& index, bool baseline) {
  Focus focus{.index = index, .baseline = baseline, .rows = {}, .opponents = {}};
  for (std::size_t i = 0; i < result.rows.size(); ++i) {
    const Row& row = result.rows[i];
    const auto own = std::ranges::find(row.cells, index, &Cell::index);
    if (own != row.cells.end()) focus.rows.push_back(focus_row(row, i, *own, baseline));
  }
  if (focus.rows.empty()) {
    throw Error(fmt::format("{}: no row has an index '{}'{}", baseline ? "--versus" : "--focus", index,
                            did_you_mean(index, indexes_of(result))));
  }
  correct(focus.rows);
  focus.opponents = over_rows(focus.rows);
  if (baseline) std::ranges::reverse(focus.opponents);  // their ratios are the other way round
  return focus;
}

std::vector<Focus> foci_of(const Result& result) {
  if (!result.focus.empty() || !result.versus.empty()) {
    std::vector<Focus> asked;
    if (!result.focus.empty()) asked.push_back(focus_on(result, result.focus));
    if (!result.versus.empty()) asked.push_back(focus_on(result, result.versus, true));
    return asked;
  }
  const auto in_plan = [&](const char* option) {
    return result.plan.is_object() ? result.plan.value(option, "") : std::string();
  };
  const std::string focus = in_plan("focus"), versus = in_plan("versus");
  std::vector<std::pair<std::string, bool>> wanted;
  if (!focus.empty()) wanted.emplace_back(focus, false);
  if (!versus.empty()) wanted.emplace_back(versus, true);
  if (wanted.empty()) {
    for (const PluginInfo& plugin : result.tool.plugins) {
      for (const std::string& index : plugin.indexes) wanted.emplace_back(index, false);
    }
  }
  std::vector<Focus> foci;
  for (const auto& [index, baseline] : wanted) {
    const auto has = [&](const Row& row) {
      return std::ranges::find(row.cells, index, &Cell::index) != row.cells.end();
    };
    if (std::ranges::any_of(result.rows, has)) foci.push_back(focus_on(result, index, baseline));
  }
  return foci;
}

}  // namespace omenbench
