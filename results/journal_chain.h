// What ties the lines of a journal to each other, so that no damage passes for a measurement: every line begins with
// its number and a checksum of itself and of all lines before it, {"line":3,"check":"9f86d081884c7d65",...}. A line
// that was changed, removed, repeated or moved no longer fits. Lines that are missing at the end cannot be told from a
// run that was killed there, and make it an interrupted one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace omenbench {

class JournalChain {
 public:
  /// True for a line that was sealed; journals of earlier versions have none.
  static bool is_sealed(std::string_view line);

  /// `object`, a JSON object with at least one member, as the next line.
  std::string seal(std::string_view object);
  /// The object of the next line. Throws Error when it is not the line that was sealed after the one before.
  std::string open(std::string_view line);

 private:
  std::string check_of(std::string_view rest) const;

  std::uint64_t number_ = 0;  ///< of the last line
  std::string check_;         ///< of the last line
};

}  // namespace omenbench
