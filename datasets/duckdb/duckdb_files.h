// Parquet files and DuckDB's databases among the files of a dataset.
#pragma once

#include <string>
#include <vector>

#include "datasets/duckdb/key_chunks.h"
#include "datasets/files_reader.h"

namespace omenbench::datasets {

enum class DuckdbFormat : std::uint8_t { kNone, kParquet, kDatabase };

/// By how a file begins, or by its name, so that a damaged one is told as what it was meant to be.
DuckdbFormat duckdb_format(const std::string& file);

/// "FILE.parquet:column", "FILE.duckdb:table.column", also of several columns. REQUIRES: are_for_duckdb(spec.files)
/// (query.h).
/// Throws Error naming file, column and row, and without the library a sentence that says how to get it.
FileValues read_duckdb_values(const ResolvedSpec& spec);

/// A database to read from: the file, or for Parquet one in memory.
duckdb::Database open_to_read(const std::string& file, const std::string& where);

/// "read_parquet(...)" of this one file, whatever characters its name holds.
std::string parquet_table(const std::string& file);

}  // namespace omenbench::datasets
