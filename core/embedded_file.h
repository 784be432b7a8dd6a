// A file that the build put into the program (cmake/omenbench.cmake, omenbench_embed).
#pragma once

#include <string_view>

namespace omenbench {

struct EmbeddedFile {
  std::string_view name;  ///< file name without folders
  std::string_view content;
};

}  // namespace omenbench
