// A result as text for people: in a terminal and as Markdown.
#pragma once

#include <string>

#include "results/result.h"

namespace omenbench {

struct TableOptions {
  bool color = false;       ///< ANSI colours; the caller knows whether this goes to a terminal
  std::size_t width = 120;  ///< columns for running text; tables keep their own width
};

/// One block per row (cells sorted by ns/op, failed ones with their reason, verdicts), then winners, headlines and the
/// meaning of the words.
std::string render_table(const Result& result, const TableOptions& options = {});

/// The same as Markdown.
std::string render_markdown(const Result& result);

}  // namespace omenbench
