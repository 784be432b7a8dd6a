// See the header. Runs are called A, B, C, ... on the page; their full names stand in the table of runs.
#include "results/report/several.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "results/compare/side_by_side.h"
#include "results/document/document.h"
#include "results/report/facts.h"
#include "results/report/page.h"
#include "results/text.h"

namespace omenbench {
namespace {

using report::escape;
using report::Facts;

/// A for the first run, B for the second, ..., R27 for the 27th.
std::string run_letter(std::size_t run) {
  return run < 26 ? std::string(1, static_cast<char>('A' + run)) : "R" + std::to_string(run + 1);
}

/// Metrics with a table of their own, in this order; others follow as they come.
constexpr const char* kMetrics[] = {"ns_per_op", "p50_ns", "p99_ns", "dependent_ns_per_op", "build_ns", "total_bytes"};

constexpr const char* kHowToRead =
    R"(<section><h2>Rows</h2><p>Values are medians over rounds with their sign-test intervals. A ratio is a run's time (or
bytes) over that of A, so less is better: the Hodges-Lehmann estimate with the interval that inverts the Mann-Whitney test,
95 % each. ▼ the whole interval lies below 1, ▲ above 1, ~ it holds 1. Rounds of different runs are not paired: what
the machine did at the time is part of a ratio. Of a hundred equal cells about five differ by chance. &lt;=: below ten times
what the timer costs only an upper bound is known, and no ratio (unresolved).</p>)";

std::string words_of(const std::string& metric) {
  static const std::map<std::string, std::string> kWords = {{"ns_per_op", "time per operation"},
                                                            {"dependent_ns_per_op", "time per dependent lookup"},
                                                            {"batched_ns_per_op", "time per batched lookup"},
                                                            {"build_ns", "time to build"},
                                                            {"total_bytes", "memory, entries included"},
                                                            {"max_ns", "longest operation"}};
  if (const auto found = kWords.find(metric); found != kWords.end()) return found->second;
  return metric.ends_with("_ns") ? metric.substr(0, metric.size() - 3) + " of single operations" : metric;
}

std::string value_text(const Measurement& m, double value) {
  if (m.unit == "bytes") return byte_size(value);
  return m.metric == "build_ns" ? duration(value) : three_digits(value);
}

TableCell value_cell(const RowSideBySide& row, const SideBySide& cell, std::size_t run) {
  const auto& value = cell.values[run];
  if (!value) {
    const auto found = row.missing.find(cell.index);
    return found == row.missing.end() ? TableCell{} : TableCell{.small = found->second[run]};
  }
  TableCell shown = (value->upper_bound ? bound_cell : number_cell)(value_text(*value, value->median), value->median);
  if (value->lo < value->hi) {
    shown.small = interval_of(value->lo, value->hi, [&](double end) { return value_text(*value, end); });
  }
  return shown;
}

TableCell change_cell(const SideBySide& cell, std::size_t run) {
  const auto& change = cell.changes[run];
  if (change && change->unresolved()) return {.small = "unresolved (timer)"};
  if (!change || !change->ratio) return {};
  TableCell shown = ratio_cell(*change->ratio, change->lo, change->hi);
  if (!change->lo) {
    shown.small = change->no_interval();
  } else if (!change->differs()) {
    shown.text.insert(0, "~ ");
  } else {
    shown.tone = *change->ratio < 1 ? Tone::kGood : Tone::kBad;
    shown.text.insert(0, *change->ratio < 1 ? "\u25bc " : "\u25b2 ");
  }
  return shown;
}

/// What a row is compared by first: ns per operation, and where nothing has it (cold caches) the median latency.
std::string headline_of(const RowSideBySide& row) {
  const auto has = [&](const char* metric) {
    return std::ranges::any_of(row.cells, [&](const SideBySide& cell) { return cell.metric == metric; });
  };
  return has("ns_per_op") ? "ns_per_op" : has("p50_ns") ? "p50_ns" : "";
}

/// Indexes that have no number in any run, with the reason of each.
void add_lines_without_numbers(Table& table, const RowSideBySide& row) {
  for (const auto& [index, reasons] : row.missing) {
    const auto same = [&name = index](const SideBySide& cell) { return cell.index == name; };
    if (std::ranges::any_of(row.cells, same)) continue;
    TableLine line = text_line({index});
    for (const std::string& reason : reasons) line.cells.push_back({.small = reason});
    table.lines.push_back(std::move(line));
  }
}

