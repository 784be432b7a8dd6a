// See the header.
#include "results/decide/break_even.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "results/text.h"

namespace omenbench {
namespace {

constexpr double kKeysStep = 1.1;

/// Whole hundredths, so that 0 is met exactly.
double next_share(double share) { return (std::round(100 * share) + 1) / 100; }
double previous_share(double share) { return (std::round(100 * share) - 1) / 100; }

CostPoint moved(const CostPoint& here, BreakEven::Axis axis, double to) {
  CostPoint there = here;
  if (axis == BreakEven::Axis::kInserts) {
    there.inserts = to;
    // Inserts take the place of all other operations alike.
    const double left = here.inserts < 1 ? (1 - to) / (1 - here.inserts) : 0;
    there.changes *= left;
    there.scanned *= left;
  } else {
    // More keys of the same kind: as many lines per key.
    const double factor = to / here.keys;
    there.keys = to;
    there.local_segments = std::max(1.0, here.local_segments * factor);
    there.global_segments = std::max(1.0, here.global_segments * factor);
  }
  return there;
}

bool can_serve(const Candidate& candidate, const CostPoint& point, Question question) {
  return !candidate.barred && can_answer(candidate, question) && (point.inserts == 0 || !candidate.index.is_static);
}

/// ln(time / yardstick) at a point, so that at `here` it is what was measured.
std::optional<double> expected(const CostModel& model, const Candidate& candidate, const Candidate& yardstick,
                               const CostPoint& here, const CostPoint& there) {
  const auto before = model.predict(candidate.index.name, here);
  const auto after = model.predict(candidate.index.name, there);
  const double measured = least_ratio(candidate, yardstick);
  if (!before || !after || !(measured > 0)) return std::nullopt;
  return std::log(measured) + after->log_ratio - before->log_ratio;
}

/// The candidate that is faster than the winner there by more than 5 %, and most so.
std::optional<std::size_t> faster_there(const CostModel& model, std::span<const Candidate> candidates,
                                        const Answer& answer, const Candidate& yardstick, const CostPoint& here,
                                        const CostPoint& there) {
  const auto winner = expected(model, candidates[answer.winner], yardstick, here, there);
  if (!winner) return std::nullopt;
  std::optional<std::size_t> best;
  double best_log = *winner - std::log1p(smallest_effect(Metric::kThroughput));
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (i == answer.winner || !can_serve(candidates[i], there, answer.question)) continue;
    const auto log = expected(model, candidates[i], yardstick, here, there);
    if (!log || *log >= best_log) continue;
    best = i;
    best_log = *log;
  }
  return best;
}

/// No ground to walk from: the answer is open, or what looks faster already here went out in other rounds than the
/// winner was measured in.
bool open_here(const CostModel& model, const CostPoint& here, std::span<const Candidate> candidates,
               const Answer& answer, const Candidate& yardstick) {
  return answer.advice == Advice::kUndecided || faster_there(model, candidates, answer, yardstick, here, here);
}

const Candidate* yardstick_of(const CostModel& model, std::span<const Candidate> candidates) {
  const auto found = std::ranges::find_if(
      candidates, [&](const Candidate& candidate) { return candidate.index.name == model.yardstick(); });
  return found == candidates.end() ? nullptr : &*found;
}

}  // namespace

