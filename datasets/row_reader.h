// Rows and cells of delimited text (RFC 4180: quoted cells may hold the delimiter, line ends and doubled quotes),
// streamed: memory is bounded by the longest row. Blank lines and comments are passed over and counted.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/byte_source.h"

namespace omenbench::datasets {

struct Dialect {
  char delimiter = ',';              ///< '\0': one cell a line
  bool drops_last_word = false;      ///< of a line that is one cell: it ends before the last blanks
  bool quotes = true;                ///< a cell that begins with " ends with "
  std::string comment = "#";         ///< empty: no comments
  bool always_comment = false;       ///< every line that begins so is one: a recipe says it. Else only the following:
  std::size_t leading_comments = 0;  ///< the first so many of them
  /// Those with a blank behind it, or with another number of cells than this, which is more than one: the table's. Rows
  /// of other widths are counted. 0: unknown, every such line is a comment.
  std::size_t width = 0;
};

/// What was passed over, or taken although it is odd.
struct RowCounts {
  std::uint64_t comments = 0;
  std::uint64_t blank = 0;
  std::uint64_t like_comments = 0;  ///< rows that begin as comments do
  std::uint64_t odd_width = 0;
  std::uint64_t first_odd_line = 0;
};

class RowReader {
 public:
  RowReader(ByteSource& bytes, Place place);

  /// The first bytes, at most 64 KiB and cut after the last complete line; to find the dialect by. REQUIRES: before
  /// next(). Throws Error when they are binary or UTF-16.
  std::string_view sample();

  void set_dialect(Dialect dialect) { dialect_ = std::move(dialect); }
  const RowCounts& counts() const { return counts_; }
  /// Whether the current row does.
  bool begins_like_comment() const;

  /// Reads the next row's first `columns` cells (all when it has fewer). False at the end.
  bool next(std::size_t columns);

  /// Of the current row; valid until next().
  const std::vector<std::string_view>& cells() const { return cells_; }

  /// Of the current row's first line, from 1.
  std::uint64_t line() const { return row_line_; }
  const Place& place() const { return place_; }

  /// "file 'x.csv', line 7: WHAT" as an Error; `in_row` follows the line: ", column 'price'".
  [[noreturn]] void fail(const std::string& what, const std::string& in_row = "") const;

 private:
  bool fill();
  void split(std::string_view row, std::size_t columns);
  bool has_comment_mark(std::string_view row) const;
  bool is_comment(std::string_view row) const;
  void note_width(std::size_t cells);
  bool scan_quoted_row(std::size_t columns);
  bool scan_quoted(std::size_t& at, std::uint64_t& lines, std::string_view& cell);
  void skip_to_end_of_cell(std::size_t& at) const;

  ByteSource& bytes_;
  Place place_;
  Dialect dialect_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0, end_ = 0;  ///< unread part of the buffer
  bool exhausted_ = false;
  RowCounts counts_;
  std::uint64_t line_ = 1;  ///< of begin_
  std::uint64_t row_line_ = 0;
  std::vector<std::string_view> cells_;
  std::deque<std::string> unescaped_;  ///< cells whose doubled quotes were halved
};

}  // namespace omenbench::datasets
