// See the header. Runs are called A, B, C, ... on the page; their full names stand in the table of runs.
#include "results/report/several.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "results/compare/side_by_side.h"
#include "results/report/assets.h"
#include "results/report/facts.h"
#include "results/report/markup.h"
#include "results/report/ratio_figure.h"
#include "results/text.h"

namespace omenbench {
namespace {

using report::escape;
using report::Facts;

/// Metrics with a table of their own, in this order; others follow as they come.
constexpr const char* kMetrics[] = {"ns_per_op", "p50_ns", "p99_ns", "dependent_ns_per_op", "build_ns", "total_bytes"};

constexpr const char* kHowToRead =
    R"(<section><h2>Rows</h2><p>Values are medians over rounds with their sign-test intervals. A ratio is a run's time (or
bytes) over that of A, so less is better: the Hodges-Lehmann estimate with the interval that inverts the Mann-Whitney test,
95 % each. ▼ the whole interval lies below 1, ▲ above 1, ~ it holds 1. Rounds of different runs are not paired: what
the machine did at the time is part of a ratio. Of a hundred equal cells about five differ by chance. ≤: below ten times
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
  if (m.unit == "bytes") return report::bytes(value);
  return m.metric == "build_ns" ? report::duration(value) : report::significant(value);
}

std::string value_cell(const RowSideBySide& row, const SideBySide& cell, std::size_t run) {
  const auto& value = cell.values[run];
  if (!value) {
    const auto found = row.missing.find(cell.index);
    const std::string why = found == row.missing.end() || found->second[run].empty() ? "" : found->second[run];
    return "<td>" + (why.empty() ? "\u2013" : "<small class=\"why\">" + escape(why) + "</small>") + "</td>";
  }
  std::string out = std::string("<td>") + (value->upper_bound ? "\u2264 " : "") + value_text(*value, value->median);
  if (value->lo < value->hi) {
    out += fmt::format("<small>[{}, {}]</small>", value_text(*value, value->lo), value_text(*value, value->hi));
  }
  return out + "</td>";
}

std::string change_cell(const SideBySide& cell, std::size_t run) {
  const auto& change = cell.changes[run];
  if (change && change->unresolved()) return "<td><small class=\"why\">unresolved (timer)</small></td>";
  if (!change || !change->ratio) return "<td>\u2013</td>";
  if (!change->lo) {
    const bool few = cell.unit != "bytes" && cell.metric != "build_ns";
    return "<td>" + times(*change->ratio) + (few ? "<small>too few rounds</small>" : "") + "</td>";
  }
  const char* kind = !change->differs() ? "same" : *change->ratio < 1 ? "less" : "more";
  const char* mark = !change->differs() ? "~ " : *change->ratio < 1 ? "\u25bc " : "\u25b2 ";
  return fmt::format("<td class=\"change {}\">{}{}<small>[{}, {}]</small></td>", kind, mark, times(*change->ratio),
                     times(*change->lo), times(*change->hi));
}

/// What a row is compared by first: ns per operation, and where nothing has it (cold caches) the median latency.
std::string headline_of(const RowSideBySide& row) {
  const auto has = [&](const char* metric) {
    return std::ranges::any_of(row.cells, [&](const SideBySide& cell) { return cell.metric == metric; });
  };
  return has("ns_per_op") ? "ns_per_op" : has("p50_ns") ? "p50_ns" : "";
}

/// Indexes that have no number in any run, with the reason of each.
std::string lines_without_numbers(const RowSideBySide& row, std::size_t runs) {
  std::string out;
  for (const auto& [index, reasons] : row.missing) {
    const auto same = [&name = index](const SideBySide& cell) { return cell.index == name; };
    if (std::ranges::any_of(row.cells, same)) continue;
    out += "<tr><th scope=\"row\">" + escape(index) + "</th>";
    for (const std::string& reason : reasons) out += "<td><small class=\"why\">" + escape(reason) + "</small></td>";
    for (std::size_t run = 1; run < runs; ++run) out += "<td>\u2013</td>";
    out += "</tr>";
  }
  return out;
}

