// Champions of a place are chosen by three rounds in which fewer and fewer indexes take part, and compared in others
// (results/verdicts.h says why). See the header.
#include "policies/hunt_search.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <set>

#include "core/error.h"
#include "results/statistics.h"
#include "results/text.h"

namespace omenbench {
namespace {

/// After each round that chooses but the last: how far behind the best of its side an index may be, and how many of a
/// side go on.
struct Cut {
  double factor;
  std::size_t most;
};
constexpr Cut kCuts[kSelectionRounds - 1] = {{2.0, 4}, {1.3, 2}};
/// Of the budget, for the first impressions.
constexpr double kImpressionShare = 0.6;
/// The region of the target comes second where both could be narrowed.
constexpr double kTargetWeight = 0.7;

class Hunt {
 public:
  Hunt(Session& session, HuntGround& ground, const HuntSearch& search, const Announce& announce)
      : session_(session), ground_(ground), search_(search), announce_(announce) {}

  HuntReport run() {
    const HuntGrid grid = make_grid(ground_.bases(), search_.axes, search_.full,
                                    [this](const HuntPlace& place) { return ground_.exists(place); });
    if (grid.lines.empty())
      throw Error("--axes: size: the sets hold too few keys for the usual sizes; say others, as size=1k/10k");
    report_.lines = grid.lines;
    for (const HuntPlace& place : grid.places) report_.points.push_back(new_point(place, true));
    session_.start_clock();
    const bool seen = look_at_grid();
    report_.finished = refine() && seen;
    refuse_nothing();
    describe();
    return std::move(report_);
  }

 private:
  static HuntPoint new_point(const HuntPlace& place, bool grid) {
    HuntPoint point;
    point.place = place;
    point.grid = grid;
    return point;
  }

  std::size_t number_of(const HuntPoint& point) const {
    return static_cast<std::size_t>(&point - report_.points.data());
  }
  std::shared_ptr<const HuntRow> row_of(const HuntPoint& point) { return ground_.row(point.place, number_of(point)); }

  double spent_s() const { return session_.now_s(); }
  bool stopped(double share = 1) const {
    return session_.interrupted() || out_of_time_ || spent_s() >= share * search_.budget_s;
  }

  /// One trial of each. Nothing when the user interrupted, or the time ended: no trial begins that is as long as the
  /// longest of its place and would not end in time.
  std::optional<std::vector<TrialRecord>> run_round(const HuntRow& row, std::uint64_t number,
                                                    const std::vector<Contestant>& contestants, double& longest_s) {
    double asked_s = -1;
    const auto goes_on = [&] {
      if (asked_s >= 0) longest_s = std::max(longest_s, spent_s() - asked_s);
      asked_s = spent_s();
      out_of_time_ = spent_s() + longest_s > search_.budget_s;
      return !out_of_time_;
    };
    return row.rounds->begin(number, contestants).run(goes_on);
  }

  /// True when every place of the grid was looked at.
  bool look_at_grid() {
    for (std::size_t i = 0; i < report_.points.size(); ++i) {
      if (i > 0 && stopped(kImpressionShare)) {
        if (!session_.interrupted()) {
          report_.notes.push_back(fmt::format("{} of {} places of the grid were not tried within the budget",
                                              report_.points.size() - i, report_.points.size()));
        }
        return false;
      }
      choose_champions(report_.points[i], {});
      tell(report_.points[i], fmt::format("{}/{}", i + 1, report_.points.size()));
    }
    return true;
  }

  /// True when nothing is left to narrow.
  bool refine() {
    while (!stopped()) {
      const std::optional<Next> next = most_urgent();
      if (!next) return true;
      const HuntLine& line = report_.lines[next->line];
      const std::vector<std::size_t> compared = compared_points(report_, line);
      if (!next->probe.between) {
        more_rounds(report_.points[compared[next->probe.point]]);
        tell(report_.points[compared[next->probe.point]], "decide");
      } else {
        try_between(next->line, compared[next->probe.point], compared[next->probe.point + 1]);
      }
    }
    return false;
  }

  struct Next {
    std::size_t line = 0;
    Probe probe;
  };

  std::optional<Next> most_urgent() const {
    std::optional<Next> best;
    for (std::size_t i = 0; i < report_.lines.size(); ++i) {
      const HuntLine& line = report_.lines[i];
      const double range = position_on(line.axis, coordinate(report_.points[line.points.back()].place, line.axis)) -
                           position_on(line.axis, coordinate(report_.points[line.points.front()].place, line.axis));
      for (const bool of_target : {false, true}) {
        const Threshold threshold = of_target ? target_threshold(search_.target) : even_threshold();
        std::optional<Probe> probe =
            next_probe(frontier_points(report_, line, threshold), threshold, resolution_of(line.axis));
        if (!probe) continue;
        probe->urgency *= (of_target ? kTargetWeight : 1) / range;
        if (!best || probe->urgency > best->probe.urgency) best = Next{i, *probe};
      }
    }
    return best;
  }

