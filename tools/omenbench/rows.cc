// See rows.h.
#include "tools/omenbench/rows.h"

#include <string>
#include <vector>

#include "tools/omenbench/outputs.h"

namespace omenbench {
namespace {

Table table_of(const nlohmann::ordered_json& rows) {
  Table table;
  if (rows.empty()) return table;
  for (const auto& [name, value] : rows[0].items()) table.columns.push_back({.name = name});
  table.columns.back().prose = true;
  for (const nlohmann::ordered_json& row : rows) {
    TableLine& line = table.lines.emplace_back();
    for (const TableColumn& column : table.columns) {
      line.cells.push_back({.text = row[column.name].get<std::string>()});
    }
  }
  return table;
}

}  // namespace

void print_rows(const nlohmann::ordered_json& rows, OutputFormat format) {
  print_answer({.format = format}, {.document = [&rows](Detail) { return Document{{table_of(rows)}}; },
                                    .json = [&rows] { return json_text(rows, 2); }});
}

}  // namespace omenbench
