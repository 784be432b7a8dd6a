// Filled in by CMake; the commit comes from a header that is rewritten when it changes.
#include "tools/omenbench/version.h"

#include <fmt/format.h>

#include "embedded/commit.h"

namespace omenbench {
namespace {

#if defined(__clang__)
constexpr const char* kCompiler = "clang " __clang_version__;
#else
constexpr const char* kCompiler = "g++ " __VERSION__;
#endif

#ifdef OMENBENCH_SANITIZED
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

}  // namespace

std::string version_text() {
  return fmt::format("omenbench {} (commit {}, {}, {}, workers for {})", OMENBENCH_VERSION, OMENBENCH_COMMIT, kCompiler,
                     OMENBENCH_BUILD_TYPE, OMENBENCH_WORKER_ISAS);
}

ToolInfo tool_info() {
  ToolInfo tool;
  tool.version = OMENBENCH_VERSION;
  tool.commit = OMENBENCH_COMMIT;
  tool.compiler = kCompiler;
  tool.flags = OMENBENCH_FLAGS;
  tool.build_type = OMENBENCH_BUILD_TYPE;
  tool.sanitized = kSanitized;
  return tool;
}

}  // namespace omenbench
