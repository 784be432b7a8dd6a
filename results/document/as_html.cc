// One table of a document as markup of a page (results/report/page.css).
#include <fmt/format.h>

#include <algorithm>

#include "results/document/document.h"
#include "results/report/markup.h"
#include "results/text.h"

namespace omenbench {
namespace {

using report::escape;

constexpr const char* kClasses[] = {"", "faint", "less", "more"};

std::string cell_markup(const TableCell& cell, bool number, const std::string& label) {
  std::string attributes;
  if (cell.tone != Tone::kPlain) {
    attributes +=
        fmt::format(" class=\"change {}{}\"", kClasses[static_cast<std::size_t>(cell.tone)], number ? "" : " text");
  } else if (!number) {
    attributes += " class=\"text\"";
  }
  if (cell.value) attributes += fmt::format(" data-v=\"{:.6g}\"", *cell.value);
  if (!label.empty()) attributes += " data-label=\"" + escape(label) + "\"";
  std::string out = "<td" + attributes + ">";
  const std::string text = cell.text.empty() ? "\u2013" : escape(printable(cell.text));
  const bool said = !cell.text.empty() || cell.small.empty();
  if (said) out += cell.best ? "<b>" + text + "</b>" : text;
  if (!cell.small.empty()) out += "<small>" + escape(printable(cell.small)) + "</small>";
  if (!cell.below.empty()) out += "<span class=\"sub\">" + escape(printable(cell.below)) + "</span>";
  return out + "</td>";
}

/// What is said below a line: its remark and its sentences.
std::string below_markup(const Table& table, const TableLine& line) {
  std::string out;
  if (!line.remark.empty()) out += "<span class=\"sub\">" + escape(printable(line.remark)) + "</span>";
  for (const std::string& sentence : line.below) {
    out += "<span class=\"sub\">" + escape(printable(sentence)) + "</span>";
  }
  if (out.empty()) return out;
  return fmt::format("<tr><td class=\"text\" colspan=\"{}\">{}</td></tr>", table.columns.size(), out);
}

std::string line_markup(const Table& table, const TableLine& line, bool stacked) {
  std::string out = line.tone == Tone::kFaint ? "<tr class=\"reference\">" : "<tr>";
  out += "<th scope=\"row\">" + escape(printable(line.cells[0].text));
  if (!line.cells[0].below.empty()) out += "<span class=\"sub\">" + escape(printable(line.cells[0].below)) + "</span>";
  out += "</th>";
  const bool replaced = line.cells.size() < table.columns.size() && !line.remark.empty();
  for (std::size_t i = 1; i < (replaced ? line.cells.size() : table.columns.size()); ++i) {
    out += cell_markup(i < line.cells.size() ? line.cells[i] : TableCell{}, table.columns[i].number,
                       stacked ? table.columns[i].name : "");
  }
  if (!replaced) return out + "</tr>" + below_markup(table, line);
  return out + fmt::format("<td class=\"failed\" colspan=\"{}\">{}</td></tr>", table.columns.size() - line.cells.size(),
                           escape(printable(line.remark)));
}

}  // namespace

std::string as_html(const Table& table, std::string_view classes) {
  const bool stacked = classes.find("stack") != std::string_view::npos;
  const std::string title = escape(printable(table.title));
  std::string out = fmt::format(
      "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{0}\"><table class=\"{1}\"><caption>{0}"
      "</caption>",
      title, classes);
  if (std::ranges::any_of(table.columns, [](const TableColumn& column) { return !column.name.empty(); })) {
    out += "<thead><tr>";
    for (const TableColumn& column : table.columns) {
      const bool text = !column.number && &column != &table.columns.front();
      out += fmt::format("<th scope=\"col\"{}>{}</th>", text ? " class=\"text\"" : "", escape(printable(column.name)));
    }
    out += "</tr></thead>";
  }
  out += "<tbody>";
  for (const TableLine& line : table.lines) out += line_markup(table, line, stacked);
  out += "</tbody></table></div>";
  if (table.notes.empty()) return out;
  out += "<ul class=\"notes\">";
  for (const std::string& note : table.notes) out += "<li>" + escape(printable(note)) + "</li>";
  return out + "</ul>";
}

}  // namespace omenbench
