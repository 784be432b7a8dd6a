// The tables of one index against all others (focus.h), for terminal, Markdown, CSV, LaTeX and page.
#pragma once

#include <vector>

#include "results/document/document.h"
#include "results/focus.h"

namespace omenbench {

/// One table per row, then one over the rows.
std::vector<Table> focus_tables(const Result& result, const Focus& focus);

/// A heading and the tables of each index that the result is focused on; nothing where there is none.
void add_focus(Document& document, const Result& result);

}  // namespace omenbench
