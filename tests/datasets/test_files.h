// Temporary files and the real data, for the tests of this room.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "core/error.h"
#include "core/temporary_directory.h"
#include "datasets/dataset.h"

namespace omenbench::datasets {

/// A directory that lives as long as this object, for files that a test writes.
class TestFiles : public TemporaryDirectory {
 public:
  TestFiles() : TemporaryDirectory("omenbench-test") {}
  /// Writes a file below it and returns its path.
  std::string write(const std::string& name, const std::string& content) const {
    std::filesystem::create_directories((path() / name).parent_path());
    std::ofstream(path() / name, std::ios::binary) << content;
    return (path() / name).string();
  }
};

/// A directory and loads whose cache lies in it.
class DatasetTest : public ::testing::Test {
 protected:
  DatasetRequest request(const std::string& spec) const {
    DatasetRequest request;
    request.spec = spec;
    request.cache = directory_.path() / "cache";
    return request;
  }
  Dataset load(const std::string& spec) const { return load_dataset(request(spec)); }
  std::vector<Key> keys(const std::string& spec) const {
    const Dataset dataset = load(spec);
    return {dataset.keys().begin(), dataset.keys().end()};
  }
  std::string write(const std::string& name, const std::string& content) const {
    return directory_.write(name, content);
  }
  std::string path(const std::string& name) const { return (directory_.path() / name).string(); }
  /// The message of the Error that loading throws; "" when it does not.
  std::string error_of(const DatasetRequest& what) const {
    try {
      load_dataset(what);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::kUsage);
      return error.what();
    }
    return "";
  }
  std::string error_of(const std::string& spec) const { return error_of(request(spec)); }

  TestFiles directory_;
};

/// Where the real data lies, or "" when it is not there.
inline std::string real_data() {
  const char* variable = std::getenv("OMENBENCH_TEST_DATA");
  const std::filesystem::path path =
      variable ? std::filesystem::path(variable) : std::filesystem::path(OMENBENCH_SOURCE_DIR) / "../shared/data";
  return std::filesystem::exists(path / "sosd") ? path.string() : "";
}

}  // namespace omenbench::datasets
