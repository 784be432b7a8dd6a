// Texts that are kept in tests/golden, so that a change of what people see is looked at.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

namespace omenbench {

/// Compares with tests/golden/<name>; OMENBENCH_UPDATE_GOLDEN=1 writes it instead.
inline void expect_golden(const std::string& name, const std::string& text) {
  const std::string path = std::string(OMENBENCH_SOURCE_DIR) + "/tests/golden/" + name;
  if (std::getenv("OMENBENCH_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path) << text;
    return;
  }
  std::ifstream in(path);
  std::stringstream golden;
  golden << in.rdbuf();
  EXPECT_EQ(golden.str(), text) << "(OMENBENCH_UPDATE_GOLDEN=1 rewrites " << path << ")";
}

}  // namespace omenbench
