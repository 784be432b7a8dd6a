// See the header.
#include "datasets/query/statements.h"

#include <fmt/format.h>

#include "core/error.h"

namespace omenbench::datasets {

std::string Statements::row(const std::string& sql) {
  const std::vector<std::string> found = rows(sql);
  if (found.empty()) throw Error(fmt::format("a statement gave no row: {}", sql));
  return found.front();
}

}  // namespace omenbench::datasets
