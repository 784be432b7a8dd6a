// Where the keys of `omenbench decide` come from: a file or dataset, or a query to PostgreSQL or a SQLite file.
#pragma once

#include <string>

#include "datasets/dataset.h"
#include "datasets/describe/description.h"
#include "tools/omenbench/data.h"

namespace omenbench {

struct KeySource {
  KeyOptions keys;  ///< file or dataset; how many of the keys, and what becomes of equal ones
  std::string postgres, sqlite, query;
};

/// Throws Error unless exactly one source is named, completely.
void check_source(const KeySource& source);

/// What to call it: the file or dataset as it was named, the base name of a SQLite file, the service of a PostgreSQL
/// connection (other connection strings may hold secrets, and are not repeated).
std::string name_of(const KeySource& source);

/// The values as they came, equal ones included. Throws Error.
OriginalValues read_values(const KeySource& source);

struct DescribedKeys {
  datasets::Description description;
  Dataset dataset;
};

/// Reads the source once. Throws Error.
DescribedKeys read_keys(const KeySource& source);

}  // namespace omenbench
