// A document as Markdown, for pull requests, issues and notes.
#include <algorithm>

#include "results/document/document.h"
#include "results/text.h"

namespace omenbench {
namespace {

/// Intervals and their headings keep their brackets; whatever may hold a name or an address is escaped.
std::string small_text(const std::string& text) {
  const bool plain = text.find_first_not_of("0123456789.,[] %xnumskMGTiB") == std::string::npos;
  return plain || text == "[95 % interval]" ? text : markdown(text);
}

std::string cell_text(const TableColumn& column, const TableCell& cell) {
  std::string text = cell.text.empty() && column.number ? "-" : markdown(cell.text);
  if (cell.best) text = "**" + text + "**";
  if (!cell.small.empty()) text += (text.empty() ? "" : " ") + small_text(cell.small);
  if (!cell.below.empty()) text += (text.empty() ? "" : " ") + markdown(cell.below);
  return text;
}

/// What stands after the cells: remark and sentences below.
std::string remark_of(const TableLine& line) {
  std::string text = line.remark;
  for (const std::string& sentence : line.below) text += (text.empty() ? "" : "; ") + sentence;
  return markdown(text);
}

struct Writer {
  std::string& out;

  void operator()(const Heading& heading) const {
    out += std::string(static_cast<std::size_t>(heading.level), '#') + " " + markdown(heading.text) + "\n";
    if (!heading.small.empty()) out += "\n" + markdown(heading.small) + "\n";
  }
  void operator()(const Prose& prose) const { out += markdown(prose.text) + "\n"; }
  void operator()(const Items& items) const {
    for (const std::string& text : items.texts) out += "- " + markdown(text) + "\n";
  }
  void operator()(const Picture&) const {}
  void operator()(const Table& table) const {
    if (!table.title.empty()) out += markdown(table.title) + "\n\n";
    const bool remarks =
        std::ranges::any_of(table.lines, [](const TableLine& line) { return !remark_of(line).empty(); });
    for (const TableColumn& column : table.columns) {
      out += "| " + markdown(column.name) + (column.small.empty() ? "" : " " + small_text(column.small)) + " ";
    }
    out += remarks ? "| |\n" : "|\n";
    for (const TableColumn& column : table.columns) out += column.number ? "|---:" : "|---";
    out += remarks ? "|---|\n" : "|\n";
    for (const TableLine& line : table.lines) {
      for (std::size_t i = 0; i < table.columns.size(); ++i) {
        out += "| " + cell_text(table.columns[i], i < line.cells.size() ? line.cells[i] : TableCell{}) + " ";
      }
      out += remarks ? "| " + remark_of(line) + " |\n" : "|\n";
    }
    if (!table.notes.empty()) out += "\n";
    (*this)(Items{table.notes});
  }
};

}  // namespace

std::string as_markdown(const Document& document) {
  std::string out;
  for (const Block& block : document.blocks) {
    if (std::holds_alternative<Picture>(block)) continue;
    if (!out.empty()) out += "\n";
    std::visit(Writer{out}, block);
  }
  return out;
}

}  // namespace omenbench
