// Puts pages together. The template is filled in one pass, so that nothing from a result is ever taken for one of its
// marks.
#include "results/report/page.h"

#include <fmt/format.h>

#include <cassert>
#include <map>
#include <string_view>

#include "embedded/report_figures.h"
#include "embedded/report_script.h"
#include "results/report/assets.h"
#include "results/text.h"

namespace omenbench::report {
namespace {

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

std::string plain(const std::string& text) { return escape(printable(text)); }

/// A block of a document as markup.
struct Writer {
  std::string& out;

  void operator()(const Heading& heading) const {
    out += fmt::format("<h{0}>{1}</h{0}>", heading.level < 3 ? 2 : 3, plain(heading.text));
    if (!heading.small.empty()) out += "<p class=\"scale\">" + plain(heading.small) + "</p>";
  }
  void operator()(const Prose& prose) const { out += "<p>" + plain(prose.text) + "</p>"; }
  void operator()(const Items& items) const {
    out += "<ul>";
    for (const std::string& text : items.texts) out += "<li>" + plain(text) + "</li>";
    out += "</ul>";
  }
  void operator()(const Table& table) const { out += as_html(table, "cells sortable"); }
  void operator()(const Picture&) const {}
};

}  // namespace

std::string page_of(const Page& page) {
  const std::string script = page_script();
  return fill(embedded_file("page.html"), {{"csp", content_security_policy(script)},
                                           {"style", std::string(embedded_file("page.css"))},
                                           {"title", plain(page.title)},
                                           {"header", page.header},
                                           {"figures", escape(page.figures)},
                                           {"main", page.main},
                                           {"data", script_json(page.data)},
                                           {"echarts", std::string(embedded_file("echarts.min.js"))},
                                           {"script", script}});
}

Json data_without_rows() {
  return {{"rows", Json::array()}, {"indexes", Json::array()}, {"datasets", Json::array()}, {"grid", Json::array()}};
}

std::string page_of(const Document& document, const std::string& title, const char* name, Json data) {
  Page page{.title = title, .header = "<h1>" + plain(title) + "</h1>", .main = {}, .data = {}};
  page.data = data_without_rows();
  page.data[name] = std::move(data);
  page.main = markup_of(document);
  return page_of(page);
}

std::string markup_of(const Document& document) {
  std::string out;
  for (const Block& block : document.blocks) std::visit(Writer{out}, block);
  return out;
}

std::string filter_place() {
  return "<span id=\"filter-place\" hidden><label>Filter by words, all of which must occur <input type=\"search\" "
         "id=\"filter\" aria-describedby=\"filter-count\"></label> <output id=\"filter-count\" "
         "aria-live=\"polite\"></output></span>";
}

std::string row_selector() {
  return "<div id=\"row-selector\" class=\"selector\" hidden>"
         "<button type=\"button\" id=\"row-previous\" aria-label=\"previous row\">&#8592;</button>"
         "<select id=\"row-select\" aria-label=\"row to show\"></select>"
         "<button type=\"button\" id=\"row-next\" aria-label=\"next row\">&#8594;</button></div>";
}

}  // namespace omenbench::report
