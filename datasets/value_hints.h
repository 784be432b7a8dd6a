// What to do with a value that is neither number nor date: the kinds that people's files and tables hold, known by
// their looks, and how each becomes a key.
#pragma once

#include <string>
#include <string_view>

namespace omenbench::datasets {

/// "; of a UUID a recipe takes the first 64 bits: type 'uuid'", or "" when the text is of none of those kinds.
std::string hint_for(std::string_view text);

}  // namespace omenbench::datasets
