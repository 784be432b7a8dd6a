// Where things are kept between runs that can be had again: parsed keys, downloads, libraries opened at run time. (In
// core because the coordinator and workers look there.)
#pragma once

#include <cstdlib>
#include <filesystem>

namespace omenbench {

/// $XDG_CACHE_HOME/omenbench, else ~/.cache/omenbench; empty where neither is set.
inline std::filesystem::path user_cache_directory() {
  if (const char* xdg = std::getenv("XDG_CACHE_HOME"); xdg && *xdg == '/')
    return std::filesystem::path(xdg) / "omenbench";
  if (const char* home = std::getenv("HOME"); home && *home)
    return std::filesystem::path(home) / ".cache" / "omenbench";
  return {};
}

}  // namespace omenbench
