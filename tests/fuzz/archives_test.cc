// Damaged archives are read or refused as readers_test.cc says of other files.
#include "tests/datasets/archives.h"

#include "datasets/archive.h"
#include "mutation.h"
#include "tests/datasets/test_files.h"

namespace omenbench::fuzz {
namespace {

namespace ds = datasets;

TEST(FuzzArchive, EveryMutationIsReadOrRefused) {
  const ds::TestFiles directory;
  const ds::Members members = {{"a.csv", "1\n2\n3\n"}, {"d/b.csv", "4\n5\n"}};
  const std::vector<std::string> samples = {
      ds::make_archive("zip", "none", members), ds::make_archive("tar", "none", members),
      ds::make_archive("tar", "xz", members), ds::compress("gzip", "1\n2\n3\n"), ds::compress("zstd", "1\n2\n3\n")};
  hold(samples, 1000, "archive", [&](const std::string& text) {
    const std::string file = directory.write("archive", text);
    ds::for_each_member(file, "", {}, [](const ds::Member&, ds::ByteSource& bytes) {
      char buffer[256];
      while (bytes.read(buffer) > 0) {
      }
    });
  });
}

}  // namespace
}  // namespace omenbench::fuzz
