// What the loaded libraries tell about their build, against the text of their files.
#include "indexes/engines/library_build.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>

namespace omenbench::engine_test {
namespace {

/// Names of the shared libraries in this process ("librocksdb") and their files.
std::map<std::string, std::string> loaded_libraries() {
  std::map<std::string, std::string> loaded;
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    const std::size_t slash = line.find('/');
    const std::size_t name = line.rfind('/') + 1;
    const std::size_t suffix = line.find(".so", name);
    if (slash != std::string::npos && suffix != std::string::npos) {
      loaded[line.substr(name, suffix - name)] = line.substr(slash);
    }
  }
  return loaded;
}

TEST(LibraryBuild, SaysWhetherAssertionsAreCompiledIn) {
  int checked = 0;
  for (const auto& [library, path] : loaded_libraries()) {
    // The C library defines what the others import.
    if (library == "libc" || library.starts_with("ld-linux")) continue;
    std::ifstream file(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    const bool named = bytes.find(std::string("\0__assert_fail\0", 15)) != std::string::npos;
    EXPECT_EQ(assertions_in(library), named ? "compiled in" : "compiled out") << path;
    ++checked;
  }
  EXPECT_GT(checked, 2);
}

TEST(LibraryBuild, KnowsNothingOfWhatIsNotLoaded) {
  EXPECT_EQ(assertions_in("libnosuch"), "unknown");
  EXPECT_EQ(assertions_in("lib"), "unknown") << "names are whole";
}

}  // namespace
}  // namespace omenbench::engine_test
