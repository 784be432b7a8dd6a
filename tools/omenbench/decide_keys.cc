// See the header.
#include "tools/omenbench/decide_keys.h"

#include <filesystem>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.h"
#include "datasets/query/query.h"
#include "tools/omenbench/connection.h"

namespace omenbench {
namespace {

OriginalValues read_values(const KeySource& source) {
  if (!source.keys.spec.empty()) return load_original(source.keys.request());
  OriginalValues values = source.sqlite.empty()
                              ? datasets::query_postgres(resolve_connection("postgres", source.postgres), source.query)
                              : datasets::query_sqlite(source.sqlite, source.query);
  values.info.name = name_of(source);
  return values;
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

std::string name_of(const KeySource& source) {
  if (!source.keys.spec.empty()) return source.keys.spec;
  if (!source.sqlite.empty()) return std::filesystem::path(source.sqlite).filename().string();
  constexpr std::string_view kService = "service=";
  if (!source.postgres.starts_with(kService)) return "PostgreSQL";
  return source.postgres.substr(kService.size(), source.postgres.find(' ') - kService.size());
}

DescribedKeys read_keys(const KeySource& source) {
  datasets::Described described = datasets::describe_values(read_values(source), source.keys.request());
  auto keys = std::make_shared<const std::vector<Key>>(std::move(described.keys));
  const std::span<const Key> span = *keys;
  Dataset dataset(described.description.info, span, std::move(keys));
  return {std::move(described.description), std::move(dataset)};
}

}  // namespace omenbench
