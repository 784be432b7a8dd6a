// What a gate prints: for a terminal, a pull request, a test dashboard and a program. See gate.h.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/pattern.h"
#include "base/shell.h"
#include "results/document/document.h"
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

std::string none_of(std::size_t measurements) {
  return measurements == 1 ? "no measurement, of one,"
                           : fmt::format("none of {}", counted(measurements, "measurement"));
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
    return fmt::format("red: {} of {} regressed or newly {}{}{}", red, counted(report.cells.size(), "measurement"),
                       red == 1 ? "fails" : "fail", rest,
                       report.interrupted ? "; interrupted before the rest was measured" : "");
  }
  if (report.interrupted) {
    return fmt::format("interrupted: no verdict; {} of what was asked for passed before that{}",
                       counted(report.count(GateWord::kPass), "measurement"), rest);
  }
  if (!report.decided()) return fmt::format("undecided: {} can be compared", none_of(report.cells.size()));
  if (report.verdict() == "failed") {
    return fmt::format("failed: {} on both sides, which says nothing of the change; {} passed{}",
                       counted(report.count(GateWord::kFailsOnBoth), "measurement"), report.count(GateWord::kPass),
                       rest);
  }
  if (report.verdict() == "inconclusive") {
    return fmt::format("inconclusive: {} passed{}", counted(report.count(GateWord::kPass), "measurement"), rest);
  }
  const bool proof = report.basis != GateBasis::kInstructions;
  return fmt::format("green: {} is {}more than {}{}", none_of(report.count(GateWord::kPass)),
                     proof ? "proven to be " : "", beyond(report), rest);
}

/// Whether the word stands for itself and has no ratio.
bool is_failure(GateWord word) {
  return word == GateWord::kNewFailure || word == GateWord::kFailsOnBoth || word == GateWord::kOneSided ||
         word == GateWord::kCutOff || word == GateWord::kUnresolved;
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
    case GateWord::kCutOff:
      return "not measured in the budget: " + cell.cut_off;
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
  std::string options;
  for (const std::string& word : report.options) options += " " + shell_word(word);
  const auto spelt = [&](const std::string& name) {
    const auto found = report.spelt.find(name);
    return shell_word(found == report.spelt.end() ? name : found->second);
  };
  if (report.subject == GateSubject::kBenchmarks) {
    // A filter cannot tell those of one name apart.
    const bool of_several = cell.index.ends_with(" of that name)");
    const std::string name = cell.index.substr(0, of_several ? cell.index.rfind(" (the ") : std::string::npos);
    return fmt::format("look closer: omenbench gate --gbench --base {} --head {}{} -f {}", shell_word(report.base),
                       shell_word(report.head), options, shell_word(exact_pattern(name)));
  }
  if (cell.metric != to_string(Metric::kThroughput)) options += " --metric " + cell.metric;
  return fmt::format("look closer: omenbench gate --base {} --head {}{} -d {} -n {} -w {} -t {} -i {}",
                     shell_word(report.base), shell_word(report.head), options, spelt(cell.dataset), cell.keys,
                     spelt(cell.workload), cell.threads, shell_word(cell.index));
}

