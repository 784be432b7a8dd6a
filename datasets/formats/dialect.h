// What a text file does not say about itself: its delimiter, whether its first row is a header, and which column holds
// the keys. All is guessed from its first 64 KiB, and a recipe may state any of it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/recipe.h"
#include "datasets/row_reader.h"

namespace omenbench::datasets {

struct TableLayout {
  Dialect dialect;
  bool header = false;                 ///< the first row is one
  bool header_behind_comment = false;  ///< the last comment before the first row is one, as `sadf -d` writes it
  std::vector<std::string> names;      ///< of the columns; empty where neither header nor recipe names them
  std::size_t columns = 1;             ///< of the widest row
  std::vector<std::vector<std::string>> first_rows;  ///< below the header, at most 100
};

/// A first row that holds the name of a key column, whatever the rows below look like.
bool names_key_column(const std::vector<std::string>& row, const Recipe& recipe);

/// `sample` as of RowReader::sample().
TableLayout guess_layout(std::string_view sample, const Recipe& recipe, const Place& place);

/// The position of a column by name, else by number from 1. Throws Error listing the columns when there is none, when
/// several have that name, and when names and rows do not go together.
std::size_t find_column(const TableLayout& layout, const std::string& column, const Place& place);

/// The only plausible key column: the only one with timestamps, else the only one with integers, else the only one
/// with numbers. Throws Error listing the columns when there is none or more than one.
std::size_t guess_key_column(const TableLayout& layout, const Place& place);

/// "1 'node_id', 2 'lat'" for messages.
std::string list_columns(const TableLayout& layout);

}  // namespace omenbench::datasets
