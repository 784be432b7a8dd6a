// See the header. (POSIX.1-2017, Shell Command Language, 2.2 "Quoting".)
#include "base/shell.h"

namespace omenbench {

std::string shell_word(std::string_view text) {
  constexpr std::string_view kMeanThemselves =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+=:,./@%";
  if (!text.empty() && text.find_first_not_of(kMeanThemselves) == std::string_view::npos) return std::string(text);
  std::string word = "'";
  for (const char c : text) {
    // Nothing stands for a quote within quotes: they end, an escaped one follows, they begin again.
    word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return word + "'";
}

}  // namespace omenbench
