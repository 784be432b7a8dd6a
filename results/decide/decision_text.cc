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

using Line = std::vector<std::string>;

const Line kColumns = {"index", "family", "ns/op",     "[95 % interval]", "p50",
                       "p99",   "build",  "bytes/key", "to B-tree",       "predicted"};
/// The first so many are texts and stand to the left.
constexpr std::size_t kTextColumns = 2;

std::optional<Estimate> estimate_of(const Candidate& candidate, Metric metric) {
  std::vector<double> values;
  for (const TrialRecord& trial : candidate.best_rounds()) {
    const double value = metric_value(trial, metric);
    if (trial.status == TrialStatus::kOk && !std::isnan(value)) values.push_back(value);
  }
  if (values.empty()) return std::nullopt;
  return estimate(values);
}

std::string latency(const Decision& decision, const Candidate& candidate, Metric metric) {
  const auto value = estimate_of(candidate, metric);
  if (!value) return "-";
  return (below_timer(value->median, decision.timer_cost_ns) ? "<=" : "") + three_digits(value->median);
}

Line line_of(const Decision& decision, const Candidate& candidate) {
  const auto time = estimate_of(candidate, Metric::kThroughput);
  const auto build = estimate_of(candidate, Metric::kBuild);
  const auto bytes = estimate_of(candidate, Metric::kBytes);
  const Candidate* yardstick = yardstick_of(decision);
  const auto to_tree = yardstick == nullptr ? std::nullopt : compared(candidate, *yardstick);
  return {candidate.index.name,
          candidate.index.family,
          time ? three_digits(time->median) : "-",
          time && time->interval
              ? fmt::format("[{}, {}]", three_digits(time->interval->lo), three_digits(time->interval->hi))
              : "",
          latency(decision, candidate, Metric::kP50),
          latency(decision, candidate, Metric::kP99),
          build ? duration(build->median) : "-",
          bytes ? three_digits(bytes->median / std::max(decision.point.keys, 1.0)) : "-",
          to_tree ? times(to_tree->median) : "-",
          candidate.predicted ? times(candidate.predicted->ratio()) : "-"};
}

/// Those that took part to the end, the fastest first.
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

/// Of indexes that cannot serve at all; more are only counted.
constexpr std::size_t kMostNamed = 8;

/// "3.20x", with its interval where there were rounds enough for one.
std::string paired_text(const Paired& beside) {
  if (!beside.ratio) return times(beside.median);
  return fmt::format("{} [{}, {}]", times(beside.median), times(beside.ratio->lo), times(beside.ratio->hi));
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
  if (decision.model.samples() == 0) return "cost model: none; nothing was left out for its sake";
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

std::string title(const Decision& decision) {
  return fmt::format("{}  {} keys ({})", printable(decision.dataset.name), with_commas(decision.dataset.n),
                     printable(decision.dataset.key_type));
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

void add_wrapped(std::string& out, const std::string& text, std::size_t width) {
  bool first = true;
  for (const std::string& line : wrap(printable(text), std::max<std::size_t>(width, 40) - 4)) {
    out += (first ? "  " : "    ") + line + "\n";
    first = false;
  }
}

void add_table(std::string& out, const std::vector<Line>& lines) {
  std::vector<std::size_t> widths(kColumns.size());
  for (const Line& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], width_of(line[i]));
  }
  for (const Line& line : lines) {
    std::string text = " ";
    for (std::size_t i = 0; i < line.size(); ++i) {
      const bool left = i < kTextColumns || i == kTextColumns + 1;
      text += " " + std::string(i > kTextColumns + 1 ? 1 : 0, ' ') +
              (left ? pad_right(line[i], widths[i]) : pad_left(line[i], widths[i]));
    }
    text.erase(text.find_last_not_of(' ') + 1);
    out += text + "\n";
  }
}

}  // namespace

std::string render_decision(const Decision& decision, std::size_t width) {
  std::string out = title(decision) + "\n";
  if (!decision.source.empty()) add_wrapped(out, "keys: " + decision.source, width);
  for (const std::string& sentence : decision.key_words) add_wrapped(out, sentence, width);
  for (const std::string& note : notes_of(decision)) add_wrapped(out, "note: " + note, width);
  out += "\n" + decision.mix + "; " + effort(decision) + "\n";
  std::vector<Line> lines = {kColumns};
  for (const Candidate* candidate : finalists(decision)) lines.push_back(line_of(decision, *candidate));
  if (lines.size() > 1) add_table(out, lines);
  for (const std::string& line : left_out(decision)) add_wrapped(out, line, width);
  if (const std::string line = model_line(decision); !line.empty()) add_wrapped(out, line, width);
  for (std::size_t i = 0; i < decision.answers.size(); ++i) {
    const Answer& answer = decision.answers[i];
    out += "\n" + question_of(decision, answer) + "\n";
    for (const std::string& sentence : in_words(answer, decision.candidates)) add_wrapped(out, sentence, width);
    out += "What would change it\n";
    for (const std::string& sentence :
         in_words(decision.changes[i], decision.model, decision.point, decision.candidates, answer)) {
      add_wrapped(out, sentence, width);
    }
  }
  if (decision.answers.empty()) out += "\nNo answer: too little was measured to compare.\n";
  return out;
}

std::string render_decision_markdown(const Decision& decision) {
  std::string out = fmt::format("## Which index for {}?\n\n{} keys ({}). ", markdown(decision.dataset.name),
                                with_commas(decision.dataset.n), markdown(decision.dataset.key_type));
  if (!decision.source.empty()) out += "From " + markdown(decision.source) + ". ";
  for (const std::string& sentence : decision.key_words) out += markdown(sentence) + " ";
  for (const std::string& note : notes_of(decision)) out += fmt::format("\n\nNote: {}.", markdown(note));
  out += fmt::format("\n\n{}; {}.\n\n", markdown(decision.mix), effort(decision));
  for (std::size_t i = 0; i < kColumns.size(); ++i) out += "| " + kColumns[i] + " ";
  out += "|\n";
  for (std::size_t i = 0; i < kColumns.size(); ++i) out += i < kTextColumns ? "| --- " : "| ---: ";
  out += "|\n";
  for (const Candidate* candidate : finalists(decision)) {
    for (const std::string& cell : line_of(decision, *candidate)) out += "| " + markdown(cell) + " ";
    out += "|\n";
  }
  out += "\n";
  for (const std::string& line : left_out(decision)) out += "- " + markdown(line) + "\n";
  for (std::size_t i = 0; i < decision.answers.size(); ++i) {
    const Answer& answer = decision.answers[i];
    out += fmt::format("\n### {}\n\n", question_of(decision, answer));
    for (const std::string& sentence : in_words(answer, decision.candidates)) out += sentence + "\n";
    out += "\nWhat would change it:\n\n";
    for (const std::string& sentence :
         in_words(decision.changes[i], decision.model, decision.point, decision.candidates, answer)) {
      out += "- " + sentence + "\n";
    }
  }
  return out;
}

}  // namespace omenbench