std::vector<BreakEven> break_evens(const CostModel& model, const CostPoint& here, std::span<const Candidate> candidates,
                                   const Answer& answer) {
  std::vector<BreakEven> found;
  const Candidate* yardstick = yardstick_of(model, candidates);
  if (yardstick == nullptr) return found;
  if (open_here(model, here, candidates, answer, *yardstick)) return found;
  const auto walk = [&](BreakEven::Axis axis, bool above, auto&& next, double end) {
    double at = axis == BreakEven::Axis::kInserts ? here.inserts : here.keys;
    for (at = next(at); above ? at <= end : at >= end; at = next(at)) {
      const auto other = faster_there(model, candidates, answer, *yardstick, here, moved(here, axis, at));
      if (!other) continue;
      const double ours = model.predict(candidates[answer.winner].index.name, here)->error;
      const double theirs = model.predict(candidates[*other].index.name, here)->error;
      const double error = std::hypot(ours, theirs);
      const double lead =
          std::log(least_ratio(candidates[*other], *yardstick) / least_ratio(candidates[answer.winner], *yardstick));
      const bool vague = lead <= error;
      found.push_back({axis, above, at, *other, error, vague});
      return;
    }
  };
  const auto [fewest, most] = model.keys_range();
  const double most_inserts = model.inserts_range().second;
  const bool grows = !candidates[answer.winner].index.is_static;
  if (grows) walk(BreakEven::Axis::kInserts, true, next_share, most_inserts);
  if (here.inserts > 0) walk(BreakEven::Axis::kInserts, false, previous_share, 0.0);
  walk(
      BreakEven::Axis::kKeys, true, [](double at) { return at * kKeysStep; }, most);
  walk(
      BreakEven::Axis::kKeys, false, [](double at) { return at / kKeysStep; }, fewest);
  return found;
}

std::vector<std::string> in_words(std::span<const BreakEven> changes, const CostModel& model, const CostPoint& here,
                                  std::span<const Candidate> candidates, const Answer& answer) {
  std::vector<std::string> sentences;
  const Candidate& winner = candidates[answer.winner];
  if (winner.index.is_static) {
    std::string fastest;
    double least = INFINITY;
    for (const Candidate& other : candidates) {
      if (other.index.is_static || !can_serve(other, here, answer.question)) continue;
      const std::optional<Paired> beside = paired(other, winner);
      if (!beside || beside->median >= least) continue;
      fastest = fmt::format("; of those that do, `{}` was the fastest, at {} its time ({})", other.index.name,
                            times(beside->median), counted(beside->rounds, "round"));
      least = beside->median;
    }
    sentences.push_back(fmt::format("Inserts or erases: `{}` takes none{}.", winner.index.name, fastest));
  }
  if (here.inserts > 0) {
    sentences.emplace_back("Without inserts, static indexes could take part: ask again with a mix that has none.");
  }
  bool size_changes = false;
  for (const BreakEven& change : changes) {
    const bool inserts = change.axis == BreakEven::Axis::kInserts;
    size_changes |= !inserts;
    if (change.vague) {
      sentences.push_back(
          fmt::format("With {} {} `{}` may become faster; the two are too close here for the cost model (within a "
                      "factor of {:.2f}) "
                      "to say from where on.",
                      change.above ? "more" : "fewer", inserts ? "inserts" : "keys",
                      candidates[change.other].index.name, std::exp(change.error)));
      continue;
    }
    const std::string at = inserts ? fmt::format("about {:.0f} % inserts", 100 * change.at)
                                   : fmt::format("about {} keys", three_digits(change.at));
    sentences.push_back(fmt::format("{} {}, `{}` would be faster (cost model, within a factor of {:.2f}).",
                                    change.above ? "Above" : "Below", at, candidates[change.other].index.name,
                                    std::exp(change.error)));
  }
  const auto [fewest, most] = model.keys_range();
  const bool known = model.predict(winner.index.name, here).has_value();
  const Candidate* yardstick = yardstick_of(model, candidates);
  if (known && yardstick != nullptr && open_here(model, here, candidates, answer, *yardstick)) {
    sentences.emplace_back(
        "Other shares of inserts and other sizes: nothing is said, because too much was left undecided here.");
  } else if (model.samples() == 0) {
    sentences.emplace_back("Other sizes and mixes: nothing is said, for there is no cost model of byte strings.");
  } else if (!known) {
    sentences.push_back(fmt::format("The cost model does not know `{}`: nothing is said about other sizes and mixes.",
                                    winner.index.name));
  } else if (!size_changes) {
    sentences.push_back(fmt::format("Size: no change is expected from {} to {} keys (cost model).",
                                    three_digits(fewest), three_digits(most)));
  }
  return sentences;
}

}  // namespace omenbench