std::string metric_table(const RowSideBySide& row, const std::string& metric, const std::string& unit,
                         std::size_t runs) {
  const bool own_unit = unit == "bytes" || metric == "build_ns";
  Table table = plain_table(words_of(metric) + (own_unit ? "" : ", " + unit), {"index"});
  for (std::size_t run = 0; run < runs; ++run) table.columns.push_back(number_column(run_letter(run)));
  for (std::size_t run = 1; run < runs; ++run) table.columns.push_back(number_column(run_letter(run) + " / A"));
  for (const SideBySide& cell : row.cells) {
    if (cell.metric != metric) continue;
    TableLine line = text_line({cell.index});
    for (std::size_t run = 0; run < runs; ++run) line.cells.push_back(value_cell(row, cell, run));
    for (std::size_t run = 1; run < runs; ++run) line.cells.push_back(change_cell(cell, run));
    table.lines.push_back(std::move(line));
  }
  if (metric == headline_of(row)) add_lines_without_numbers(table, row);
  return as_html(table, "cells");
}

/// Metrics of a row with their units, those of kMetrics first.
std::vector<std::pair<std::string, std::string>> metrics_of(const RowSideBySide& row) {
  std::vector<std::pair<std::string, std::string>> found;
  for (const SideBySide& cell : row.cells) {
    const std::pair one(cell.metric, cell.unit);
    if (std::ranges::find(found, one) == found.end()) found.push_back(one);
  }
  std::ranges::stable_sort(
      found, {}, [](const auto& one) { return std::ranges::find(kMetrics, one.first) - std::begin(kMetrics); });
  return found;
}

std::string row_section(const RowSideBySide& row, std::size_t number, std::size_t runs) {
  std::string out =
      fmt::format("<section class=\"row\" id=\"row-{}\"><h3>{} \u00b7 {}</h3><p class=\"scale\">{}, {}</p>", number,
                  escape(row.dataset), escape(row.workload), counted(row.keys, "key"), counted(row.threads, "thread"));
  std::string notes;
  for (std::size_t run = 1; run < runs; ++run) {
    if (row.incomparable[run].empty()) continue;
    notes +=
        fmt::format("<li><b>{} is not compared with A:</b> {}</li>", run_letter(run), escape(row.incomparable[run]));
  }
  if (!notes.empty()) out += "<ul class=\"notes\">" + notes + "</ul>";
  const std::string headline = headline_of(row);
  out += "<div class=\"charts\" hidden></div>";
  std::string others;
  for (const auto& [metric, unit] : metrics_of(row)) {
    (metric == headline ? out : others) += metric_table(row, metric, unit, runs);
  }
  if (!others.empty()) out += "<details><summary>other measurements</summary>" + others + "</details>";
  return out + "</section>";
}

/// "B: of 24 indexes x rows 3 faster, 1 slower, ...".
std::string tally(const std::vector<RowSideBySide>& rows, std::size_t run) {
  std::size_t faster = 0;
  std::size_t slower = 0;
  std::size_t same = 0;
  std::size_t unresolved = 0;
  std::size_t incomparable = 0;
  double sum = 0;
  for (const RowSideBySide& row : rows) {
    incomparable += !row.incomparable[run].empty();
    const std::string headline = headline_of(row);
    for (const SideBySide& cell : row.cells) {
      if (cell.metric != headline || !cell.changes[run]) continue;
      unresolved += cell.changes[run]->unresolved();
      if (!cell.changes[run]->ratio) continue;
      const Compared& change = *cell.changes[run];
      (!change.differs() ? same : *change.ratio < 1 ? faster : slower) += 1;
      sum += std::log(*change.ratio);
    }
  }
  const std::size_t cells = faster + slower + same;
  std::string out = "<li><b>" + run_letter(run) + "</b> against A: ";
  if (cells == 0) {
    out += "nothing can be compared";
  } else {
    out += fmt::format("of {} {} faster, {} slower, {} not told apart; geometric mean {}", counted(cells, "cell"),
                       faster, slower, same, times(std::exp(sum / static_cast<double>(cells))));
  }
  if (unresolved > 0) out += "; " + counted(unresolved, "cell") + " unresolved (timer)";
  if (incomparable > 0) out += "; " + counted(incomparable, "row") + " not compared, each says why";
  return out + "</li>";
}

Facts facts_of(const Result& result) {
  Facts facts = {{"started", result.started}};
  for (const auto& [part, list] : {std::pair("tool", report::program_facts(result)),
                                   std::pair("environment", report::machine_facts(result.environment)),
                                   std::pair("plan", report::plan_facts(result))}) {
    for (const auto& [name, text] : list) facts.emplace_back(std::string(part) + "." + name, text);
  }
  return facts;
}

TableLine fact_line(const std::string& name, const std::vector<Facts>& all) {
  TableLine line = text_line({name});
  for (const Facts& facts : all) {
    const auto found = std::ranges::find(facts, name, &Facts::value_type::first);
    line.cells.push_back({.text = found == facts.end() ? "" : found->second});
  }
  return line;
}

