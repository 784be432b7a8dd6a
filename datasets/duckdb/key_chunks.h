// The values of DuckDB's results, chunk by chunk, as columns of keys. Numbers, times and dates are taken as they lie in
// DuckDB's vectors, exactly; texts are read as the cells of a file are.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "datasets/key_column.h"
#include "libraries/duckdb.h"

namespace omenbench::datasets {

/// A column as DuckDB describes it.
struct DuckdbColumn {
  std::string name;
  std::string type;  ///< in its words: "DECIMAL(12,2)"
};

/// What a table, or a FROM item, offers. Throws Error, beginning with the connection's `where`.
std::vector<DuckdbColumn> columns_of(const duckdb::Connection& connection, const std::string& from);

class KeyChunks {
 public:
  /// One form for each column of the results to come: kAuto takes a column's own type. `of_query` says what an error
  /// calls a row; `byte_strings`: columns may be of such.
  KeyChunks(std::vector<ValueForm> forms, bool of_query, bool byte_strings);

  /// Reads a result to its end. `columns` describes its columns; those of every result must be of one kind. A row
  /// without a value in any column is counted and left out. Throws Error, beginning with `where` and naming row or
  /// column.
  void read(duckdb::Result result, const std::vector<DuckdbColumn>& columns, const std::string& where);

  std::uint64_t rows() const { return rows_; }
  std::uint64_t nulls() const { return nulls_; }
  std::vector<EncodedColumn> finish() &&;

 private:
  /// How the values of a column lie in its vectors.
  struct Layout {
    duckdb::Type type = duckdb::Type::kInvalid;  ///< of decimals: of the integers that hold them
    bool decimal = false;
    int digits = 0;    ///< of decimals after the point; of times below a second
    std::string name;  ///< DuckDB's, where it came from
    std::string kind() const;
  };

  bool takes(const Layout& layout, std::size_t column) const;
  Layout layout_of(duckdb::Result& result, std::size_t column, const DuckdbColumn& described) const;
  void select(const duckdb::Chunk& chunk, std::size_t size);
  void add(std::size_t column, const duckdb::Chunk& chunk);
  void add_texts(std::size_t column, const duckdb::Chunk& chunk);
  void add_text(std::size_t column, const duckdb::Chunk& chunk, std::size_t row);
  void add_wide(std::size_t column, const duckdb::Wide* values);
  void add_times(std::size_t column, const std::int64_t* values);
  void add_days(std::size_t column, const std::int32_t* values);
  template <class Lies>
  void add_numbers(std::size_t column, const Lies* values);
  template <class Number, class Lies>
  std::span<const Number> present(const Lies* values, std::vector<Number>& buffer) const;
  template <class Number>
  void keep(std::size_t column, std::span<const Number> numbers);
  void refuse_infinite(std::size_t column, std::span<const std::int64_t> counts, std::int64_t infinite) const;
  /// The row of the chunk that holds the value of that number among those that are there.
  std::size_t row_of(std::size_t value) const { return all_ ? value : present_[value]; }
  [[noreturn]] void fail(std::size_t column, std::optional<std::size_t> row, const BadValue& bad) const;

  std::vector<ValueForm> forms_;
  bool of_query_;
  bool byte_strings_;
  std::vector<KeyColumn> values_;
  std::vector<Layout> layouts_;
  std::vector<std::string> names_;
  std::string where_;
  std::uint64_t rows_ = 0, nulls_ = 0;
  std::uint64_t before_ = 0;            ///< rows of this result before the chunk
  std::size_t size_ = 0;                ///< of the chunk
  bool all_ = true;                     ///< of its rows hold values; otherwise:
  std::vector<std::uint32_t> present_;  ///< those that do
};

}  // namespace omenbench::datasets
