// The decision for people: what the keys are like, what was measured, what to do, what would change it.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "results/decide/decision.h"
#include "results/statistics.h"
#include "results/text.h"

namespace omenbench {
namespace {

TableCell median_cell(const std::optional<Estimate>& value, std::string (*write)(double)) {
  return value ? number_cell(write(value->median), value->median) : TableCell{};
}

TableCell latency(const Decision& decision, const Candidate& candidate, Metric metric) {
  const auto value = estimate_of(candidate, metric);
  if (value && below_timer(value->median, decision.timer_cost_ns)) {
    return bound_cell(three_digits(value->median), value->median);
  }
  return median_cell(value, three_digits);
}

TableLine line_of(const Decision& decision, const Candidate& candidate) {
  const auto time = estimate_of(candidate, Metric::kThroughput);
  auto bytes = estimate_of(candidate, Metric::kBytes);
  if (bytes) bytes->median /= std::max(decision.point.keys, 1.0);
  const Candidate* yardstick = yardstick_of(decision);
  const auto to_tree = yardstick == nullptr ? std::nullopt : compared(candidate, *yardstick);
  TableCell per_operation = median_cell(time, three_digits);
  if (time && time->interval) {
    per_operation.lo = time->interval->lo;
    per_operation.hi = time->interval->hi;
    per_operation.small = interval_of(time->interval->lo, time->interval->hi, three_digits);
  }
  const auto ratio = [](double value) { return number_cell(times(value), value); };
  return {.cells = {{.text = candidate.index.name},
                    {.text = candidate.index.family},
                    std::move(per_operation),
                    latency(decision, candidate, Metric::kP50),
                    latency(decision, candidate, Metric::kP99),
                    median_cell(estimate_of(candidate, Metric::kBuild), duration),
                    median_cell(bytes, three_digits),
                    to_tree ? ratio(to_tree->median) : TableCell{},
                    candidate.predicted ? ratio(candidate.predicted->ratio()) : TableCell{}}};
}

/// Of indexes that cannot serve at all; more are only counted.
constexpr std::size_t kMostNamed = 8;

/// "3.20x", with its interval where there were rounds enough for one.
std::string paired_text(const Paired& beside) {
  if (!beside.ratio) return times(beside.median);
  return times(beside.median, beside.ratio->lo, beside.ratio->hi);
}

/// The others: the reason, and for those that were measured their time beside that of the winner in the same rounds.
std::vector<std::string> left_out(const Decision& decision) {
  std::map<std::string, std::string> by_reason;
  for (const Candidate& candidate : decision.candidates) {
    if (candidate.out.empty()) continue;
    const auto beside = beside_winner(decision, candidate);
    std::string heading = candidate.out;
    std::string name = candidate.index.name;
    if (beside) {
      heading += fmt::format(" (beside {}, {})", decision.candidates[beside->winner].index.name,
                             counted(beside->paired.rounds, "round"));
      name += " " + paired_text(beside->paired);
    }
    std::string& names = by_reason[heading];
    names += (names.empty() ? "" : ", ") + name;
  }
  std::map<std::string, std::vector<std::string>> unsupported;
  for (const auto& [name, reason] : decision.unsupported) unsupported[reason].push_back(name);
  for (const auto& [reason, names] : unsupported) {
    by_reason[reason] = names.size() > kMostNamed ? fmt::format("{} indexes (--json names them)", names.size())
                                                  : fmt::format("{}", fmt::join(names, ", "));
  }
  std::vector<std::string> lines;
  for (const auto& [heading, names] : by_reason) lines.push_back(fmt::format("{}: {}", heading, names));
  return lines;
}

/// What the answer is for when values repeat; empty when none do.
std::string duplicates_text(const DatasetSummary& dataset) {
  if (dataset.duplicates_dropped == 0) return "";
  return fmt::format(
      "{} of the {} values repeat others and were dropped: the answer is for distinct keys (--duplicates keeps them)",
      with_commas(dataset.duplicates_dropped), with_commas(dataset.rows));
}

/// What a reader has to know about the keys beside their number.
std::vector<std::string> notes_of(const Decision& decision) {
  std::vector<std::string> notes = decision.dataset.notes;
  if (const std::string text = duplicates_text(decision.dataset); !text.empty()) notes.insert(notes.begin(), text);
  return notes;
}

std::string model_line(const Decision& decision) {
  if (decision.model.samples() == 0) {
    return "cost model: there is none of byte strings; nothing was left out for its sake, and nothing else is forecast";
  }
  std::vector<double> off;
  for (const Candidate& candidate : decision.candidates) {
    const double measured = measured_ratio(decision, candidate);
    if (!candidate.predicted || std::isnan(measured) || candidate.index.name == decision.model.yardstick()) continue;
    off.push_back(std::abs(candidate.predicted->log_ratio - std::log(measured)));
  }
  if (off.empty()) return "";
  return fmt::format(
      "cost model: predicted and measured time beside {} differ by a factor of {:.2f} in the median over {} indexes "
      "({:.2f} was expected)",
      decision.model.yardstick(), std::exp(median(off)), off.size(), std::exp(decision.model.typical_error()));
}

std::string effort(const Decision& decision) {
  std::size_t trials = 0;
  for (const Candidate& candidate : decision.candidates) {
    trials += candidate.screen.size() + candidate.select.size() + candidate.estimate.size();
  }
  return fmt::format("{} trials of up to {} operations in {:.0f} s{}{}", trials, with_commas(decision.operations),
                     decision.spent_s, decision.out_of_time ? " (the budget ended them)" : "",
                     decision.interrupted ? " (interrupted)" : "");
}

std::string question_of(const Decision& decision, const Answer& answer) {
  if (decision.answers.size() < 2) return "Recommendation";
  return answer.question == Question::kOrdered ? "If you need keys in order (ranges, neighbours)"
                                               : "If you only look up single keys";
}

Table table_of(const Decision& decision) {
  Table table{.columns = {{.name = "index"}, {.name = "family"}, number_column("ns/op", "[95 % interval]")}};
  for (const char* name : {"p50", "p99", "build", "bytes/key", "to B-tree", "predicted"}) {
    table.columns.push_back(number_column(name));
  }
  for (const Candidate* candidate : finalists(decision)) table.lines.push_back(line_of(decision, *candidate));
  mark_best(table, {2, 3, 4, 5, 6});
  drop_empty_columns(table);
  return table;
}

}  // namespace

std::optional<Estimate> estimate_of(const Candidate& candidate, Metric metric) {
  std::vector<double> values;
  for (const TrialRecord& trial : candidate.best_rounds()) {
    const double value = metric_value(trial, metric);
    if (trial.status == TrialStatus::kOk && !std::isnan(value)) values.push_back(value);
  }
  if (values.empty()) return std::nullopt;
  return estimate(values);
}

std::vector<const Candidate*> finalists(const Decision& decision) {
  std::vector<const Candidate*> shown;
  for (const Candidate& candidate : decision.candidates) {
    if (candidate.out.empty() && !candidate.best_rounds().empty()) shown.push_back(&candidate);
  }
  const auto time = [](const Candidate* candidate) {
    const auto value = estimate_of(*candidate, Metric::kThroughput);
    return value ? value->median : INFINITY;
  };
  std::ranges::stable_sort(shown, {}, time);
  return shown;
}

Document decision_document(const Decision& decision) {
  Document document;
  document.add(
      Heading{.text = fmt::format("Which index for {}?", decision.dataset.name),
              .small = fmt::format("{} keys ({})", with_commas(decision.dataset.n), decision.dataset.key_type)});
  Items keys;
  if (!decision.source.empty()) keys.texts.push_back("keys: " + decision.source);
  keys.texts.insert(keys.texts.end(), decision.key_words.begin(), decision.key_words.end());
  for (const std::string& note : notes_of(decision)) keys.texts.push_back("note: " + note);
  document.add(std::move(keys));
  document.add(Prose{decision.mix + "; " + effort(decision)});
  if (Table table = table_of(decision); !table.lines.empty()) document.add(std::move(table));
  Items others{left_out(decision)};
  if (std::string line = model_line(decision); !line.empty()) others.texts.push_back(std::move(line));
  if (!others.texts.empty()) document.add(std::move(others));
  for (std::size_t i = 0; i < decision.answers.size(); ++i) {
    const Answer& answer = decision.answers[i];
    document.add(Heading{.text = question_of(decision, answer), .level = 3});
    document.add(Items{in_words(answer, decision.candidates)});
    document.add(Heading{.text = "What would change it", .level = 3});
    document.add(Items{in_words(decision.changes[i], decision.model, decision.point, decision.candidates, answer)});
  }
  if (decision.answers.empty()) document.add(Prose{"No answer: too little was measured to compare."});
  Items machine;
  for (const std::string& note : decision.notes) machine.texts.push_back("note: " + note);
  if (!machine.texts.empty()) document.add(std::move(machine));
  return document;
}

}  // namespace omenbench