bool differs(const TableLine& line) {
  return std::ranges::any_of(line.cells.begin() + 2, line.cells.end(),
                             [&](const TableCell& cell) { return cell.text != line.cells[1].text; });
}

/// Facts of every run, those that differ first.
std::string facts_table(std::span<const NamedResult> runs) {
  std::vector<Facts> all;
  std::vector<std::string> names;
  Table different = plain_table("Settings that differ", {""}), same = plain_table("Settings that are the same", {""});
  for (const NamedResult& run : runs) {
    all.push_back(facts_of(run.result));
    for (Table* table : {&different, &same}) table->columns.push_back({.name = run_letter(all.size() - 1)});
    for (const auto& [name, value] : all.back()) {
      if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
  }
  for (const std::string& name : names) {
    TableLine line = fact_line(name, all);
    if (differs(line)) line.cells[0].text += " \u2260";
    (line.cells[0].text == name ? same : different).lines.push_back(std::move(line));
  }
  std::string out = different.lines.empty() ? "<p>Nothing differs.</p>" : as_html(different, "facts stack");
  if (same.lines.empty()) return out;
  return out + "<details><summary>what is the same in all runs</summary>" + as_html(same, "facts stack") + "</details>";
}

std::string runs_table(std::span<const NamedResult> runs) {
  Table table{
      .title = "Runs",
      .columns = {{.name = "run"}, {.name = "from"}, {.name = "commit"}, {.name = "machine"}, {.name = "started"}}};
  for (std::size_t run = 0; run < runs.size(); ++run) {
    const Result& result = runs[run].result;
    table.lines.push_back({.cells = {{.text = run_letter(run)},
                                     {.text = runs[run].name},
                                     {.text = result.tool.version + " " + result.tool.commit.substr(0, 12)},
                                     {.text = result.environment.cpu, .below = result.environment.fingerprint},
                                     {.text = result.started}}});
  }
  return as_html(table, "plain stack");
}

std::string warning(std::span<const NamedResult> runs) {
  std::set<std::string> machines;
  for (const NamedResult& run : runs) machines.insert(run.result.environment.fingerprint);
  if (machines.size() < 2) return "";
  return "<p class=\"notes\">The runs are from different machines: ratios mix code and hardware.</p>";
}

/// What figures/ratios.js draws of a row.
report::Json row_data(const RowSideBySide& row) {
  const std::string headline = headline_of(row);
  report::Json out = {
      {"dataset", row.dataset},         {"workload", row.workload},        {"keys", row.keys},
      {"threads", row.threads},         {"metric", words_of(headline)},    {"rounds", 0},
      {"cells", report::Json::array()}, {"failed", report::Json::array()}, {"verdicts", report::Json::array()},
      {"ratios", report::Json::array()}};
  for (const SideBySide& cell : row.cells) {
    if (cell.metric != headline) continue;
    for (std::size_t run = 1; run < cell.changes.size(); ++run) {
      const auto& change = cell.changes[run];
      if (!change || !change->ratio) continue;
      const double ratio = *change->ratio, lo = change->lo.value_or(ratio), hi = change->hi.value_or(ratio);
      out["ratios"].push_back({{"index", cell.index},
                               {"run", run_letter(run)},
                               {"ratio", {ratio, lo, hi}},
                               {"text", change->lo ? times(ratio, lo, hi) : times(ratio)},
                               {"differs", change->differs()}});
    }
  }
  return out;
}

}  // namespace

std::string render_several(std::span<const NamedResult> runs) {
  std::vector<Result> results;
  for (const NamedResult& run : runs) results.push_back(run.result);
  const std::vector<RowSideBySide> rows = side_by_side(results);
  report::Page page{.title = fmt::format("omenbench: {} runs", runs.size()), .header = {}, .main = {}, .data = {}};
  page.header = fmt::format("<h1>{} runs side by side</h1><div id=\"answer\"><ul>", runs.size());
  for (std::size_t run = 1; run < runs.size(); ++run) page.header += tally(rows, run);
  page.header += "</ul></div>" + warning(runs) + runs_table(runs);
  page.main = kHowToRead + report::row_selector();
  page.data = {{"rows", report::Json::array()},
               {"indexes", report::Json::array()},
               {"datasets", report::Json::array()},
               {"grid", report::Json::array()}};
  std::size_t number = 0;
  for (const RowSideBySide& row : rows) {
    page.main += row_section(row, ++number, runs.size());
    page.data["rows"].push_back(row_data(row));
  }
  page.main += "</section><section><h2>What differs between the runs</h2>" + facts_table(runs) + "</section>";
  return report::page_of(page);
}

}  // namespace omenbench
