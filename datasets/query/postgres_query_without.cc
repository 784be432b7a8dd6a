// See query.h: the stand-in of a build without PostgreSQL's client library.
#include "core/error.h"
#include "datasets/query/query.h"

namespace omenbench::datasets {

OriginalValues query_postgres(const std::string&, const std::string&) {
  throw Error(
      "PostgreSQL: this omenbench was built without libpq, its client library; install libpq-dev and build again");
}

}  // namespace omenbench::datasets
