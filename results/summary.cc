// See the header.
#include "results/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "core/trial_io.h"
#include "harness/trial_record.h"
#include "results/headline.h"
#include "results/statistics.h"
#include "results/text.h"

namespace omenbench {
namespace {

using Json = nlohmann::ordered_json;

bool of_engine(const Json& verdict) { return verdict["class"] == "embedded" || verdict["class"] == "server"; }

/// {class, engine or null}: what headline verdicts are counted by.
Json group_of(const Json& verdict) {
  return {{"class", verdict["class"]}, {"baseline", of_engine(verdict) ? verdict["baseline"] : Json()}};
}

template <class Visit>
void for_each_verdict(const Json& result, Visit visit) {
  for (const Json& row : result["rows"]) {
    for (const Json& verdict : row["verdicts"]) visit(verdict);
  }
}

Json count_statuses(const Json& result) {
  Json counts = Json::object();
  for (int i = 0; i < kTrialStatuses; ++i) counts[std::string(to_string(static_cast<TrialStatus>(i)))] = 0;
  for (const Json& row : result["rows"]) {
    for (const Json& cell : row["cells"]) {
      Json& count = counts[cell["status"].get<std::string>()];
      count = count.get<int>() + 1;
    }
  }
  return counts;
}

Json tally_of(const Json& result, const Json& group) {
  int rows = 0, not_surviving = 0;
  Json words = {{"wins", 0}, {"loses", 0}, {"tie", 0}, {"inconclusive", 0}, {"unresolved", 0}};
  std::vector<double> ratios;
  for_each_verdict(result, [&](const Json& verdict) {
    if (!is_headline(verdict) || group_of(verdict) != group) return;
    ++rows;
    if (!verdict["ratio"].is_null()) ratios.push_back(verdict["ratio"].get<double>());
    if (verdict["survives_correction"] == false) {
      ++not_surviving;
      return;
    }
    Json& count = words[verdict["verdict"].get<std::string>()];
    count = count.get<int>() + 1;
  });
  Json tally = group;
  tally["rows"] = rows;
  for (const auto& [word, count] : words.items()) tally[word] = count;
  tally["not_surviving"] = not_surviving;
  tally["geometric_mean"] = ratios.empty() ? Json() : Json(std::stod(fmt::format("{:.7g}", geometric_mean(ratios))));
  tally["geometric_mean_rows"] = ratios.size();
  return tally;
}

Json tallies_of(const Json& result) {
  std::vector<Json> groups;
  for (const char* opponents : {"ordered", "hash", "embedded", "server"}) {
    for_each_verdict(result, [&](const Json& verdict) {
      if (verdict["class"] != opponents) return;
      Json group = group_of(verdict);
      if (std::ranges::find(groups, group) == groups.end()) groups.push_back(std::move(group));
    });
  }
  Json tallies = Json::array();
  for (const Json& group : groups) tallies.push_back(tally_of(result, group));
  return tallies;
}

/// The estimate that a row's cells are ranked by; null where a cell has none.
const Json& headline_time(const Json& row, const Json& cell) {
  const Json& pass = cell["passes"][row["cold"] == true ? "latency" : "throughput"];
  return pass.is_null() ? pass : pass[row["cold"] == true ? "p50" : "ns_per_op"];
}

Json winner_of(const Json& row) {
  std::vector<std::pair<double, const Json*>> ranking;
  for (const Json& cell : row["cells"]) {
    const Json& time = headline_time(row, cell);
    if (cell["tier"] == "in-process" && !time.is_null()) ranking.emplace_back(time["median"].get<double>(), &cell);
  }
  std::ranges::stable_sort(ranking, {}, &std::pair<double, const Json*>::first);
  Json winner = {
      {"dataset", row["dataset"]}, {"keys", row["keys"]}, {"workload", row["workload"]}, {"threads", row["threads"]}};
  for (const char* field : {"index", "display", "family"}) {
    winner[field] = ranking.empty() ? Json() : (*ranking[0].second)[field];
  }
  if (row["cold"] == true) winner["metric"] = "p50";
  winner["ns_per_op"] = ranking.empty() ? Json() : Json(ranking[0].first);
  winner["runner_up"] = ranking.size() < 2 ? Json() : (*ranking[1].second)["index"];
  winner["runner_up_ns_per_op"] = ranking.size() < 2 ? Json() : Json(ranking[1].first);
  winner["clear"] = nullptr;
  if (ranking.size() >= 2) {
    const Json& hi = headline_time(row, *ranking[0].second)["hi"];
    const Json& lo = headline_time(row, *ranking[1].second)["lo"];
    if (!hi.is_null() && !lo.is_null()) winner["clear"] = hi.get<double>() < lo.get<double>();
  }
  return winner;
}

std::string opponents_in_words(const Json& tally) {
  if (tally["class"] == "ordered") return "the best tree or sorted array in memory";
  if (tally["class"] == "hash") return "the best hash map (lookups and updates only)";
  return tally["baseline"].get<std::string>();
}

std::string headline_of(const Json& tally) {
  const int rows = tally["rows"].get<int>();
  std::vector<std::string> outcomes;
  const auto add = [&](const char* field, const char* text) {
    if (const int count = tally[field].get<int>(); count > 0) outcomes.push_back(fmt::format("{} {}", text, count));
  };
  add("wins", "faster in");
  add("loses", "slower in");
  add("tie", "tied in");
  add("inconclusive", "inconclusive in");
  add("unresolved", "not comparable in");
  add("not_surviving", "not certain enough after correction in");
  std::string text = fmt::format("Best learned index against {}: ", opponents_in_words(tally));
  for (std::size_t i = 0; i < outcomes.size(); ++i) text += (i > 0 ? ", " : "") + outcomes[i];
  text += fmt::format(" of {} {}", rows, rows == 1 ? "row" : "rows");
  if (!tally["geometric_mean"].is_null()) {
    const double mean = tally["geometric_mean"].get<double>();
    text += fmt::format("; on average it takes {} the time", times(mean));
  }
  return text + ".";
}

std::string plural(std::uint64_t count, std::string_view thing) {
  return fmt::format("{} {}{}", with_commas(count), thing, count == 1 ? "" : "s");
}

/// Whether a lone difference could survive the correction at all.
void note_power(const Json& result, const Json& tallies, Json& notes) {
  std::size_t comparisons = 0, rounds = 0, chosen_on = 0;
  for (const Json& tally : tallies) {
    comparisons = std::max(comparisons, tally["geometric_mean_rows"].get<std::size_t>());
  }
  for_each_verdict(result, [&](const Json& verdict) {
    if (!is_headline(verdict) || verdict["ratio"].is_null()) return;
    rounds =
        rounds == 0 ? verdict["rounds"].get<std::size_t>() : std::min(rounds, verdict["rounds"].get<std::size_t>());
    chosen_on = std::max(chosen_on, verdict["champions_chosen_on"].get<std::size_t>());
  });
  const std::size_t needed = minimum_blocks(comparisons);
  if (rounds == 0 || rounds >= needed) return;
  notes.push_back(
      fmt::format("with {} compared a lone difference among {} cannot survive the correction; --blocks {} can",
                  plural(rounds, "round"), plural(comparisons, "row"), needed + chosen_on));
}

Json notes_of(const Json& result, const Json& counts, const Json& tallies) {
  Json notes = Json::array();
  if (result["interrupted"] == true) notes.push_back("the run was interrupted: only complete rounds are used");
  if (const auto count = result["superseded"].get<std::uint64_t>(); count > 0) {
    notes.push_back(fmt::format("{} repeated and not used", plural(count, "trial")));
  }
  int failed = 0;
  for (const auto& [status, count] : counts.items()) {
    // What was cut off, by the user or from outside, says nothing about its index.
    if (status != "ok" && status != "unsupported" && status != "not_run" && status != "interrupted") {
      failed += count.get<int>();
    }
  }
  if (const int count = counts.at("interrupted").get<int>(); count > 0) {
    notes.push_back(fmt::format("{} interrupted",
                                plural(static_cast<std::uint64_t>(count), "cell") + (count == 1 ? " was" : " were")));
  }
  if (failed > 0) notes.push_back(fmt::format("{} failed", plural(static_cast<std::uint64_t>(failed), "cell")));
  const auto oversubscribed =
      std::ranges::count_if(result["rows"], [](const Json& row) { return row["oversubscribed"] == true; });
  if (oversubscribed > 0) {
    notes.push_back(fmt::format(
        "{} more threads than processors and measure the scheduler",
        plural(static_cast<std::uint64_t>(oversubscribed), "row") + (oversubscribed == 1 ? " has" : " have")));
  }
  note_power(result, tallies, notes);
  return notes;
}

}  // namespace

Json summary_of(const Json& result) {
  Json counts = count_statuses(result);
  Json tallies = tallies_of(result);
  Json winners = Json::array(), headlines = Json::array();
  for (const Json& row : result["rows"]) winners.push_back(winner_of(row));
  const bool cold = std::ranges::any_of(result["rows"], [](const Json& row) { return row["cold"] == true; });
  for (const Json& tally : tallies)
    headlines.push_back((cold ? "With cold caches, by p50: " : "") + headline_of(tally));
  if (tallies.empty()) headlines.push_back("No learned index met an opponent: there is nothing to decide.");
  Json notes = notes_of(result, counts, tallies);
  return {{"cells", std::move(counts)},
          {"verdicts", std::move(tallies)},
          {"winners", std::move(winners)},
          {"headlines", std::move(headlines)},
          {"notes", std::move(notes)}};
}

}  // namespace omenbench
