// Puts the page together: template, style, scripts, tables and the chart data. The template is filled in one pass, so
// that nothing from the result is ever read as a placeholder.
#include "results/report/report.h"

#include <fmt/format.h>

#include <cassert>
#include <map>
#include <string_view>

#include "embedded/report_figures.h"
#include "embedded/report_script.h"
#include "results/report/assets.h"
#include "results/report/background.h"
#include "results/report/cells.h"
#include "results/report/markup.h"
#include "results/report/verdicts.h"
#include "results/text.h"

namespace omenbench {
namespace {

using report::csp_hash;
using report::embedded_file;

/// The page's own script: shared parts, then figures, each in a function of its own so that no name of one file reaches
/// another. They meet on the object `omb`.
std::string page_script() {
  std::string out = "const omb = {};\n";
  for (const auto& files : {embedded::report_script(), embedded::report_figures()}) {
    for (const EmbeddedFile& file : files) {
      out += fmt::format("// {}\n(function () {{\n'use strict';\n{}\n}})();\n", file.name, file.content);
    }
  }
  return out + "omb.start();\n";
}

std::string content_security_policy(std::string_view script) {
  return "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; script-src " +
         csp_hash(embedded_file("echarts.min.js")) + " " + csp_hash(script) + "; style-src " +
         csp_hash(embedded_file("page.css"));
}

/// Replaces every {{name}} of `page` by values.at("name"); values are not looked at again.
std::string fill(std::string_view page, const std::map<std::string_view, std::string>& values) {
  std::string out;
  while (true) {
    const std::size_t open = page.find("{{");
    out += page.substr(0, open);
    if (open == std::string_view::npos) return out;
    const std::size_t close = page.find("}}", open);
    assert(close != std::string_view::npos);
    out += values.at(page.substr(open + 2, close - open - 2));
    page.remove_prefix(close + 2);
  }
}

std::string row_facts(const Row& row) {
  std::string out = report::row_scale(row) + ", " + counted(row.operations, "operation") + ", " +
                    counted(row.rounds, "complete round");
  if (!row.stream_sha256.empty()) out += ", first stream " + row.stream_sha256[0].substr(0, 12);
  for (const auto& [name, share] : row.realised) out += ", " + name + " " + report::significant(share);
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

std::string page_of(const Result& result) {
  const std::string script = page_script();
  return fill(embedded_file("page.html"), {{"csp", content_security_policy(script)},
                                           {"style", std::string(embedded_file("page.css"))},
                                           {"subtitle", report::escape(subtitle(result))},
                                           {"answer", report::answer_html(result)},
                                           {"notes", report::notes_html(result)},
                                           {"verdicts", report::verdict_table_html(result)},
                                           {"rows", row_sections(result)},
                                           {"numbers", report::numbers_table_html(result)},
                                           {"background", report::background_html(result)},
                                           {"data", report::script_json(report::chart_data(result))},
                                           {"echarts", std::string(embedded_file("echarts.min.js"))},
                                           {"script", script}});
}

}  // namespace

std::string render_report(const Result& result) { return page_of(result); }

}  // namespace omenbench