  /// A new place in the middle of two; who was far behind at both of them does not take part.
  void try_between(std::size_t which, std::size_t first, std::size_t second) {
    std::set<std::string> wanted;
    for (const std::size_t neighbour : {first, second}) {
      for (const HuntTried& tried : report_.points[neighbour].tried) {
        if (tried.ns_per_op.size() > 1) wanted.insert(tried.index);
      }
    }
    const HuntPlace place = middle_of(report_, report_.lines[which], first, second);
    auto known =
        static_cast<std::size_t>(std::ranges::find(report_.points, place, &HuntPoint::place) - report_.points.begin());
    if (known == report_.points.size()) {
      report_.points.push_back(new_point(place, false));
      choose_champions(report_.points.back(), wanted);
      tell(report_.points.back(), "between");
    }
    std::vector<std::size_t>& line = report_.lines[which].points;
    line.insert(std::ranges::find(line, second), known);
  }

  static std::vector<std::size_t> best_first(const HuntPoint& point, bool learned) {
    std::size_t rounds = 0;
    for (const HuntTried& tried : point.tried) rounds = std::max(rounds, tried.ns_per_op.size());
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < point.tried.size(); ++i) {
      const HuntTried& tried = point.tried[i];
      if (tried.learned != learned || !tried.failure.empty()) continue;
      if (tried.ns_per_op.empty() || tried.ns_per_op.size() < rounds) continue;
      order.push_back(i);
    }
    std::ranges::sort(order, {}, [&](std::size_t i) { return median(point.tried[i].ns_per_op); });
    return order;
  }

  /// Who goes on after round `round`.
  static std::vector<std::size_t> survivors(const HuntPoint& point, const Cut& cut) {
    std::vector<std::size_t> all;
    for (const bool learned : {true, false}) {
      const std::vector<std::size_t> order = best_first(point, learned);
      for (std::size_t i = 0; i < order.size() && i < cut.most; ++i) {
        const double behind = median(point.tried[order[i]].ns_per_op) / median(point.tried[order[0]].ns_per_op);
        if (behind <= cut.factor) all.push_back(order[i]);
      }
    }
    return all;
  }

  /// Runs the rounds that choose. `wanted` empty: every index that can take part.
  void choose_champions(HuntPoint& point, const std::set<std::string>& wanted) try {
    const std::shared_ptr<const HuntRow> row = row_of(point);
    if (!session_.recalls()) session_.observer.on_row(number_of(point), row->plan);
    point.static_allowed = row->static_allowed;
    point.operations = row->plan.operations;
    std::vector<Contestant> contestants;
    for (const Contestant& contestant : row->contestants) {
      if (!wanted.empty() && !wanted.contains(contestant.index->info.name)) continue;
      contestants.push_back(contestant);
      point.tried.push_back({.index = contestant.index->info.name,
                             .learned = contestant.index->info.family == Family::kLearned,
                             .ns_per_op = {},
                             .failure = {}});
    }
    const auto learned = std::ranges::count(point.tried, true, &HuntTried::learned);
    const bool both = learned > 0 && learned < static_cast<std::ptrdiff_t>(point.tried.size());
    std::vector<std::size_t> alive(both ? point.tried.size() : 0);
    for (std::size_t i = 0; i < alive.size(); ++i) alive[i] = i;
    double longest_s = 0;
    for (std::size_t round = 0; round < kSelectionRounds && !alive.empty() && !stopped(); ++round) {
      std::vector<Contestant> now;
      for (const std::size_t i : alive) now.push_back(contestants[i]);
      const auto records = run_round(*row, round, now, longest_s);
      if (!records) break;
      for (std::size_t i = 0; i < alive.size(); ++i) note((*records)[i], point.tried[alive[i]]);
      if (round < std::size(kCuts)) alive = survivors(point, kCuts[round]);
    }
    name_champions(point);
  } catch (const Error& error) {
    point.failure = error.what();  // this place cannot be had; others can
  }

  static void note(const TrialRecord& record, HuntTried& tried) {
    if (record.status != TrialStatus::kOk) {
      tried.failure = fmt::format("{}{}{}", to_string(record.status), record.reason.empty() ? "" : ": ", record.reason);
      return;
    }
    tried.ns_per_op.push_back(record.passes[0].ns_per_op);
  }

