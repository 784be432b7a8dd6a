// Who wins: the best learned index of a row against the best opponent of each class, metric by metric. Rounds are
// paired (both sides ran the same operations minutes apart), so a ratio per round is what is estimated; champions are
// chosen on other rounds than they are estimated on, or the winner's luck would be counted as speed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "results/rows.h"

namespace omenbench {

enum class OpponentClass : std::uint8_t { kOrdered, kHash, kEmbedded, kServer };
enum class VerdictWord : std::uint8_t { kWins, kLoses, kTie, kInconclusive, kUnresolved };

std::string_view to_string(OpponentClass opponents);
std::string_view to_string(VerdictWord word);

/// Rounds on which champions are chosen, and how many others are then needed.
inline constexpr std::size_t kSelectionRounds = 3;
inline constexpr std::size_t kEstimationRounds = 9;

/// Smallest relative effect worth acting on: 10 % for p99 and build, else 5 %.
double smallest_effect(Metric metric);

/// What a row's headline is about: throughput, or p50 where caches are evicted between operations.
Metric headline_metric(const RowView& row);

/// Learned / baseline; below 1 the learned index is better.
struct Ratio {
  double median = 0, lo = 0, hi = 0, coverage = 0;
};

/// The word for a ratio whose smallest effect worth acting on is `delta`.
VerdictWord word_of(const Ratio& ratio, double delta);

struct Verdict {
  OpponentClass opponents = OpponentClass::kOrdered;
  Metric metric = Metric::kThroughput;
  const CellView* learned = nullptr;   ///< champion, or null when that side has no result
  const CellView* baseline = nullptr;  ///< likewise; the engine itself in the engine classes when it has a result
  std::string engine;                  ///< engine classes: its name
  VerdictWord word = VerdictWord::kUnresolved;
  std::string reason;          ///< why unresolved; else empty
  std::optional<Ratio> ratio;  ///< none when unresolved
  std::optional<Ratio> net;    ///< engine classes: with the floor taken off the engine's time
  std::vector<double> ratios;  ///< per round of the estimate
  std::size_t selection_rounds = 0;
  /// What is clearly better than a champion over all rounds, in this metric: the choice rests on few. Empty: nothing.
  std::string caution;
  /// Operations that both sides are compared over; in rows that write, the shorter of the two prefixes.
  std::uint64_t operations = 0;
  double floor_ns = 0;  ///< engine classes: no-op round trip per operation; 0: none
  /// One-sided sign tests on the band, both directions; 1 when unresolved.
  double p_better = 1, p_worse = 1;
  std::optional<bool> survives;  ///< wins and loses, after correct_for_many_rows

  bool decided() const { return word == VerdictWord::kWins || word == VerdictWord::kLoses; }
  /// The p-value in the direction of the median; none when unresolved.
  std::optional<double> p_value() const;
};

/// All verdicts of a row, the headline (ordered, throughput) first. Classes without a planned opponent are left out,
/// and so are rows without a planned learned index. `timer_cost_ns` NaN: unknown, no percentile is resolved.
std::vector<Verdict> decide_row(const RowView& row, double timer_cost_ns);

/// Benjamini-Hochberg over the rows of each class and metric, both directions; sets `survives`.
void correct_for_many_rows(std::vector<std::vector<Verdict>>& rows);

/// True when a percentile is too close to the timer's own cost to be believed.
bool below_timer(double ns, double timer_cost_ns);

}  // namespace omenbench
