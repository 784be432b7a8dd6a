// See the header.
#include "results/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "harness/machine_difference.h"
#include "results/profile.h"
#include "results/statistics.h"
#include "results/text.h"

namespace omenbench {
namespace {

template <class Visit>
void for_each_headline(const Result& result, Visit visit) {
  for (const Row& row : result.rows) {
    for (const Verdict& verdict : row.verdicts) {
      if (verdict.headline) visit(verdict);
    }
  }
}

StatusCounts count_statuses(const Result& result) {
  StatusCounts counts{};
  for (const Row& row : result.rows) {
    for (const Cell& cell : row.cells) ++counts.of(cell.status);
  }
  return counts;
}

/// What headline verdicts are counted by: class, and engine of the engine classes.
std::vector<Tally> empty_tallies(const Result& result) {
  std::vector<Tally> tallies;
  const auto add = [&](const Verdict& verdict) {
    const auto same = [&](const Tally& tally) {
      return tally.opponents == verdict.opponents && tally.engine == verdict.engine();
    };
    if (std::ranges::any_of(tallies, same)) return;
    Tally fresh;
    fresh.opponents = verdict.opponents;
    fresh.engine = verdict.engine();
    tallies.push_back(std::move(fresh));
  };
  for (const Row& row : result.rows) std::ranges::for_each(row.verdicts, add);
  std::ranges::stable_sort(tallies, {}, &Tally::opponents);
  return tallies;
}

std::vector<Tally> tallies_of(const Result& result) {
  std::vector<Tally> tallies = empty_tallies(result);
  for (Tally& tally : tallies) {
    std::vector<double> ratios;
    for_each_headline(result, [&](const Verdict& verdict) {
      if (verdict.opponents != tally.opponents || verdict.engine() != tally.engine) return;
      ++tally.rows;
      if (verdict.compared()) ratios.push_back(verdict.ratio);
      ++(verdict.survives == false ? tally.not_surviving : tally.words[static_cast<std::size_t>(verdict.word)]);
    });
    tally.geometric_mean = ratios.empty() ? 0 : seven_digits(geometric_mean(ratios));
    tally.geometric_mean_rows = ratios.size();
  }
  return tallies;
}

/// Who has the least median, those that left the race compared with the others over the rounds that both have: the
/// machine may have been faster in those. Null: nobody.
const Cell* fastest_of(const Row& row, const std::vector<const Cell*>& cells) {
  const auto median_of_first = [&](const Cell* cell, std::size_t rounds) {
    const std::vector<double>& blocks = row.headline_time(*cell)->blocks;
    return median(std::span(blocks).first(std::min(rounds, blocks.size())));
  };
  const Cell* fastest = nullptr;
  for (const bool left : {false, true}) {
    for (const Cell* cell : cells) {
      if ((cell->left_after != 0) != left) continue;
      const std::size_t rounds = left ? cell->left_after : row.rounds;
      if (fastest == nullptr || median_of_first(cell, rounds) < median_of_first(fastest, rounds)) fastest = cell;
    }
  }
  return fastest;
}

/// Whether the first is surely faster, by the rounds that both have; none: there are too few.
std::optional<bool> surely_faster(const Row& row, const Cell& first, const Cell& second) {
  const std::vector<double>& ours = row.headline_time(first)->blocks;
  const std::vector<double>& theirs = row.headline_time(second)->blocks;
  const auto in_every_round = [&](const Cell& cell, std::size_t values) {
    return values == (cell.left_after != 0 ? cell.left_after : row.rounds);
  };
  if (!in_every_round(first, ours.size()) || !in_every_round(second, theirs.size())) return false;
  std::vector<double> logs;
  for (std::size_t i = 0; i < std::min(ours.size(), theirs.size()); ++i) logs.push_back(std::log(ours[i] / theirs[i]));
  const Estimate ratio = estimate(logs);
  if (ratio.interval) return ratio.interval->hi < 0;
  return second.left_after != 0 ? std::optional(true) : std::nullopt;  // who left the race was beaten
}

Winner winner_of(const Row& row) {
  std::vector<const Cell*> others;
  for (const Cell& cell : row.cells) {
    if (cell.in_process() && row.headline_time(cell) != nullptr) others.push_back(&cell);
  }
  Winner winner;
  winner.dataset = row.dataset;
  winner.keys = row.keys;
  winner.workload = row.workload;
  winner.threads = row.threads;
  winner.metric = row.headline_metric();
  winner.cold = row.cold;
  const Cell* best = fastest_of(row, others);
  if (best == nullptr) return winner;
  const BlockEstimate& first = *row.headline_time(*best);
  winner.index = best->index;
  winner.display = best->display;
  winner.family = best->family;
  winner.ns_per_op = first.median;
  std::erase(others, best);
  const Cell* next = fastest_of(row, others);
  if (next == nullptr) return winner;
  const BlockEstimate& second = *row.headline_time(*next);
  winner.runner_up = next->index;
  winner.runner_up_ns_per_op = second.median;
  bool untold = false;
  for (; next != nullptr; next = fastest_of(row, others)) {
    std::erase(others, next);
    const std::optional<bool> slower = surely_faster(row, *best, *next);
    untold |= !slower;
    if (slower == false) winner.close.push_back(next->index);
  }
  if (!untold || !winner.close.empty()) winner.clear = winner.close.empty();
  return winner;
}

std::string opponents_in_words(const Tally& tally) {
  switch (tally.opponents) {
    case OpponentClass::kOrdered:
      return "the best tree or sorted array in memory";
    case OpponentClass::kHash:
      return "the best hash map (lookups and updates only)";
    default:
      return tally.engine;
  }
}

/// Headlines of one class with their rows.
template <class Visit>
void for_each_of(const Result& result, const Tally& tally, Visit visit) {
  for (const Row& row : result.rows) {
    for (const Verdict& verdict : row.verdicts) {
      const bool same = verdict.opponents == tally.opponents && verdict.engine() == tally.engine;
      if (verdict.headline && same) visit(row, verdict);
    }
  }
}

/// What a plain tree in memory takes of an engine's time, on average over the rows: engines are far from memory,
/// whatever stands there.
struct BesideEngine {
  std::string index;
  double ratio = 0;
};
std::optional<BesideEngine> beside_engine(const Result& result, const Tally& tally) {
  std::vector<double> ratios;
  std::string index;
  for_each_of(result, tally, [&](const Row& row, const Verdict& verdict) {
    const auto tree = plain_tree_beside(row, verdict);
    if (!tree) return;
    ratios.push_back(tree->ratio);
    index = tree->index;
  });
  if (ratios.empty()) return std::nullopt;
  return BesideEngine{index, geometric_mean(ratios)};
}

/// Rows whose other metrics surely say the opposite of their headline.
std::uint64_t contradicted(const Result& result, const Tally& tally) {
  std::uint64_t rows = 0;
  for_each_of(result, tally, [&](const Row& row, const Verdict& verdict) {
    rows += verdict.survives == true && !contradiction(row, verdict).empty();
  });
  return rows;
}

/// An engine that is behind in every row, without a but: one line for all of them says as much.
bool is_far_behind(const Result& result, const Tally& tally) {
  return !tally.engine.empty() && tally.count(VerdictWord::kWins) == tally.rows && tally.geometric_mean > 0 &&
         contradicted(result, tally) == 0;
}

/// "0.0015x (postgres) to 0.067x (sqlite-memory)".
std::string range_of(std::vector<std::pair<double, std::string>> ratios) {
  const auto [least, most] = std::ranges::minmax_element(ratios);
  return fmt::format("{} ({}) to {} ({})", times(least->first), least->second, times(most->first), most->second);
}

std::string headline_of_far_behind(const Result& result, const std::vector<const Tally*>& engines) {
  std::vector<std::pair<double, std::string>> learned, trees;
  std::string tree_name;
  for (const Tally* tally : engines) {
    learned.emplace_back(tally->geometric_mean, tally->engine);
    const auto tree = beside_engine(result, *tally);
    if (!tree) continue;
    trees.emplace_back(tree->ratio, tally->engine);
    tree_name = tree->index;
  }
  std::string text = fmt::format("Best learned index against {}: faster in every row; on average it takes {} the time",
                                 counted(engines.size(), "engine"), range_of(learned));
  if (!trees.empty()) {
    text += fmt::format("; {}, in memory as well, {} to {}", tree_name, times(std::ranges::min(trees).first),
                        times(std::ranges::max(trees).first));
  }
  return text + ".";
}

/// What kept headlines from being judged: "too few rounds; timer".
std::string why_unresolved(const Result& result, const Tally& tally) {
  std::vector<std::string> causes;
  for_each_of(result, tally, [&](const Row&, const Verdict& verdict) {
    if (verdict.word != VerdictWord::kUnresolved) return;
    const std::string cause = unresolved_cause(verdict);
    if (std::ranges::find(causes, cause) == causes.end()) causes.push_back(cause);
  });
  return fmt::format("{}", fmt::join(causes, "; "));
}

std::string headline_of(const Result& result, const Tally& tally) {
  std::vector<std::string> outcomes;
  const auto add = [&](std::uint64_t count, const char* text) {
    if (count > 0) outcomes.push_back(fmt::format("{} {}", text, count));
  };
  add(tally.count(VerdictWord::kWins), "faster in");
  add(tally.count(VerdictWord::kLoses), "slower in");
  add(tally.count(VerdictWord::kTie), "tied in");
  add(tally.count(VerdictWord::kInconclusive), "inconclusive in");
  const std::uint64_t unresolved = tally.count(VerdictWord::kUnresolved);
  add(unresolved, "not comparable in");
  add(tally.not_surviving, "not certain enough after correction in");
  std::string text = fmt::format("Best learned index against {}: {} of {}", opponents_in_words(tally),
                                 fmt::join(outcomes, ", "), counted(tally.rows, "row"));
  if (unresolved > 0) text += fmt::format(" ({})", why_unresolved(result, tally));
  if (tally.geometric_mean > 0) {
    // Of a single row there is no average.
    const std::string_view over = tally.geometric_mean_rows > 1 ? "on average it" : "there it";
    text += fmt::format("; {} takes {} the time", over, times(tally.geometric_mean));
    if (const auto tree = beside_engine(result, tally)) {
      text += fmt::format(" ({}, in memory as well, {})", tree->index, times(tree->ratio));
    }
  }
  text += ".";
  const std::uint64_t mixed = contradicted(result, tally);
  if (mixed == 0) return text;
  return text + fmt::format(" In {} of these the other metrics also say the opposite: see {}.", counted(mixed, "row"),
                            mixed == 1 ? "its line" : "their lines");
}

/// A sentence for each class of opponents; for engines that are far behind, where there are several, one for all.
std::vector<std::string> headlines_of(const Result& result, const std::vector<Tally>& tallies) {
  constexpr std::size_t kSeveral = 3;
  if (tallies.empty()) return {"No learned index met an opponent: there is nothing to decide."};
  std::vector<const Tally*> far_behind;
  for (const Tally& tally : tallies) {
    if (is_far_behind(result, tally)) far_behind.push_back(&tally);
  }
  if (far_behind.size() < kSeveral) far_behind.clear();
  std::vector<std::string> headlines;
  for (const Tally& tally : tallies) {
    if (std::ranges::find(far_behind, &tally) == far_behind.end()) headlines.push_back(headline_of(result, tally));
  }
  if (!far_behind.empty()) headlines.push_back(headline_of_far_behind(result, far_behind));
  return headlines;
}

/// What the headlines are about where that is not throughput.
std::string basis_of(const Result& result) {
  if (std::ranges::any_of(result.rows, &Row::cold)) return "With cold caches, by p50: ";
  if (result.rows.empty()) return "";
  const Metric metric = result.rows.front().headline_metric();
  return metric == Metric::kThroughput ? "" : fmt::format("By {}: ", to_string(metric));
}

/// Whether a lone difference could survive the correction at all.
void note_power(const Result& result, const std::vector<Tally>& tallies, std::vector<std::string>& notes) {
  std::uint64_t comparisons = 0, rounds = 0;
  for (const Tally& tally : tallies) comparisons = std::max(comparisons, tally.geometric_mean_rows);
  for_each_headline(result, [&](const Verdict& verdict) {
    if (!verdict.compared()) return;
    rounds = rounds == 0 ? verdict.rounds : std::min(rounds, verdict.rounds);
  });
  const std::uint64_t needed = minimum_blocks(comparisons);
  if (rounds == 0 || rounds >= needed) return;
  notes.push_back(
      fmt::format("with {} compared a lone difference among {} cannot survive the correction; --blocks {} can",
                  counted(rounds, "round"), counted(comparisons, "row"), needed));
}

/// "crash 2 (Segmentation fault), timeout 1 (...)": why cells have no numbers, with the reason that most of them give.
std::string causes_of(const Result& result, const StatusCounts& counts) {
  std::vector<std::string> causes;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const auto status = static_cast<TrialStatus>(i);
    if (status == TrialStatus::kOk || status == TrialStatus::kUnsupported || counts[i] == 0) continue;
    std::map<std::string, std::uint64_t> reasons;
    for (const Row& row : result.rows) {
      for (const Cell& cell : row.cells) {
        if (cell.status == status) ++reasons[cell.reason];
      }
    }
    const auto most = std::ranges::max_element(reasons, {}, [](const auto& reason) { return reason.second; });
    causes.push_back(fmt::format("{} {} ({}{})", counts[i], to_string(status), reasons.size() > 1 ? "mostly: " : "",
                                 printable(most->first)));
  }
  return fmt::format("{}", fmt::join(causes, ", "));
}

void note_missing(const Result& result, const StatusCounts& counts, std::vector<std::string>& notes) {
  std::uint64_t all = 0;
  for (const std::uint64_t count : counts) all += count;
  all -= counts.of(TrialStatus::kUnsupported);
  const std::uint64_t missing = all - counts.of(TrialStatus::kOk);
  if (missing == 0) return;
  notes.push_back(fmt::format("{} of {} {} no numbers: {}", missing, counted(all, "cell"),
                              missing == 1 ? "has" : "have", causes_of(result, counts)));
}

std::vector<std::string> notes_of(const Result& result, const Summary& summary) {
  std::vector<std::string> notes = at_the_start(result.environment.doubts);
  if (result.interrupted) notes.emplace_back("the run was interrupted: only complete rounds are used");
  std::ranges::move(in_words(repeats_of(result)), std::back_inserter(notes));
  const auto oversubscribed = static_cast<std::uint64_t>(std::ranges::count_if(result.rows, &Row::oversubscribed));
  if (oversubscribed > 0) {
    notes.push_back(fmt::format("{} {} more threads than processors and measure the scheduler",
                                counted(oversubscribed, "row"), oversubscribed == 1 ? "has" : "have"));
  }
  note_power(result, summary.verdicts, notes);
  note_missing(result, summary.cells, notes);
  return notes;
}

}  // namespace

Repeats repeats_of(const Result& result) {
  Repeats repeats;
  for (const Row& row : result.rows) {
    repeats.lost += row.environment.repeated_trials;
    repeats.disturbed += row.environment.disturbed_trials;
  }
  repeats.others = result.superseded - std::min(result.superseded, repeats.lost);
  return repeats;
}

Summary summary_of(const Result& result) {
  Summary summary;
  summary.cells = count_statuses(result);
  summary.verdicts = tallies_of(result);
  for (const Row& row : result.rows) summary.winners.push_back(winner_of(row));
  const std::string basis = basis_of(result);
  for (const std::string& text : headlines_of(result, summary.verdicts)) summary.headlines.push_back(basis + text);
  summary.notes = notes_of(result, summary);
  return summary;
}

}  // namespace omenbench
