// What a gate prints: for a terminal, a pull request, a test dashboard and a program. See gate.h.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/pattern.h"
#include "results/gate/gate.h"
#include "results/text.h"

namespace omenbench {
namespace {

using Json = nlohmann::ordered_json;

std::string too_close(const GateReport& report) {
  return fmt::format("unresolved (timer): below 10 times what the timer costs only an upper bound is known; try {}",
                     report.subject == GateSubject::kBenchmarks ? "a longer --min-time" : "--metric throughput");
}

constexpr std::string_view kAlone =
    "slower than is tolerated by itself, but among so many measurements it may be chance";

/// "5 % slower", or of counts "5 % more".
std::string beyond(const GateReport& report) {
  return percent(report.rules.max_regression) + (report.basis == GateBasis::kInstructions ? " more" : " slower");
}

std::string verdict_of(const GateReport& report) {
  const std::size_t red = report.count(GateWord::kRegression) + report.count(GateWord::kNewFailure);
  const std::size_t open = report.not_judged();
  std::string rest;
  if (const std::size_t noisy = report.count(GateWord::kTooNoisy); noisy > 0) {
    rest += fmt::format("; {} too noisy to exclude +{}", noisy, percent(report.rules.to_see()));
  }
  if (open > 0) rest += fmt::format("; {} could not be judged", open);
  if (red > 0) {
    return fmt::format("red: {} of {} measurements regressed or newly fail{}{}", red, report.cells.size(), rest,
                       report.interrupted ? "; interrupted before the rest was measured" : "");
  }
  if (report.interrupted) {
    return fmt::format("interrupted: no verdict; {} of what was asked for passed before that{}",
                       counted(report.count(GateWord::kPass), "measurement"), rest);
  }
  if (!report.decided()) return fmt::format("undecided: none of {} measurements can be compared", report.cells.size());
  if (report.verdict() == "failed") {
    return fmt::format("failed: {} on both sides, which says nothing of the change; {} passed{}",
                       counted(report.count(GateWord::kFailsOnBoth), "measurement"), report.count(GateWord::kPass),
                       rest);
  }
  if (report.verdict() == "inconclusive") {
    return fmt::format("inconclusive: {} passed{}", counted(report.count(GateWord::kPass), "measurement"), rest);
  }
  const bool proof = report.basis != GateBasis::kInstructions;
  return fmt::format("green: none of {} measurements is {}more than {}{}", report.count(GateWord::kPass),
                     proof ? "proven to be " : "", beyond(report), rest);
}

std::string change_of(const GateCell& cell) {
  switch (cell.word) {
    case GateWord::kNewFailure:
      return "fails on head: " + cell.head_failure;
    case GateWord::kFailsOnBoth:
      return "fails on both: " + cell.head_failure;
    case GateWord::kOneSided:
      if (!cell.base_failure.empty()) return "failed on base only: " + cell.base_failure;
      return cell.head_failure.empty() ? "too few rounds" : "not compared: " + cell.head_failure;
    case GateWord::kUnresolved:
      return "unresolved (timer)";
    default:
      break;
  }
  if (cell.lo == 0) return times(cell.ratio);
  const std::string change = times(cell.ratio, cell.lo, cell.hi);
  return cell.alone ? change + " ~" : change;
}

std::string basis_of(const GateReport& report) {
  switch (report.basis) {
    case GateBasis::kSavedRuns:
      return "saved runs, not interleaved: a change of the machine between them counts as a change of the code";
    case GateBasis::kInstructions:
      return "instructions of the throughput pass, counted once per side: says whether the code does more, not whether "
             "it is slower, and never which index is better";
    case GateBasis::kRounds:
      break;
  }
  return fmt::format(
      "interleaved rounds: {} to screen, {} fresh ones of {} trials of each side to decide about what "
      "looks slower than {}; more where +{} cannot be excluded yet",
      report.rules.screen_rounds, report.rules.decide_rounds, report.rules.decide_trials,
      percent(report.rules.max_regression / 2), percent(report.rules.to_see()));
}

std::string closer_look(const GateReport& report, const GateCell& cell) {
  if (report.subject == GateSubject::kBenchmarks) {
    // A filter cannot tell those of one name apart.
    const std::string name = cell.index.substr(0, cell.index.find(" (the "));
    return fmt::format("look closer: omenbench gate --gbench --base {} --head {} -f '{}'", report.base, report.head,
                       exact_pattern(name));
  }
  return fmt::format("look closer: omenbench gate --base {} --head {} -d '{}' -n {} -w '{}' -t {} -i '{}'", report.base,
                     report.head, cell.dataset, cell.keys, cell.workload, cell.threads, cell.index);
}

/// What a person does next.
std::vector<std::string> advice_for(const GateReport& report) {
  std::vector<std::string> advice;
  if (report.basis == GateBasis::kSavedRuns) {
    if (report.red()) {
      advice.push_back(fmt::format("look closer: omenbench compare {} {}, or better: gate two builds, interleaved",
                                   report.base, report.head));
    }
  } else {
    for (const GateCell& cell : report.cells) {
      if (!cell.red()) continue;
      const std::string line = closer_look(report, cell);
      if (std::ranges::find(advice, line) == advice.end()) advice.push_back(line);
    }
  }
  if (report.verdict() == "inconclusive" && report.count(GateWord::kTooNoisy) > 0) {
    advice.push_back(
        fmt::format("a quieter machine or a longer --budget tells more; --must-see sets what must not pass "
                    "unseen (now +{}); --lenient lets it pass",
                    percent(report.rules.to_see())));
  }
  if (report.red()) {
    advice.emplace_back(
        "mend it, or accept it: merge with a larger --max-regression, and the next gate starts from there");
  }
  return advice;
}

/// One word before a cell.
std::string_view mark_of(const GateCell& cell) {
  if (cell.red()) return "RED";
  if (cell.word == GateWord::kPass) return "pass";
  return cell.word == GateWord::kTooNoisy ? "open" : "-";
}

/// Red first, then what is open, then the slowest.
std::vector<const GateCell*> sorted_cells(const GateReport& report) {
  std::vector<const GateCell*> cells;
  for (const GateCell& cell : report.cells) cells.push_back(&cell);
  std::ranges::stable_sort(cells, [](const GateCell* a, const GateCell* b) {
    const auto matters = [](const GateCell* cell) { return cell->red() ? 2 : cell->word != GateWord::kPass ? 1 : 0; };
    return std::pair(matters(a), a->ratio) > std::pair(matters(b), b->ratio);
  });
  return cells;
}

/// What the Markdown needs beside its lines: the table's head, and how many lines are left out.
constexpr std::size_t kRoomForCounts = 400;

std::string table_head(const GateReport& report) {
  const bool rows = report.subject == GateSubject::kIndexes;
  return fmt::format("| | {} | metric | head / base [95 %] | would see |\n|---|{}---|---|---|---:|\n",
                     rows ? "workload | dataset | keys | threads | index" : "benchmark",
                     rows ? "---|---|---:|---:|" : "");
}

std::vector<std::string> table_lines(const GateReport& report) {
  std::vector<std::string> lines;
  for (const GateCell* cell : sorted_cells(report)) {
    const std::string row = fmt::format("{} | {} | {} | {} | ", markdown(cell->workload), markdown(cell->dataset),
                                        with_commas(cell->keys), cell->threads);
    lines.push_back(fmt::format("| {} | {}{} | {} | {} | {} |\n", cell->red() ? "**red**" : mark_of(*cell),
                                report.subject == GateSubject::kIndexes ? row : "", markdown(cell->index),
                                markdown(cell->metric), markdown(change_of(*cell)),
                                cell->detectable > 0 ? percent(cell->detectable) : "-"));
  }
  return lines;
}

/// Notes and advice, one line each.
std::vector<std::string> remarks_of(const GateReport& report) {
  std::vector<std::string> lines;
  for (const std::string& note : report.notes) lines.push_back("- note: " + markdown(note) + "\n");
  if (std::ranges::any_of(report.cells, &GateCell::alone)) lines.push_back(fmt::format("- ~: {}\n", kAlone));
  if (report.count(GateWord::kUnresolved) > 0) lines.push_back("- " + too_close(report) + "\n");
  for (const std::string& line : advice_for(report)) lines.push_back("- " + markdown(line) + "\n");
  return lines;
}

/// The first lines that take no more than so many bytes together, and how many others there are.
std::string lines_within(const std::vector<std::string>& lines, std::size_t most_bytes, std::string_view what) {
  std::string out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (out.size() + lines[i].size() > most_bytes) {
      return out + fmt::format("\n{} more in the other reports\n", counted(lines.size() - i, what));
    }
    out += lines[i];
  }
  return out;
}

std::string xml(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace

std::string render_gate(const GateReport& report) {
  std::size_t width = 4;
  for (const GateCell& cell : report.cells) width = std::max(width, width_of(printable(cell.name())));
  std::string out = fmt::format("gate  base {}  head {}  tolerated {}\n{}\n\n", printable(report.base),
                                printable(report.head), percent(report.rules.max_regression), basis_of(report));
  for (const GateCell* cell : sorted_cells(report)) {
    std::string line = fmt::format("  {:4} {}  {}", mark_of(*cell), pad_right(printable(cell->name()), width),
                                   printable(change_of(*cell)));
    if (cell->detectable > 0) line += fmt::format("  would see {}", percent(cell->detectable));
    out += line + "\n";
  }
  out += "\n";
  for (const std::string& note : report.notes) out += fmt::format("note: {}\n", printable(note));
  if (std::ranges::any_of(report.cells, &GateCell::alone)) out += fmt::format("~: {}\n", kAlone);
  if (report.count(GateWord::kUnresolved) > 0) out += too_close(report) + "\n";
  out += verdict_of(report) + "\n";
  for (const std::string& line : advice_for(report)) out += "  " + printable(line) + "\n";
  return out;
}

std::string render_gate_markdown(const GateReport& report, std::size_t most_bytes) {
  const std::string head =
      fmt::format("## omenbench gate: {}\n\nbase `{}`, head `{}`, tolerated {}; {}.\n\n", markdown(verdict_of(report)),
                  markdown(report.base), markdown(report.head), percent(report.rules.max_regression), basis_of(report));
  const std::vector<std::string> rest = remarks_of(report);
  std::size_t room = most_bytes - std::min(most_bytes, head.size() + kRoomForCounts);
  std::string remarks = lines_within(rest, room / 2, "remark");
  room -= std::min(room, remarks.size());
  return head + table_head(report) + lines_within(table_lines(report), room, "measurement") + "\n" + remarks;
}

std::string render_gate_junit(const GateReport& report) {
  const std::size_t red = report.count(GateWord::kRegression) + report.count(GateWord::kNewFailure);
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  out += fmt::format(
      "<testsuites><testsuite name=\"omenbench gate\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\">\n",
      report.cells.size() + report.interrupted, red, report.interrupted ? 1 : 0,
      report.count(GateWord::kFailsOnBoth) + report.not_judged() + report.count(GateWord::kTooNoisy));
  if (report.interrupted) {
    out += fmt::format("<testcase classname=\"omenbench\" name=\"gate\"><error message=\"{}\"/></testcase>\n",
                       xml(verdict_of(report)));
  }
  for (const GateCell& cell : report.cells) {
    const bool rows = report.subject == GateSubject::kIndexes;
    out += fmt::format("<testcase classname=\"{}\" name=\"{}\">",
                       rows ? xml(cell.workload + "." + cell.dataset) : "benchmarks", xml(cell.name()));
    if (cell.red()) {
      out += fmt::format("<failure message=\"{}\"/>", xml(change_of(cell)));
    } else if (cell.word != GateWord::kPass) {
      const bool noisy = cell.word == GateWord::kTooNoisy;
      out += fmt::format("<skipped message=\"{}{}\"/>", noisy ? "too noisy: " : "", xml(change_of(cell)));
    }
    out += "</testcase>\n";
  }
  return out + "</testsuite></testsuites>\n";
}

Json to_json(const GateReport& report) {
  const bool rounds = report.basis == GateBasis::kRounds;
  Json json = {{"schema", "omenbench.gate/1"},
               {"verdict", report.verdict()},
               {"base", report.base},
               {"head", report.head},
               {"basis", to_string(report.basis)},
               {"max_regression", report.rules.max_regression},
               {"must_see", report.rules.to_see()},
               {"lenient", report.lenient},
               {"screen_rounds", rounds ? Json(report.rules.screen_rounds) : Json()},
               {"decide_rounds", rounds ? Json(report.rules.decide_rounds) : Json()},
               {"decide_trials", rounds ? Json(report.rules.decide_trials) : Json()},
               {"not_judged", report.not_judged()},
               {"too_noisy", report.count(GateWord::kTooNoisy)},
               {"notes", report.notes},
               {"advice", advice_for(report)},
               {"cells", Json::array()}};
  const auto known = [](double value) { return value > 0 ? Json(value) : Json(); };
  for (const GateCell& cell : report.cells) {
    Json& out = json["cells"].emplace_back();
    if (report.subject == GateSubject::kBenchmarks) {
      out = {{"benchmark", cell.index}};
    } else {
      out = {{"dataset", cell.dataset},
             {"keys", cell.keys},
             {"workload", cell.workload},
             {"threads", cell.threads},
             {"index", cell.index}};
    }
    out.update({{"metric", cell.metric},
                {"word", to_string(cell.word)},
                {"ratio", known(cell.ratio)},
                {"lo", known(cell.lo)},
                {"hi", known(cell.hi)},
                {"p_value", cell.suspicious ? Json(cell.p_value) : Json()},
                {"detectable", known(cell.detectable)},
                {"second_stage", cell.suspicious},
                {"alone", cell.alone},
                {"screen_log_ratios", cell.screen},
                {"decision_log_ratios", cell.decisive()},
                {"base_failure", cell.base_failure},
                {"head_failure", cell.head_failure}});
  }
  return json;
}

}  // namespace omenbench
