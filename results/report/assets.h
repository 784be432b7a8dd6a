// Files that are built into the program for its pages, and their hashes for a Content-Security-Policy.
#pragma once

#include <string>
#include <string_view>

namespace omenbench::report {

/// Content of a file of results/report (or of the chart library) by its name. REQUIRES: the build embeds it.
std::string_view embedded_file(std::string_view name);

/// 'sha256-...' as a Content-Security-Policy source.
std::string csp_hash(std::string_view content);

}  // namespace omenbench::report
