// Text files, of one value a line or of delimited columns, as keys. Several files or members of an archive add up to
// one table: each has its own layout, all share the columns of the key and its types.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "datasets/byte_source.h"
#include "datasets/composite.h"
#include "datasets/formats/dialect.h"
#include "datasets/key_column.h"
#include "datasets/recipe.h"

namespace omenbench::datasets {

class TableParser {
 public:
  explicit TableParser(const Recipe& recipe);

  /// Adds the rows of one file or member. `name` is its own name, for recipes that take the date or a text from it.
  /// Throws Error naming file and line.
  void add(ByteSource& bytes, const Place& place, const std::string& name);

  /// The same for JSON objects, one after the other or in an array; columns are their fields (`a.b`: b of a). A list as
  /// the only column counts as so many rows.
  void add_json(ByteSource& bytes, const Place& place, const std::string& name);

  /// `where` begins messages that concern all of them.
  PackedKeys finish(const std::string& where) &&;

  std::uint64_t skipped_rows() const { return skipped_; }
  /// What a reader must know of how the rows became keys: what was guessed, passed over or is odd.
  std::vector<std::string> notes() const;

 private:
  /// A part of the key, ready for the rows of the current file.
  struct Part {
    KeyPart recipe;
    KeyColumn values;
    std::string name;
    std::vector<std::size_t> positions{};  ///< of its columns
    std::int64_t midnight = 0;             ///< kFileDate: seconds since 1970
  };
  /// The layout of the first file, by which the others are judged.
  struct FirstFile {
    std::string place;
    std::vector<std::string> names;
    std::size_t width = 0;
  };
  void choose_key(const TableLayout& layout, const Place& place);
  void allow_byte_strings(const TableLayout& layout);
  void resolve(const TableLayout& layout, const Place& place, const std::string& name);
  void compare_with_first(const TableLayout& layout, const Part& part, const Place& place) const;
  void count(const RowCounts& counts, const Place& place);
  std::string column_of_failure() const;
  bool lacks_value(const Part& part, const std::vector<std::string_view>& cells) const;
  bool add_row(const std::vector<std::string_view>& cells, const std::string& name);
  void note_long_row(std::string place);
  static void add_value(Part& part, const std::vector<std::string_view>& cells, const std::string& name);

  Recipe recipe_;
  std::vector<Part> parts_;
  std::size_t columns_needed_ = 0;
  std::uint64_t skipped_ = 0;
  std::size_t width_ = 1;    ///< of the current file
  std::size_t failing_ = 0;  ///< the part whose value is being added
  std::optional<FirstFile> first_;
  std::string guessed_;         ///< the column that was chosen because none was named
  std::string header_;          ///< what was taken for the header of a single column
  std::string comment_header_;  ///< a header that stands behind a comment
  RowCounts counts_;            ///< of all files
  std::uint64_t lines_without_object_ = 0;
  std::map<std::size_t, std::string> long_rows_;  ///< number of a key to where it stands, should it be too long
  std::string first_odd_;                         ///< where the first row of another width stands
};

/// The first date in a file name, "20140501" or "2014-05-01", as seconds since 1970. Throws Error when there is none.
std::int64_t date_in_name(const std::string& name, const Place& place);

}  // namespace omenbench::datasets
