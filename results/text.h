// Text for terminals and Markdown. Names come from files, databases and plugins, so they are made harmless here: no
// control character reaches a terminal, no markup reaches a table.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/numbers.h"

namespace omenbench {

/// One harmless line: control characters, line breaks and characters that reverse the reading direction are written as
/// escapes (\x1b, \u202e), bytes that are no UTF-8 become U+FFFD.
std::string printable(std::string_view text);

/// The same, escaped for a cell of a Markdown table.
std::string markdown(std::string_view text);

/// Columns that printable text takes, counting a character as one.
std::size_t width_of(std::string_view text);
/// Pads with spaces to `width` columns.
std::string pad_left(std::string_view text, std::size_t width);
std::string pad_right(std::string_view text, std::size_t width);
/// Breaks at spaces so that no line is wider than `width` where that is possible.
std::vector<std::string> wrap(std::string_view text, std::size_t width);

}  // namespace omenbench
