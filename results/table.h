// The result document as text for people: in a terminal and as Markdown.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace omenbench {

struct TableOptions {
  bool color = false;       ///< ANSI colours; the caller knows whether this goes to a terminal
  std::size_t width = 120;  ///< columns for running text; tables keep their own width
};

/// One block per row (cells sorted by ns/op, failed ones with their reason, verdicts), then winners, headlines and the
/// meaning of the words. REQUIRES: a document of the form omenbench.result/1.
std::string render_table(const nlohmann::ordered_json& result, const TableOptions& options = {});

/// The same as Markdown.
std::string render_markdown(const nlohmann::ordered_json& result);

}  // namespace omenbench
