// What a row measured beyond its main table, as small tables of texts: by phase, by kind of operation, in an open loop,
// over time. Terminal, Markdown and report show the same ones.
#pragma once

#include <string>
#include <vector>

#include "results/result.h"

namespace omenbench {

struct ModeTable {
  std::string title;
  std::vector<std::string> columns;             ///< the first is the index
  std::vector<std::vector<std::string>> lines;  ///< as wide as `columns`
  std::vector<std::string> notices;             ///< in words, below
};

/// Those that the row has.
std::vector<ModeTable> mode_tables(const Row& row);

}  // namespace omenbench
