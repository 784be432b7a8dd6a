// See the header.
#include "tools/omenbench/decide_keys.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.h"
#include "datasets/query/query.h"
#include "tools/omenbench/connection.h"

namespace omenbench {
namespace {

/// The answer to a query, none where the keys are a dataset's.
std::optional<OriginalValues> ask(const KeySource& source) {
  if (source.query.empty()) return std::nullopt;
  if (!source.sqlite.empty()) return datasets::query_sqlite(source.sqlite, source.query);
  if (source.keys.spec.empty()) {
    return datasets::query_postgres(resolve_connection("postgres", source.postgres), source.query);
  }
  return datasets::query_duckdb(datasets::files_of(source.keys.spec), source.query);
}

}  // namespace

OriginalValues read_values(const KeySource& source) {
  std::optional<OriginalValues> values = ask(source);
  if (!values) {
    DatasetRequest request = source.keys.request();
    request.byte_strings = true;
    return load_original(request);
  }
  values->info.name = name_of(source);
  return std::move(*values);
}

void check_source(const KeySource& source) {
  const int named = !source.keys.spec.empty() + !source.postgres.empty() + !source.sqlite.empty();
  if (named == 0) throw Error("decide needs keys: a FILE[:column], a dataset's name, --pg WHERE or --sqlite FILE");
  if (named > 1) throw Error("decide takes its keys from one place: a file or dataset, --pg or --sqlite");
  if (source.keys.spec.empty() && source.query.empty()) {
    throw Error("--pg and --sqlite need --query 'select COLUMN from TABLE'");
  }
  if (!source.keys.spec.empty() && !source.query.empty() &&
      !datasets::are_for_duckdb(datasets::files_of(source.keys.spec))) {
    throw Error("--query goes with --pg, --sqlite, a Parquet file (or pattern) or a DuckDB database");
  }
  if (!source.postgres.empty()) resolve_connection("postgres", source.postgres);
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
  const auto owner = std::make_shared<const datasets::Described>(std::move(described));
  const std::optional<std::string_view> text = owner->text;
  return {owner->description, Dataset(owner->description.info, owner->keys, owner, text)};
}

}  // namespace omenbench
