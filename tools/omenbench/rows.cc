// See rows.h.
#include "tools/omenbench/rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

namespace omenbench {

void print_rows(const nlohmann::ordered_json& rows, OutputFormat format) {
  if (format == OutputFormat::kJson) {
    fmt::print("{}\n", rows.dump(2));
    return;
  }
  if (rows.empty()) return;
  std::vector<std::string> names;
  for (const auto& [name, value] : rows[0].items()) names.push_back(name);
  std::vector<std::size_t> widths;
  for (const std::string& name : names) {
    std::size_t width = name.size();
    for (const nlohmann::ordered_json& row : rows)
      width = std::max(width, row[name].get_ref<const std::string&>().size());
    widths.push_back(width);
  }
  const bool markdown = format == OutputFormat::kMarkdown;
  const auto print_line = [&](const auto& text_of) {
    std::string line = markdown ? "| " : "";
    for (std::size_t i = 0; i < names.size(); ++i) {
      const bool last = i + 1 == names.size();
      line += fmt::format("{:<{}}", text_of(i), last && !markdown ? 0 : widths[i]);
      line += markdown ? (last ? " |" : " | ") : (last ? "" : "  ");
    }
    fmt::print("{}\n", line);
  };
  print_line([&](std::size_t i) { return names[i]; });
  if (markdown) print_line([&](std::size_t i) { return std::string(widths[i], '-'); });
  for (const nlohmann::ordered_json& row : rows)
    print_line([&](std::size_t i) { return row[names[i]].get<std::string>(); });
}

}  // namespace omenbench
