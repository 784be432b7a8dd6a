// See statements.h: the stand-in of a build without PostgreSQL's client library.
#include "core/error.h"
#include "datasets/query/statements.h"

namespace omenbench::datasets {

std::unique_ptr<Statements> postgres_statements(const std::string&) {
  throw Error(
      "PostgreSQL: this omenbench was built without libpq, its client library; install libpq-dev and build again");
}

}  // namespace omenbench::datasets
