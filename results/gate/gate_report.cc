// What a gate prints: for a terminal, a pull request, a test dashboard and a program. See gate.h.
#include <fmt/format.h>

#include <algorithm>

#include "results/gate/gate.h"
#include "results/text.h"

namespace omenbench {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kTooClose =
    "unresolved (timer): below 10 times what the timer costs only an upper bound is known; try --metric throughput";

constexpr std::string_view kAlone =
    "slower than is tolerated by itself, but among so many measurements it may be chance";

std::string percent(double share) { return fmt::format("{:.3g} %", 100 * share); }

/// "5 % slower", or of counts "5 % more".
std::string beyond(const GateReport& report) {
  return percent(report.rules.max_regression) + (report.basis == GateBasis::kInstructions ? " more" : " slower");
}

std::string verdict_of(const GateReport& report) {
  const std::size_t red = report.count(GateWord::kRegression) + report.count(GateWord::kNewFailure);
  const std::size_t open = report.not_judged();
  std::string rest;
  if (report.blind() > 0) {
    rest += fmt::format("; {} of them too noisy to see even +{}", report.blind(),
                        percent(kBlindMultiple * report.rules.max_regression));
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
      return cell.base_failure.empty() ? "too few rounds" : "failed on base only: " + cell.base_failure;
    case GateWord::kUnresolved:
      return "unresolved (timer)";
    default:
      break;
  }
  if (cell.lo == 0) return times(cell.ratio);
  const std::string change = fmt::format("{} [{}, {}]", times(cell.ratio), times(cell.lo), times(cell.hi));
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
      "interleaved rounds: {} to screen, {} fresh ones with the fastest of {} trials of each side to decide about what "
      "looks slower than {}",
      report.rules.screen_rounds, report.rules.decide_rounds, report.rules.decide_trials,
      percent(report.rules.max_regression / 2));
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
      advice.push_back(
          fmt::format("look closer: omenbench gate --base {} --head {} -d '{}' -n {} -w '{}' -t {} -i '{}'",
                      report.base, report.head, cell.dataset, cell.keys, cell.workload, cell.threads, cell.index));
    }
  }
  if (!advice.empty()) {
    advice.emplace_back(
        "mend it, or accept it: merge with a larger --max-regression, and the next gate starts from there");
  }
  return advice;
}

/// Red first, then the slowest.
std::vector<const GateCell*> sorted_cells(const GateReport& report) {
  std::vector<const GateCell*> cells;
  for (const GateCell& cell : report.cells) cells.push_back(&cell);
  std::ranges::stable_sort(cells, [](const GateCell* a, const GateCell* b) {
    if (a->red() != b->red()) return a->red();
    return a->ratio > b->ratio;
  });
  return cells;
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
    std::string line = fmt::format("  {} {}  {}",
                                   cell->red()                     ? "RED "
                                   : cell->word == GateWord::kPass ? "pass"
                                                                   : "-   ",
                                   pad_right(printable(cell->name()), width), printable(change_of(*cell)));
    if (cell->detectable > 0) line += fmt::format("  would see {}", percent(cell->detectable));
    out += line + "\n";
  }
  out += "\n";
  for (const std::string& note : report.notes) out += fmt::format("note: {}\n", printable(note));
  if (std::ranges::any_of(report.cells, &GateCell::alone)) out += fmt::format("~: {}\n", kAlone);
  if (report.count(GateWord::kUnresolved) > 0) out += fmt::format("{}\n", kTooClose);
  out += verdict_of(report) + "\n";
  for (const std::string& line : advice_for(report)) out += "  " + printable(line) + "\n";
  return out;
}

std::string render_gate_markdown(const GateReport& report) {
  std::string out =
      fmt::format("## omenbench gate: {}\n\nbase `{}`, head `{}`, tolerated {}; {}.\n\n", markdown(verdict_of(report)),
                  markdown(report.base), markdown(report.head), percent(report.rules.max_regression), basis_of(report));
  out += "| | workload | dataset | keys | threads | index | metric | head / base [95 %] | would see |\n";
  out += "|---|---|---|---:|---:|---|---|---|---:|\n";
  for (const GateCell* cell : sorted_cells(report)) {
    out += fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} | {} |\n",
                       cell->red()                     ? "**red**"
                       : cell->word == GateWord::kPass ? "pass"
                                                       : "-",
                       markdown(cell->workload), markdown(cell->dataset), with_commas(cell->keys), cell->threads,
                       markdown(cell->index), markdown(cell->metric), markdown(change_of(*cell)),
                       cell->detectable > 0 ? percent(cell->detectable) : "-");
  }
  out += "\n";
  for (const std::string& note : report.notes) out += "- note: " + markdown(note) + "\n";
  if (std::ranges::any_of(report.cells, &GateCell::alone)) out += fmt::format("- ~: {}\n", kAlone);
  if (report.count(GateWord::kUnresolved) > 0) out += fmt::format("- {}\n", kTooClose);
  for (const std::string& line : advice_for(report)) out += "- " + markdown(line) + "\n";
  return out;
}

std::string render_gate_junit(const GateReport& report) {
  const std::size_t red = report.count(GateWord::kRegression) + report.count(GateWord::kNewFailure);
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  out += fmt::format(
      "<testsuites><testsuite name=\"omenbench gate\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\">\n",
      report.cells.size() + report.interrupted, red, report.interrupted ? 1 : 0,
      report.count(GateWord::kFailsOnBoth) + report.not_judged());
  if (report.interrupted) {
    out += fmt::format("<testcase classname=\"omenbench\" name=\"gate\"><error message=\"{}\"/></testcase>\n",
                       xml(verdict_of(report)));
  }
  for (const GateCell& cell : report.cells) {
    out += fmt::format("<testcase classname=\"{}\" name=\"{}\">", xml(cell.workload + "." + cell.dataset),
                       xml(cell.name()));
    if (cell.red()) {
      out += fmt::format("<failure message=\"{}\"/>", xml(change_of(cell)));
    } else if (cell.word != GateWord::kPass) {
      out += fmt::format("<skipped message=\"{}\"/>", xml(change_of(cell)));
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
               {"screen_rounds", rounds ? Json(report.rules.screen_rounds) : Json()},
               {"decide_rounds", rounds ? Json(report.rules.decide_rounds) : Json()},
               {"decide_trials", rounds ? Json(report.rules.decide_trials) : Json()},
               {"not_judged", report.not_judged()},
               {"too_noisy", report.blind()},
               {"notes", report.notes},
               {"advice", advice_for(report)},
               {"cells", Json::array()}};
  const auto known = [](double value) { return value > 0 ? Json(value) : Json(); };
  for (const GateCell& cell : report.cells) {
    json["cells"].push_back({{"dataset", cell.dataset},
                             {"keys", cell.keys},
                             {"workload", cell.workload},
                             {"threads", cell.threads},
                             {"index", cell.index},
                             {"metric", cell.metric},
                             {"word", to_string(cell.word)},
                             {"ratio", known(cell.ratio)},
                             {"lo", known(cell.lo)},
                             {"hi", known(cell.hi)},
                             {"p_value", cell.suspicious ? Json(cell.p_value) : Json()},
                             {"detectable", known(cell.detectable)},
                             {"second_stage", cell.suspicious},
                             {"alone", cell.alone},
                             {"screen_log_ratios", cell.screen},
                             {"decision_log_ratios", cell.decision},
                             {"base_failure", cell.base_failure},
                             {"head_failure", cell.head_failure}});
  }
  return json;
}

}  // namespace omenbench
