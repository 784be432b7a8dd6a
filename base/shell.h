// Commands that are shown to be run again.
#pragma once

#include <string>
#include <string_view>

namespace omenbench {

/// `text` as one word of a POSIX shell: as it is where that means itself, else in single quotes.
std::string shell_word(std::string_view text);

}  // namespace omenbench
