// The page of one run: its answer, tables and chart data.
#include "results/report/report.h"

#include <fmt/format.h>

#include "results/document/document.h"
#include "results/focus_document.h"
#include "results/report/answer.h"
#include "results/report/background.h"
#include "results/report/cells.h"
#include "results/report/markup.h"
#include "results/report/page.h"
#include "results/report/verdicts.h"
#include "results/text.h"

namespace omenbench {
namespace {

std::string row_facts(const Row& row) {
  std::string out = report::row_scale(row) + ", " + counted(row.operations, "operation") + ", " +
                    counted(row.rounds, "complete round");
  if (!row.stream_sha256.empty()) out += ", first stream " + row.stream_sha256[0].substr(0, 12);
  for (const auto& [name, share] : row.realised) out += ", " + name + " " + three_digits(share);
  return out;
}

std::string row_section(const Row& row, std::size_t number, const std::vector<report::Opponent>& opponents) {
  std::string out = fmt::format(
      "<section class=\"row\" id=\"row-{0}\" aria-labelledby=\"row-{0}-title\"><h3 id=\"row-{0}-title\">{1}</h3>"
      "<p class=\"scale\">{2}</p>",
      number, report::escape(report::row_title(row)), report::escape(row_facts(row)));
  std::string notes;
  for (const std::string& note : row.notes) notes += "<li>" + report::escape(note) + "</li>";
  if (!notes.empty()) out += "<ul class=\"notes\">" + notes + "</ul>";
  out += report::row_verdicts_html(row, opponents);
  out += "<div class=\"charts\" hidden></div>";
  out += fmt::format("<div class=\"row-numbers\"><p><a href=\"#numbers-{}\">All numbers of this row</a></p></div>",
                     number);
  return out + report::row_extras_html(row) + "</section>";
}

std::string row_sections(const Result& result) {
  const auto opponents = report::opponents(result);
  std::string out;
  std::size_t number = 0;
  for (const Row& row : result.rows) out += row_section(row, ++number, opponents);
  return out;
}

std::string subtitle(const Result& result) {
  std::string out = fmt::format("omenbench {} ({})", result.tool.version, result.tool.commit.substr(0, 12));
  const std::string plan = result.plan.value("name", "");
  if (!plan.empty()) out += ", plan " + plan;
  return out + ", " + result.started;
}

/// What the symbols of verdicts mean, before the tables that use them.
constexpr const char* kAboutVerdicts =
    R"(<section id="verdicts"><h2>Verdicts</h2><p>Best learned index against the best opponent, by throughput (rows with
cold caches: by median latency). Ratio of ns per operation, learned / opponent: below 1 the learned index is faster.
<span class="key"><span class="v wins">&#9650; wins</span> <span class="v loses">&#9660; loses</span>
<span class="v tie">= tie</span> <span class="v inconclusive">? inconclusive</span>
<span class="v unresolved">&#216; unresolved</span> <span>~ does not survive correction, not counted</span></span></p>)";

constexpr const char* kAboutNumbers =
    R"(<section id="numbers"><h2>All numbers</h2><p>One line per cell: medians over rounds, intervals below them; times in
ns. )";

/// Each index in focus against every other; nothing where there is none.
std::string focus_sections(const Result& result) {
  std::string out;
  for (const Focus& focus : foci_of(result)) {
    out += "<section><h2>" + report::escape(focus.title()) + "</h2>";
    for (const Table& table : focus_tables(result, focus)) out += as_html(table, "cells sortable");
    out += "</section>";
  }
  return out;
}

}  // namespace

std::string render_report(const Result& result) {
  return report::page_of(
      {.title = "omenbench report",
       .header = "<h1>Where do learned indexes beat classical ones?</h1><p class=\"scale\">" +
                 report::escape(subtitle(result)) + "</p>" + report::answer_html(result) + report::notes_html(result),
       .figures = "The whole run",
       .main = kAboutVerdicts + report::verdict_table_html(result) + "</section><section id=\"rows\"><h2>Rows</h2>" +
               report::row_selector() + row_sections(result) + "</section>" + focus_sections(result) + kAboutNumbers +
               report::filter_place() + "</p>" + report::numbers_table_html(result) + "</section>" +
               report::background_html(result),
       .data = report::chart_data(result)});
}

}  // namespace omenbench