  void name_champions(HuntPoint& point) const {
    const std::vector<std::size_t> learned = best_first(point, true);
    const std::vector<std::size_t> classical = best_first(point, false);
    const bool measured = !learned.empty() && !classical.empty();
    if (!measured) {
      const bool cut_off = stopped() && std::ranges::all_of(point.tried, &std::string::empty, &HuntTried::failure);
      const auto missing = [&](bool wanted) {
        return std::ranges::none_of(point.tried, [&](const HuntTried& one) { return one.learned == wanted; });
      };
      point.failure = cut_off         ? "not measured in time"
                      : missing(true) ? "no learned index can run here"
                      : missing(false)
                          ? "no classical index can run here"
                          : fmt::format("no {} index has a result here", learned.empty() ? "learned" : "classical");
      return;
    }
    const HuntTried& ours = point.tried[learned[0]];
    const HuntTried& theirs = point.tried[classical[0]];
    point.learned = ours.index;
    point.baseline = theirs.index;
    std::vector<double> logs;
    for (std::size_t i = 0; i < std::min(ours.ns_per_op.size(), theirs.ns_per_op.size()); ++i) {
      logs.push_back(std::log(ours.ns_per_op[i] / theirs.ns_per_op[i]));
    }
    point.impression = median(logs);
    if (logs.size() < kSelectionRounds) point.failure = "not enough rounds in time to choose champions";
  }

  /// Rounds of the champions up to the next look that either threshold wants.
  void more_rounds(HuntPoint& point) {
    std::size_t goal = 0;
    for (const Threshold& threshold : {even_threshold(), target_threshold(search_.target)}) {
      const auto look = next_look(point.log_ratios(), point.impression, threshold);
      if (look && (goal == 0 || *look < goal)) goal = *look;
    }
    const std::shared_ptr<const HuntRow> row = row_of(point);
    std::vector<Contestant> champions;
    for (const std::string& name : {point.learned, point.baseline}) {
      champions.push_back(*std::ranges::find_if(
          row->contestants, [&](const Contestant& contestant) { return contestant.index->info.name == name; }));
    }
    double longest_s = 0;
    while (point.learned_ns.size() < goal && !stopped()) {
      const auto records = run_round(*row, kSelectionRounds + point.learned_ns.size(), champions, longest_s);
      if (!records) return;
      for (const TrialRecord& record : *records) {
        HuntTried outcome;
        note(record, outcome);
        if (!outcome.failure.empty()) point.failure = fmt::format("{}: {}", record.index, outcome.failure);
      }
      if (!point.failure.empty()) return;
      point.learned_ns.push_back((*records)[0].passes[0].ns_per_op);
      point.baseline_ns.push_back((*records)[1].passes[0].ns_per_op);
    }
  }

  void tell(const HuntPoint& point, const std::string& stage) const {
    std::string text = fmt::format("{:4.0f} s  {:<7}  {}: ", spent_s(), stage, hunt_label(point.place, std::nullopt));
    if (!point.compared()) {
      announce_(text + point.failure);
      return;
    }
    const Judgement known = judge(point.log_ratios(), point.impression, even_threshold());
    text += fmt::format("{} / {} {}", point.learned, point.baseline, times(std::exp(known.log_ratio)));
    if (std::isfinite(known.lo)) text += fmt::format(" [{}, {}]", times(std::exp(known.lo)), times(std::exp(known.hi)));
    announce_(text);
  }

  /// A hunt in which nothing could be compared was asked wrongly.
  void refuse_nothing() const {
    if (session_.interrupted() || std::ranges::any_of(report_.points, &HuntPoint::compared)) return;
    const HuntPoint& first = report_.points.front();
    throw Error(fmt::format("nothing could be compared; {}: {}", hunt_label(first.place, std::nullopt),
                            first.failure.empty() ? "not measured in time" : first.failure));
  }

  void describe() {
    report_.target = search_.target;
    report_.budget_s = search_.budget_s;
    report_.spent_s = spent_s();
    report_.interrupted = session_.interrupted();
    std::set<std::string> failures;
    for (const HuntPoint& point : report_.points) {
      const std::string label = hunt_label(point.place, std::nullopt);
      if (!point.failure.empty()) failures.insert(fmt::format("{}: {}", label, point.failure));
      for (const HuntTried& tried : point.tried) {
        if (!tried.failure.empty()) failures.insert(fmt::format("{}: {}: {}", label, tried.index, tried.failure));
      }
    }
    report_.notes.insert(report_.notes.end(), failures.begin(), failures.end());
    std::ranges::move(session_.notes(), std::back_inserter(report_.notes));
  }

  Session& session_;
  HuntGround& ground_;
  const HuntSearch& search_;
  const Announce& announce_;
  HuntReport report_;
  bool out_of_time_ = false;
};

}  // namespace

HuntReport hunt(Session& session, HuntGround& ground, const HuntSearch& search, const Announce& announce) {
  return Hunt(session, ground, search, announce).run();
}

}  // namespace omenbench
