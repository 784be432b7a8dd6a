// Regular expressions of others' programs.
#pragma once

#include <string>
#include <string_view>

namespace omenbench {

/// An expression, as Google Benchmark's filters are, that matches this text alone.
std::string exact_pattern(std::string_view text);

}  // namespace omenbench
