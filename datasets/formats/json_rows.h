// Fields of JSON objects as cells: objects in lines of their own, one after the other, or in arrays. Objects are cut
// out of the stream by counting braces and parsed one at a time, so that memory is bounded by the largest. Numbers stay
// the texts that they are: what they become is the column's business, and no digit is lost on the way.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/byte_source.h"

namespace omenbench::datasets {

class JsonRows {
 public:
  /// `fields`: what each row's cells are, `a.b` for b of a. With a `prefix` an object stands behind it in its line, and
  /// lines without it are passed over.
  JsonRows(ByteSource& bytes, Place place, std::string prefix, std::vector<std::string> fields);

  /// The next row. A field that is absent or null gives an empty cell; where a list is the only field, each of its
  /// values is a row. False at the end. Throws Error naming place and line: also where an array does not end, or a
  /// field is given twice.
  bool next();
  /// Of the current row; valid until next().
  const std::vector<std::string_view>& cells() const { return cells_; }
  /// "file 'x.json', line 7: WHAT" as an Error; `in_row` follows the line.
  [[noreturn]] void fail(const std::string& what, const std::string& in_row = "") const;
  /// After the last row. Throws Error when no object had one of the fields.
  void refuse_absent_fields() const;
  /// Lines that have something in them, but no object behind a prefix.
  /// Where the current object begins, from 1.
  std::uint64_t line() const { return object_line_; }
  std::uint64_t lines_without_object() const { return lines_without_object_; }

 private:
  int get();
  bool next_object();
  bool find_start();
  bool find_prefix();
  void end_line();
  void skip_byte_order_mark();
  void split(const std::string& object);

  /// What may come next, outside of objects.
  enum class Expected : std::uint8_t { kAny, kFirstOfArray, kNextOfArray, kAfterItem };

  ByteSource& bytes_;
  Place place_;
  std::string prefix_;
  std::vector<std::string> fields_;
  std::vector<char> buffer_;
  std::size_t at_ = 0, end_ = 0;
  std::uint64_t line_ = 1, object_line_ = 1;
  std::uint64_t lines_without_object_ = 0;
  bool line_has_text_ = false, line_has_object_ = false;
  Expected expected_ = Expected::kAny;
  std::vector<bool> seen_;   ///< per field: in any object
  std::string first_names_;  ///< of the fields of the first object, for messages
  std::string object_;
  std::vector<std::string> values_;  ///< of fields_; or, where a list is the only one, its values
  std::size_t list_at_ = 0;          ///< next of them
  bool in_list_ = false;
  std::vector<std::string_view> cells_;
};

}  // namespace omenbench::datasets