/// What a person does next.
std::vector<std::string> advice_for(const GateReport& report) {
  std::vector<std::string> advice;
  if (report.basis == GateBasis::kSavedRuns) {
    if (report.red()) {
      advice.push_back(fmt::format("look closer: omenbench compare {} {}, or better: gate two builds, interleaved",
                                   shell_word(report.base), shell_word(report.head)));
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

TableCell change_cell(const GateCell& cell) {
  if (cell.lo == 0 || is_failure(cell.word)) return {.text = change_of(cell)};
  TableCell change = ratio_cell(cell.ratio, cell.lo, cell.hi);
  if (cell.alone) change.text += " ~";
  return change;
}

TableLine line_of(const GateReport& report, const GateCell& cell, Detail detail) {
  TableLine line{.cells = {{.text = std::string(mark_of(cell)), .best = cell.red()}},
                 .tone = cell.red()                     ? Tone::kBad
                         : cell.word == GateWord::kPass ? Tone::kPlain
                                                        : Tone::kFaint};
  if (detail == Detail::kBrief) {
    line.cells.push_back({.text = cell.name()});
  } else if (report.subject == GateSubject::kBenchmarks) {
    line.cells.insert(line.cells.end(), {{.text = cell.index}, {.text = cell.metric}});
  } else {
    line.cells.insert(line.cells.end(), {{.text = cell.workload},
                                         {.text = cell.dataset},
                                         number_cell(with_commas(cell.keys), static_cast<double>(cell.keys)),
                                         number_cell(std::to_string(cell.threads), static_cast<double>(cell.threads)),
                                         {.text = cell.index},
                                         {.text = cell.metric}});
  }
  line.cells.push_back(change_cell(cell));
  line.cells.push_back(cell.detectable > 0 ? number_cell(percent(cell.detectable), cell.detectable) : TableCell{});
  return line;
}

/// How much of a report is shown: the first of its lines and of its remarks, which are sorted by weight.
struct Shown {
  std::size_t lines = SIZE_MAX, remarks = SIZE_MAX;
};

Table table_of(const GateReport& report, Detail detail, std::size_t most) {
  Table table{.columns = {{.name = "verdict"}}};
  if (detail == Detail::kBrief) {
    table.columns.push_back({.name = "measurement"});
    table.names = 2;
  } else if (report.subject == GateSubject::kBenchmarks) {
    table.columns.insert(table.columns.end(), {{.name = "benchmark"}, {.name = "metric"}});
  } else {
    table.columns.insert(table.columns.end(), {{.name = "workload"},
                                               {.name = "dataset"},
                                               number_column("keys"),
                                               number_column("threads"),
                                               {.name = "index"},
                                               {.name = "metric"}});
  }
  table.columns.push_back({.name = "head / base", .small = "[95 % interval]"});
  table.columns.push_back(number_column("would see"));
  for (const GateCell* cell : sorted_cells(report)) {
    if (table.lines.size() == most) break;
    table.lines.push_back(line_of(report, *cell, detail));
  }
  if (const std::size_t left = report.cells.size() - table.lines.size(); left > 0) {
    table.notes.push_back(counted(left, "measurement") + " more in the other reports");
  }
  return table;
}

/// Notes, what the marks mean, and advice.
std::vector<std::string> remarks_of(const GateReport& report) {
  std::vector<std::string> lines;
  for (const std::string& note : report.notes) lines.push_back("note: " + note);
  if (std::ranges::any_of(report.cells, &GateCell::alone)) lines.push_back(fmt::format("~: {}", kAlone));
  if (report.count(GateWord::kUnresolved) > 0) lines.push_back(too_close(report));
  for (std::string& line : advice_for(report)) lines.push_back(std::move(line));
  return lines;
}

Document document_of(const GateReport& report, Detail detail, const Shown& shown) {
  const std::string sides =
      fmt::format("base {}, head {}, tolerated {}", report.base, report.head, percent(report.rules.max_regression));
  Items remarks{remarks_of(report)};
  if (const std::size_t all = remarks.texts.size(); all > shown.remarks) {
    remarks.texts.resize(shown.remarks);
    remarks.texts.push_back(counted(all - shown.remarks, "remark") + " more in the other reports");
  }
  const Prose verdict{verdict_of(report), report.red()                  ? Tone::kBad
                                          : report.verdict() == "green" ? Tone::kGood
                                                                        : Tone::kPlain};
  Document document;
  if (detail == Detail::kFull) document.add(Heading{.text = "omenbench gate: " + verdict.text});
  document.add(Prose{sides + "; " + basis_of(report) + "."});
  document.add(table_of(report, detail, shown.lines));
  if (detail == Detail::kBrief) document.add(verdict);
  if (!remarks.texts.empty()) document.add(std::move(remarks));
  return document;
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

Document gate_document(const GateReport& report, Detail detail) { return document_of(report, detail, {}); }

std::string gate_comment(const GateReport& report, std::size_t most_bytes) {
  Shown shown{.lines = report.cells.size(), .remarks = remarks_of(report).size()};
  for (;;) {
    std::string text = as_markdown(document_of(report, Detail::kFull, shown));
    if (text.size() <= most_bytes || shown.lines + shown.remarks == 0) return text;
    // A remark is worth as much as two lines.
    std::size_t& most = shown.lines > 2 * shown.remarks ? shown.lines : shown.remarks;
    most -= most / 16 + 1;
  }
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
