// Where bytes come from: a plain file, or one member of an archive. Formats read from this and need not know which.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace omenbench::datasets {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// Fills `out` from the front and returns how many bytes there were; 0 only at the end. Throws Error naming the file
  /// when the bytes cannot be read, are truncated or corrupt.
  virtual std::size_t read(std::span<char> out) = 0;
};

/// Where something stands, for messages.
struct Place {
  std::string file;    ///< as the user named it
  std::string member;  ///< inside an archive; empty otherwise
  /// "file 'a.zip', member 'b.csv'"
  std::string text() const {
    return "file '" + file + "'" + (member.empty() ? std::string() : ", member '" + member + "'");
  }
  /// The same without folders: notes are kept with keys and results, which go to other places and people.
  std::string noted() const { return Place{file.substr(file.rfind('/') + 1), member}.text(); }
};

}  // namespace omenbench::datasets
