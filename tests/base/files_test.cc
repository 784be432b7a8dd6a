// Only regular files are read, whole files appear at once, and a checksum is the one that others compute.
#include "base/files.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "base/digest.h"
#include "core/error.h"
#include "core/temporary_directory.h"

namespace omenbench {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

class Files : public testing::Test {
 protected:
  std::string complaint(const fs::path& path, std::uint64_t most_bytes = kMaxFileBytes) const {
    try {
      read_file(path, "plan", most_bytes);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_.path()), fs::directory_iterator()));
  }

  TemporaryDirectory folder_{"omenbench-test"};
  fs::path file_ = folder_.path() / "file";
};

TEST_F(Files, WhatIsWrittenIsRead) {
  const std::string content("a\0\n\xff", 4);
  write_file(file_, content);
  EXPECT_EQ(read_file(file_), content);
  write_file(file_, "");
  EXPECT_EQ(read_file(file_), "");
  EXPECT_EQ(files(), 1u);
  EXPECT_THAT(read_file("/proc/self/status"), StartsWith("Name:"));  // has no size
}

TEST_F(Files, WhatIsNoRegularFileIsRefusedByName) {
  ASSERT_EQ(mkfifo(file_.c_str(), 0600), 0);
  EXPECT_EQ(complaint(file_), "plan '" + file_.string() + "': is a pipe, expected a regular file");
  EXPECT_THAT(complaint("/dev/zero"), HasSubstr("is a device"));
  EXPECT_THAT(complaint(folder_.path()), HasSubstr("is a directory"));
  EXPECT_EQ(complaint("/nowhere/x"), "plan '/nowhere/x': cannot read: No such file or directory");
  EXPECT_EQ(try_read_file(file_), std::nullopt);
}

TEST_F(Files, ALargeFileIsRefused) {
  write_file(file_, "12345");
  EXPECT_EQ(complaint(file_, 5), "");
  EXPECT_THAT(complaint(file_, 4), HasSubstr("is larger than 4 bytes"));
}

TEST_F(Files, WhatIsNotCommittedLeavesNothing) {
  write_file(file_, "old");
  {
    AtomicFile file(file_);
    file.write(std::string_view("new"));
  }
  EXPECT_EQ(read_file(file_), "old");
  EXPECT_EQ(files(), 1u);
}

TEST_F(Files, ADeviceStaysOneAndAFullOneIsSaid) {
  EXPECT_NO_THROW(write_file("/dev/null", "x"));
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
  try {
    write_file("/dev/full", std::string(100'000, 'x'));
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "cannot write '/dev/full': No space left on device");
  }
  EXPECT_THROW(write_file("/nowhere/x", ""), Error);
}

TEST_F(Files, ALinkStaysOneAndLeadsToWhatIsWritten) {
  const fs::path link = file_.string() + "-latest";
  write_file(file_, "old");
  fs::create_symlink(file_.filename(), link);
  write_file(link, "new");
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_EQ(read_file(file_, "a"), "new");
}

TEST_F(Files, TheNamesOfOpenFilesAreNeverReplaced) {
  std::FILE* opened = std::fopen(file_.c_str(), "w");
  ASSERT_NE(opened, nullptr);
  // As /dev/stdout is where it goes to a file: beside it nothing may be written, and it must not be renamed over.
  write_file(fmt::format("/proc/self/fd/{}", fileno(opened)), "new");
  std::fclose(opened);
  EXPECT_EQ(read_file(file_, "a"), "new");
}

TEST_F(Files, ATemporaryDirectoryIsPrivateAndGoesAway) {
  fs::path path;
  {
    const TemporaryDirectory directory("omenbench-test");
    path = directory.path();
    write_file(path / "x", "x");
    EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_all);
  }
  EXPECT_FALSE(fs::exists(path));
  EXPECT_THROW(make_temporary_directory("/nowhere/x"), Error);
}

TEST(Digests, AreTheKnownOnes) {
  const std::string abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  EXPECT_EQ(sha256_of("abc"), abc);
  Digest parts;
  parts.update(std::string_view("a"));
  parts.update(std::string_view("bc"));
  EXPECT_EQ(parts.base64(), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
  Digest md5("md5");
  EXPECT_EQ(md5.hex(), "d41d8cd98f00b204e9800998ecf8427e");
  const TemporaryDirectory folder("omenbench-test");
  write_file(folder.path() / "x", "abc");
  EXPECT_EQ(digest_of_file("sha256", folder.path() / "x"), abc);
  EXPECT_THROW(digest_of_file("sha256", folder.path() / "y"), Error);
}

}  // namespace
}  // namespace omenbench