std::string metric_table(const RowSideBySide& row, const std::string& metric, const std::string& unit,
                         std::size_t runs) {
  std::string out = fmt::format(
      "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{0}\"><table class=\"cells\"><caption>{0}{1}"
      "</caption><thead><tr><th scope=\"col\">index</th>",
      escape(words_of(metric)), unit == "bytes" || metric == "build_ns" ? "" : ", " + escape(unit));
  for (std::size_t run = 0; run < runs; ++run) out += "<th scope=\"col\">" + report::run_letter(run) + "</th>";
  for (std::size_t run = 1; run < runs; ++run) out += "<th scope=\"col\">" + report::run_letter(run) + " / A</th>";
  out += "</tr></thead><tbody>";
  for (const SideBySide& cell : row.cells) {
    if (cell.metric != metric) continue;
    out += "<tr><th scope=\"row\">" + escape(cell.index) + "</th>";
    for (std::size_t run = 0; run < runs; ++run) out += value_cell(row, cell, run);
    for (std::size_t run = 1; run < runs; ++run) out += change_cell(cell, run);
    out += "</tr>";
  }
  if (metric == headline_of(row)) out += lines_without_numbers(row, runs);
  return out + "</tbody></table></div>";
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
  std::string out = fmt::format(
      "<section class=\"row\" id=\"row-{0}\"><h3>{1} \u00b7 {2}</h3><p class=\"scale\">{3} keys, {4} thread{5}</p>",
      number, escape(row.dataset), escape(row.workload), report::grouped(static_cast<double>(row.keys)), row.threads,
      row.threads == 1 ? "" : "s");
  std::string notes;
  for (std::size_t run = 1; run < runs; ++run) {
    if (row.incomparable[run].empty()) continue;
    notes += fmt::format("<li><b>{} is not compared with A:</b> {}</li>", report::run_letter(run),
                         escape(row.incomparable[run]));
  }
  if (!notes.empty()) out += "<ul class=\"notes\">" + notes + "</ul>";
  const std::string headline = headline_of(row);
  out += report::ratio_figure(row, headline, words_of(headline), runs);
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
  std::string out = "<li><b>" + report::run_letter(run) + "</b> against A: ";
  if (cells == 0) {
    out += "nothing can be compared";
  } else {
    out += fmt::format("of {} cells {} faster, {} slower, {} not told apart; geometric mean {}", cells, faster, slower,
                       same, times(std::exp(sum / static_cast<double>(cells))));
  }
  if (unresolved > 0) out += "; " + report::counted(unresolved, "cell") + " unresolved (timer)";
  if (incomparable > 0) out += "; " + report::counted(incomparable, "row") + " not compared, each says why";
  return out + "</li>";
}

Facts facts_of(const Result& result) {
  Facts facts = {{"started", result.started}};
  for (const auto& [part, list] :
       {std::pair("tool", report::program_facts(result)), std::pair("environment", report::machine_facts(result)),
        std::pair("plan", report::plan_facts(result))}) {
    for (const auto& [name, text] : list) facts.emplace_back(std::string(part) + "." + name, text);
  }
  return facts;
}

std::string fact_line(const std::string& name, const std::vector<Facts>& all) {
  std::vector<std::string> texts;
  for (const Facts& facts : all) {
    const auto found = std::ranges::find(facts, name, &Facts::value_type::first);
    texts.push_back(found == facts.end() ? "" : found->second);
  }
  const bool differs = std::ranges::adjacent_find(texts, std::ranges::not_equal_to{}) != texts.end();
  std::string line = fmt::format("<tr{}><th scope=\"row\">{}{}</th>", differs ? " class=\"differs\"" : "", escape(name),
                                 differs ? " <b>\u2260</b>" : "");
  for (const std::string& one : texts) line += "<td>" + (one.empty() ? "\u2013" : escape(one)) + "</td>";
  return line + "</tr>";
}

