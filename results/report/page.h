// The one page of all commands that have figures: style, scripts and chart library, self-contained. Tables are written
// here, so that they read without JavaScript; charts are drawn in the browser by ECharts from a small JSON block that
// the page carries (results/report/figures/ draws what it finds there).
#pragma once

#include <string>

#include "results/document/document.h"
#include "results/report/markup.h"

namespace omenbench::report {

struct Page {
  std::string title;                ///< plain text
  std::string header;               ///< markup
  std::string figures = "Figures";  ///< heading above the figures of the whole page
  std::string main;                 ///< markup
  Json data;                        ///< what figures draw
};

/// Every text of `data` is escaped; markup has to be. The Content-Security-Policy of the page allows its own scripts
/// and style (by their sha256) and nothing else.
std::string page_of(const Page& page);

/// For pages that are not of one run: figures look for its rows and indexes.
Json data_without_rows();

/// A document as a page, with figures for what `data` holds: `data` becomes a member of the page's data called `name`.
std::string page_of(const Document& document, const std::string& title, const char* name, Json data);

/// A document as markup.
std::string markup_of(const Document& document);

/// Where the page's script offers its filter for the lines of the table with the id "all-numbers".
std::string filter_place();

/// A whole selector of the sections class="row": buttons and a list that the script fills.
std::string row_selector();

}  // namespace omenbench::report
