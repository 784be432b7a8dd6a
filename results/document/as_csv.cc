// The tables of a document for programs and spreadsheets: numbers as they were measured, each interval in two columns.
#include <fmt/format.h>

#include <algorithm>

#include "results/document/document.h"
#include "results/text.h"

namespace omenbench {
namespace {

std::string escaped(std::string_view text) {
  const std::string plain = printable(text);
  if (plain.find_first_of(",\"\n") == std::string::npos) return plain;
  std::string out = "\"";
  for (const char c : plain) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

std::string number(const std::optional<double>& value) { return value ? fmt::format("{}", *value) : ""; }

std::string text_of(const TableCell& cell) {
  if (cell.value) return (cell.bound ? "<=" : "") + number(cell.value);
  std::string text = cell.text;
  for (const std::string* more : {&cell.small, &cell.below}) {
    if (!more->empty()) text += (text.empty() ? "" : " ") + *more;
  }
  return escaped(text);
}

void add_table(std::string& out, const Table& table) {
  std::vector<bool> interval(table.columns.size());
  bool remarks = false;
  for (const TableLine& line : table.lines) {
    remarks |= !line.remark.empty() || !line.below.empty();
    for (std::size_t i = 0; i < line.cells.size(); ++i) interval[i] = interval[i] || line.cells[i].lo.has_value();
  }
  std::vector<std::string> head;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    head.push_back(escaped(table.columns[i].name));
    if (!interval[i]) continue;
    for (const char* end : {" lo", " hi"}) head.push_back(escaped(table.columns[i].name + end));
  }
  if (remarks) head.emplace_back("note");
  out += fmt::format("{}\n", fmt::join(head, ","));
  for (const TableLine& line : table.lines) {
    std::vector<std::string> fields;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const TableCell cell = i < line.cells.size() ? line.cells[i] : TableCell{};
      fields.push_back(text_of(cell));
      if (interval[i]) fields.insert(fields.end(), {number(cell.lo), number(cell.hi)});
    }
    if (remarks)
      fields.push_back(escaped(fmt::format("{}{}{}", line.remark, line.remark.empty() || line.below.empty() ? "" : "; ",
                                           fmt::join(line.below, "; "))));
    out += fmt::format("{}\n", fmt::join(fields, ","));
  }
}

}  // namespace

std::string as_csv(const Document& document) {
  std::string out;
  std::string heading;
  for (const Block& block : document.blocks) {
    if (const auto* one = std::get_if<Heading>(&block)) heading = one->text;
    const auto* table = std::get_if<Table>(&block);
    if (table == nullptr) continue;
    const std::string title =
        heading.empty() || table->title.empty() ? heading + table->title : heading + ": " + table->title;
    if (!out.empty()) out += "\n";
    if (!title.empty()) out += "# " + printable(title) + "\n";
    add_table(out, *table);
  }
  return out;
}

}  // namespace omenbench
