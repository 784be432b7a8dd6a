// The lines in which a worker reports the conformance suite to the coordinator, on kReportDescriptor: tab-separated
// fields, with tabs and line breaks inside a field escaped.
//
//   start    NUMBER_OF_CHECKS
//   check    NUMBER KEYS MIX           about to run
//   alive                              before every trial: shrinking can take a while
//   skipped  KEYS MIX                  not run: its mix hung too often
//   finding  KEYS MIX WHAT SMALLEST CAUSE OPERATION    (conformance::Finding)
//   refused  WHY                       the request cannot be met; nothing follows
//   done     NUMBER_OF_CHECKS          that were run
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace omenbench {

inline std::string report_line(const std::vector<std::string>& fields) {
  std::string line;
  for (const std::string& field : fields) {
    if (!line.empty()) line += '\t';
    for (const char c : field) {
      if (c == '\\') {
        line += "\\\\";
      } else if (c == '\n') {
        line += "\\n";
      } else if (c == '\t') {
        line += "\\t";
      } else {
        line += c;
      }
    }
  }
  return line + '\n';
}

/// The fields of a line without its '\n'.
inline std::vector<std::string> parse_report_line(std::string_view line) {
  std::vector<std::string> fields{""};
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\t') {
      fields.emplace_back();
    } else if (line[i] == '\\' && i + 1 < line.size()) {
      const char c = line[++i];
      fields.back() += c == 'n' ? '\n' : c == 't' ? '\t' : c;
    } else {
      fields.back() += line[i];
    }
  }
  return fields;
}

}  // namespace omenbench