/// Facts of every run, those that differ first.
std::string facts_table(std::span<const NamedResult> runs) {
  std::vector<Facts> all;
  std::vector<std::string> names;
  for (const NamedResult& run : runs) {
    all.push_back(facts_of(run.result));
    for (const auto& [name, value] : all.back()) {
      if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
  }
  std::string different;
  std::string same;
  for (const std::string& name : names) {
    const std::string line = fact_line(name, all);
    (line.starts_with("<tr class") ? different : same) += line;
  }
  std::string head = "<thead><tr><th scope=\"col\"></th>";
  for (std::size_t run = 0; run < runs.size(); ++run) head += "<th scope=\"col\">" + report::run_letter(run) + "</th>";
  head += "</tr></thead>";
  const auto table = [&](const std::string& lines) {
    return "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Settings of the runs\"><table "
           "class=\"facts\">" +
           head + "<tbody>" + lines + "</tbody></table></div>";
  };
  std::string out = different.empty() ? "<p>Nothing differs.</p>" : table(different);
  if (!same.empty()) out += "<details><summary>what is the same in all runs</summary>" + table(same) + "</details>";
  return out;
}

std::string runs_table(std::span<const NamedResult> runs) {
  std::string out =
      "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Runs\"><table class=\"plain "
      "stack\"><thead><tr>"
      "<th scope=\"col\">run</th><th scope=\"col\">from</th><th scope=\"col\">commit</th><th scope=\"col\">machine</th>"
      "<th scope=\"col\">started</th></tr></thead><tbody>";
  for (std::size_t run = 0; run < runs.size(); ++run) {
    const Result& result = runs[run].result;
    out += fmt::format(
        "<tr><th scope=\"row\">{} {}</th><td data-label=\"from\">{}</td><td data-label=\"commit\">{} {}</td>"
        "<td data-label=\"machine\">{}<span class=\"sub\">{}</span></td><td data-label=\"started\">{}</td></tr>",
        report::run_letter(run), report::run_symbol(run), escape(runs[run].name), escape(result.tool.version),
        escape(result.tool.commit.substr(0, 12)), escape(result.environment.cpu),
        escape(result.environment.fingerprint), escape(result.started));
  }
  return out + "</tbody></table></div>";
}

std::string warning(std::span<const NamedResult> runs) {
  std::set<std::string> machines;
  for (const NamedResult& run : runs) machines.insert(run.result.environment.fingerprint);
  if (machines.size() < 2) return "";
  return "<p class=\"notes\">The runs are from different machines: ratios mix code and hardware.</p>";
}

}  // namespace

std::string render_several(std::span<const NamedResult> runs) {
  std::vector<Result> results;
  for (const NamedResult& run : runs) results.push_back(run.result);
  const std::vector<RowSideBySide> rows = side_by_side(results);
  const std::string style =
      std::string(report::embedded_file("page.css")) + std::string(report::embedded_file("several.css"));
  std::string out = fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" "
      "content=\"default-src 'none'; base-uri 'none'; form-action 'none'; style-src {}\">\n<meta name=\"viewport\" "
      "content=\"width=device-width, initial-scale=1\">\n<title>omenbench: {} "
      "runs</title><style>{}</style></head><body>\n",
      report::csp_hash(style), runs.size(), style);
  out += fmt::format("<header><h1>{} runs side by side</h1><div id=\"answer\"><ul>", runs.size());
  for (std::size_t run = 1; run < runs.size(); ++run) out += tally(rows, run);
  out += "</ul></div>" + warning(runs) + runs_table(runs) + "</header><main>";
  out += kHowToRead;
  std::size_t number = 0;
  for (const RowSideBySide& row : rows) out += row_section(row, ++number, runs.size());
  out += "</section><section><h2>What differs between the runs</h2>" + facts_table(runs) + "</section></main>";
  return out + "<footer><p>Made by omenbench.</p></footer></body></html>\n";
}

}  // namespace omenbench
