// See the header.
#include "results/schema.h"

#include <cassert>

#include "embedded/schemas.h"

namespace omenbench {

std::string_view result_schema() {
  for (const EmbeddedFile& file : embedded::schemas()) {
    if (file.name == "omenbench.result-1.schema.json") return file.content;
  }
  assert(false && "the schema is always embedded");
  return {};
}

}  // namespace omenbench
