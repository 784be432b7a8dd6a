// See the header.
#include "tools/omenbench/decide_keys.h"

#include <memory>
#include <utility>
#include <vector>

#include "core/error.h"
#include "datasets/query/query.h"
#include "tools/omenbench/connection.h"

namespace omenbench {
namespace {

OriginalValues read_values(const KeySource& source) {
  if (!source.sqlite.empty()) return datasets::query_sqlite(source.sqlite, source.query);
  if (!source.postgres.empty()) {
    return datasets::query_postgres(resolve_connection("postgres", source.postgres), source.query);
  }
  return load_original(source.keys.request());
}

}  // namespace

void check_source(const KeySource& source) {
  const int named = !source.keys.spec.empty() + !source.postgres.empty() + !source.sqlite.empty();
  if (named == 0) throw Error("decide needs keys: a FILE[:column], a dataset's name, --pg WHERE or --sqlite FILE");
  if (named > 1) throw Error("decide takes its keys from one place: a file or dataset, --pg or --sqlite");
  if (source.keys.spec.empty() == source.query.empty()) {
    throw Error(source.query.empty() ? "--pg and --sqlite need --query 'select COLUMN from TABLE'"
                                     : "--query goes with --pg or --sqlite");
  }
  if (!source.postgres.empty()) resolve_connection("postgres", source.postgres);
  if (source.keys.spec.find(".parquet") != std::string::npos) {
    throw Error(
        "Parquet cannot be read: Debian packages no library for it; export the column of the keys as CSV (pandas, "
        "DuckDB or whatever wrote the file can) and name that");
  }
}

DescribedKeys read_keys(const KeySource& source) {
  datasets::Described described = datasets::describe_values(read_values(source), source.keys.request());
  auto keys = std::make_shared<const std::vector<Key>>(std::move(described.keys));
  const std::span<const Key> span = *keys;
  Dataset dataset(described.description.info, span, std::move(keys));
  return {std::move(described.description), std::move(dataset)};
}

}  // namespace omenbench
