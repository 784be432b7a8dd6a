// See the header.
#include "base/pattern.h"

namespace omenbench {

std::string exact_pattern(std::string_view text) {
  // No others: in some dialects a backslash makes '<' the beginning of a word.
  constexpr std::string_view kSpecial = R"(\.[]{}()*+?^$|)";
  std::string pattern = "^";
  for (const char c : text) {
    if (kSpecial.find(c) != std::string_view::npos) pattern += '\\';
    pattern += c;
  }
  return pattern + "$";
}

}  // namespace omenbench
