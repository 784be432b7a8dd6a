// Parsed keys are found again, a damaged cache is parsed anew, and a cache that cannot be written is only a note.
#include "datasets/key_cache.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test_files.h"

namespace omenbench::datasets {
namespace {

class KeyCacheTest : public DatasetTest {
 protected:
  std::vector<std::filesystem::path> cache_files() const {
    std::vector<std::filesystem::path> files;
    const auto folder = directory_.path() / "cache" / "keys";
    if (!std::filesystem::exists(folder)) return files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path());
    return files;
  }
};

TEST_F(KeyCacheTest, GivesBackWhatParsingFound) {
  const std::string file = write("a.csv", "t,v\n2020-01-01,1.5\n2020-01-02,2.5\n2020-01-02,2.5\n");
  const Dataset first = load(file);
  ASSERT_EQ(cache_files().size(), 1u);
  const auto before = std::filesystem::last_write_time(cache_files()[0]);
  const Dataset second = load(file);
  EXPECT_EQ(std::filesystem::last_write_time(cache_files()[0]), before);
  EXPECT_EQ(first.info().sha256, second.info().sha256);
  EXPECT_EQ(second.info().rows, 3u);
  EXPECT_EQ(second.info().duplicates, 1u);
  EXPECT_EQ(second.info().key_type, "timestamp s");
  EXPECT_EQ(second.info().notes, first.info().notes);
  EXPECT_TRUE(std::equal(first.keys().begin(), first.keys().end(), second.keys().begin(), second.keys().end()));
}

TEST_F(KeyCacheTest, TellsContentColumnsAndDuplicatesApart) {
  const std::string file = write("a.csv", "a,b\n1,2\n3,4\n");
  EXPECT_EQ(keys(file + ":a"), (std::vector<Key>{1, 3}));
  EXPECT_EQ(keys(file + ":b"), (std::vector<Key>{2, 4}));
  DatasetRequest sequence = request(file + ":a");
  sequence.duplicates = Duplicates::kSequence;
  load_dataset(sequence);
  write("a.csv", "a,b\n5,2\n3,4\n");
  EXPECT_EQ(keys(file + ":a"), (std::vector<Key>{3, 5}));
  EXPECT_EQ(cache_files().size(), 4u);
}

TEST_F(KeyCacheTest, ASignalLeavesNoTemporaryFile) {
  const std::vector<Key> many(std::size_t{16} << 20, 7);  // takes a while to write
  const auto cache = directory_.path() / "cache";
  const pid_t writer = fork();
  if (writer == 0) _exit(write_cached_keys(cache, "digest", {}, many).empty() ? 0 : 1);
  while (cache_files().empty()) ASSERT_EQ(waitpid(writer, nullptr, WNOHANG), 0) << "nothing was written";
  kill(writer, SIGTERM);
  int status = 0;
  ASSERT_EQ(waitpid(writer, &status, 0), writer);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM) << "once all was written";
  ASSERT_EQ(cache_files().size(), 1u);
  EXPECT_FALSE(cache_files()[0].filename().string().starts_with('.')) << cache_files()[0];
}

TEST_F(KeyCacheTest, RebuildsADamagedFile) {
  const std::string file = write("a.txt", "1\n2\n3\n");
  load(file);
  ASSERT_EQ(cache_files().size(), 1u);
  const std::filesystem::path cached = cache_files()[0];
  const auto size = std::filesystem::file_size(cached);
  for (const std::uint64_t at : std::initializer_list<std::uint64_t>{0, 9, 17, 30, 100, size - 24, size - 1}) {
    std::fstream bytes(cached, std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekg(static_cast<std::streamoff>(at));
    const char old = static_cast<char>(bytes.get());
    bytes.seekp(static_cast<std::streamoff>(at));
    bytes.put(static_cast<char>(old ^ 1));
    bytes.close();
    EXPECT_FALSE(read_cached_keys(directory_.path() / "cache", cached.stem().string())) << "flipped at " << at;
    EXPECT_EQ(keys(file), (std::vector<Key>{1, 2, 3})) << "flipped at " << at;
    EXPECT_TRUE(read_cached_keys(directory_.path() / "cache", cached.stem().string())) << "not rebuilt";
  }
  for (const std::uint64_t shorter : {size - 8, std::uint64_t{40}, std::uint64_t{0}}) {
    std::filesystem::resize_file(cached, shorter);
    EXPECT_EQ(keys(file), (std::vector<Key>{1, 2, 3})) << "cut to " << shorter;
  }
}

TEST_F(KeyCacheTest, ACacheThatCannotBeWrittenIsANote) {
  DatasetRequest blocked = request(write("a.txt", "1\n2\n"));
  blocked.cache = write("not_a_folder", "x");
  const Dataset dataset = load_dataset(blocked);
  EXPECT_EQ(dataset.info().n, 2u);
  ASSERT_EQ(dataset.info().notes.size(), 1u);
  EXPECT_EQ(dataset.info().notes[0].find("parsed keys could not be cached: '"), 0u);
}

TEST_F(KeyCacheTest, LeavesNoTemporaryFiles) {
  load(write("a.txt", "1\n2\n"));
  for (const auto& file : cache_files()) EXPECT_EQ(file.extension(), ".keys");
}

}  // namespace
}  // namespace omenbench::datasets
