// Fields of JSON objects as cells: objects in lines of their own, one after the other, or in one array. Objects are cut
// out of the stream by counting braces and parsed one at a time, so that memory is bounded by the largest.
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
  /// values is a row. False at the end. Throws Error naming place and line.
  bool next();
  /// Of the current row; valid until next().
  const std::vector<std::string_view>& cells() const { return cells_; }
  /// "file 'x.json', line 7: WHAT" as an Error.
  [[noreturn]] void fail(const std::string& what) const;

 private:
  int get();
  bool next_object();
  bool find_start();
  void split(const std::string& object);

  ByteSource& bytes_;
  Place place_;
  std::string prefix_;
  std::vector<std::string> fields_;
  std::vector<char> buffer_;
  std::size_t at_ = 0, end_ = 0;
  std::uint64_t line_ = 1, object_line_ = 1;
  std::string object_;
  std::vector<std::string> values_;  ///< of fields_; or, where a list is the only one, its values
  std::size_t list_at_ = 0;          ///< next of them
  bool in_list_ = false;
  std::vector<std::string_view> cells_;
};

}  // namespace omenbench::datasets
