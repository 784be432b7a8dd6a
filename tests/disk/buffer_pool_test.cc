// Page files and the pool over them: what comes and goes, what stays, what is counted, and what is said when the
// operating system refuses.
#include "indexes/disk/buffer_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/disk/pages.h"

namespace omenbench::disk {
namespace {

using testing::HasSubstr;

class Pages : public testing::Test {
 protected:
  static constexpr std::size_t kFrames = kLeastPoolBytes / kPageBytes;

  /// A file of `count` pages of words, each of which holds its own number.
  std::filesystem::path file_of(std::size_t count) {
    const std::filesystem::path path = folder_.path() / "pages";
    PageFile file(path, PageFile::Open::kFresh);
    PageWriter writer(file);
    for (std::size_t i = 0; i < count; ++i) writer.append<WordPage>(PageKind::kModel).words[0] = i;
    writer.flush();
    EXPECT_EQ(file.pages(), count);
    return path;
  }

  static std::uint64_t word_of(BufferPool& pool, PageId id) { return pool.fetch(id).as<WordPage>().words[0]; }

  template <class Action>
  static std::string failure_of(Action action) {
    try {
      action();
    } catch (const PageFileError& error) {
      EXPECT_EQ(error.code(), ExitCode::kCellsFailed);
      reason_ = error.reason();
      return error.what();
    }
    return "nothing failed";
  }

  const TemporaryDirectory folder_{"omb-test"};
  static inline int reason_ = -1;
};

TEST_F(Pages, AreReadOnceWhileTheyStay) {
  PageFile file(file_of(8), PageFile::Open::kExisting);
  BufferPool pool(file, kLeastPoolBytes);
  for (int round = 0; round < 3; ++round) {
    for (PageId id = 0; id < 8; ++id) EXPECT_EQ(word_of(pool, id), id);
  }
  EXPECT_EQ(file.use().reads, 8U);
  EXPECT_EQ(file.use().read_bytes, 8 * kPageBytes);
  EXPECT_EQ(file.use().writes, 0U);
}

TEST_F(Pages, LeaveATinyPoolAndAreWrittenWhenTheyWereChanged) {
  const std::filesystem::path path = file_of(200);
  {
    PageFile file(path, PageFile::Open::kExisting);
    BufferPool pool(file, kLeastPoolBytes);
    Rng rng(3);
    for (PageId id = 0; id < 200; ++id) {
      PinnedPage page = pool.fetch(id);
      if (id % 2 == 1) page.change<WordPage>().words[0] = 1000 + id;
      page.release();
      (void)word_of(pool, static_cast<PageId>(rng.next() % 200));  // somebody else's pages come and go as well
    }
    EXPECT_GE(file.use().writes, 100 - kFrames);
    const std::uint64_t dirty = pool.dirty_pages();
    const std::uint64_t before = file.use().writes;
    pool.flush();
    EXPECT_EQ(file.use().writes - before, dirty) << "flush writes what was changed, and that alone";
    EXPECT_EQ(pool.dirty_pages(), 0U);
    pool.flush();
    EXPECT_EQ(file.use().writes - before, dirty);
  }
  PageFile file(path, PageFile::Open::kExisting);
  BufferPool pool(file, kLeastPoolBytes);
  for (PageId id = 0; id < 200; ++id) EXPECT_EQ(word_of(pool, id), id % 2 == 1 ? 1000 + id : id);
}

TEST_F(Pages, StayWhereTheyArePinned) {
  PageFile file(file_of(100), PageFile::Open::kExisting);
  BufferPool pool(file, kLeastPoolBytes);
  std::vector<PinnedPage> pinned;
  for (PageId id = 0; id < kFrames - 1; ++id) pinned.push_back(pool.fetch(id));
  const WordPage* const place = &pinned[3].as<WordPage>();
  for (PageId id = 50; id < 100; ++id) EXPECT_EQ(word_of(pool, id), id) << "through the one frame that is left";
  for (PageId id = 0; id < kFrames - 1; ++id) EXPECT_EQ(pinned[id].as<WordPage>().words[0], id);
  const std::uint64_t reads = file.use().reads;
  EXPECT_EQ(&pool.fetch(3).as<WordPage>(), place);
  EXPECT_EQ(file.use().reads, reads);
}

TEST_F(Pages, AreRefusedWhereEveryFrameIsPinnedAndComeOnceOneIsFree) {
  PageFile file(file_of(100), PageFile::Open::kExisting);
  BufferPool pool(file, kLeastPoolBytes);
  std::vector<PinnedPage> pinned;
  for (PageId id = 0; id < kFrames; ++id) pinned.push_back(pool.fetch(id));
  const std::string said = failure_of([&] { pool.fetch(60); });
  EXPECT_THAT(said, HasSubstr(file.path().string()));
  EXPECT_THAT(said, HasSubstr("no page can leave its pool of 16 pages"));
  pinned.pop_back();
  EXPECT_EQ(word_of(pool, 60), 60U);
}

TEST_F(Pages, StayWhereTheyAreUsedOften) {
  PageFile file(file_of(200), PageFile::Open::kExisting);
  BufferPool pool(file, kLeastPoolBytes);
  for (PageId id = 1; id < 200; ++id) {
    (void)word_of(pool, 0);
    (void)word_of(pool, id);
  }
  EXPECT_LE(file.use().reads, 201U) << "page 0 left at most once, when the hand came round for the first time";
}

TEST_F(Pages, AreForgottenWithoutAWriteWhenTheyAreDiscarded) {
  PageFile file(file_of(20), PageFile::Open::kExisting);
  BufferPool pool(file, kLeastPoolBytes);
  pool.fetch(5).change<WordPage>().words[0] = 99;
  pool.discard(5);
  pool.discard(5);
  pool.flush();
  EXPECT_EQ(file.use().writes, 0U);
  EXPECT_EQ(word_of(pool, 5), 5U);
  EXPECT_EQ(pool.create(5, PageKind::kModel).as<WordPage>().words[0], 0U) << "a page that is used anew is empty";
  pool.flush();
  EXPECT_EQ(file.use().writes, 1U);
}

TEST_F(Pages, AreFoundAmongManyThatCameAndWent) {
  PageFile file(file_of(3000), PageFile::Open::kExisting);
  BufferPool pool(file, 100 * kPageBytes);
  Rng rng(9);
  for (int i = 0; i < 5000; ++i) {
    const auto id = static_cast<PageId>(rng.next() % 3000);
    ASSERT_EQ(word_of(pool, id), id);
    if (rng.next() % 8 == 0) pool.discard(id);
  }
}

TEST_F(Pages, ThatLieBeyondTheEndAreNamed) {
  const std::filesystem::path path = file_of(4);
  PageFile file(path, PageFile::Open::kExisting);
  BufferPool pool(file, kLeastPoolBytes);
  EXPECT_EQ(failure_of([&] { pool.fetch(7); }),
            "page file '" + path.string() + "': cannot read page 7: the file ends before it");
  EXPECT_EQ(word_of(pool, 3), 3U) << "the pool is as good as before";
}

TEST_F(Pages, ThatCannotBeReadAreNamedWithTheReason) {
  PageFile file("/proc/self/mem", PageFile::Open::kExisting);  // nothing is mapped at 0: EIO
  BufferPool pool(file, kLeastPoolBytes);
  EXPECT_EQ(failure_of([&] { pool.fetch(0); }), "page file '/proc/self/mem': cannot read page 0: Input/output error");
  EXPECT_EQ(reason_, EIO);
}

TEST_F(Pages, ThatNoDiskHasRoomForAreNamedAndStayInThePool) {
  PageFile file("/dev/full", PageFile::Open::kExisting);
  BufferPool pool(file, kLeastPoolBytes);
  for (PageId id = 0; id < kFrames; ++id) pool.create(id, PageKind::kModel).change<WordPage>().words[0] = id;
  const std::string said = failure_of([&] { pool.create(kFrames, PageKind::kModel); });
  EXPECT_THAT(said, HasSubstr("page file '/dev/full': cannot write page "));
  EXPECT_THAT(said, HasSubstr("No space left on device"));
  EXPECT_EQ(reason_, ENOSPC);
  EXPECT_EQ(pool.dirty_pages(), kFrames) << "none is lost";
  for (PageId id = 0; id < kFrames; ++id) EXPECT_EQ(word_of(pool, id), id);
}

TEST_F(Pages, AreBufferedWhereDirectIoIsRefusedAndItSaysSo) {
  EXPECT_FALSE(PageFile("/dev/full", PageFile::Open::kExisting).direct());
}

TEST_F(Pages, OfAFileThatIsNotThereAreNotMade) {
  const std::filesystem::path path = folder_.path() / "absent";
  EXPECT_THAT(failure_of([&] { const PageFile file(path, PageFile::Open::kExisting); }),
              HasSubstr("cannot open: No such file or directory"));
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(Pages, OfADamagedFileAreRefused) {
  const std::filesystem::path path = file_of(20);
  {
    std::fstream raw(path, std::ios::in | std::ios::out | std::ios::binary);
    std::string page(kPageBytes, '\0');
    raw.seekp(7 * static_cast<std::streamoff>(kPageBytes)).write(page.data(), kPageBytes);
    raw.seekg(3 * static_cast<std::streamoff>(kPageBytes)).read(page.data(), kPageBytes);
    raw.seekp(9 * static_cast<std::streamoff>(kPageBytes)).write(page.data(), kPageBytes);
  }
  PageFile file(path, PageFile::Open::kExisting);
  BufferPool pool(file, kLeastPoolBytes);
  EXPECT_THAT(failure_of([&] { pool.fetch(7); }), HasSubstr("page 7 is damaged"));
  EXPECT_THAT(failure_of([&] { pool.fetch(9); }), HasSubstr("page 9 is damaged: it says that it is page 3"));
  std::filesystem::resize_file(path, 5 * kPageBytes + 100);
  EXPECT_THAT(failure_of([&] { const PageFile cut(path, PageFile::Open::kExisting); }), HasSubstr("no whole pages"));
}

TEST_F(Pages, KeepTheWordsOfAnIndexAndNoticeWhenTheyChanged) {
  const std::filesystem::path path = folder_.path() / "words";
  std::vector<std::uint64_t> words;
  for (std::uint64_t i = 0; i < 1300; ++i) words.push_back(i * i);
  {
    PageFile file(path, PageFile::Open::kFresh);
    begin_file(file);
    store_words(file, words);
    EXPECT_EQ(load_words(file), words);
  }
  {
    std::fstream raw(path, std::ios::in | std::ios::out | std::ios::binary);
    raw.seekp(2 * static_cast<std::streamoff>(kPageBytes) + 100).put('x');
  }
  PageFile file(path, PageFile::Open::kExisting);
  EXPECT_THAT(failure_of([&] { load_words(file); }), HasSubstr("does not match its checksum"));
  PageFile other(file_of(3), PageFile::Open::kExisting);
  EXPECT_THAT(failure_of([&] { load_words(other); }), HasSubstr("is none: its first page says otherwise"));
}

}  // namespace
}  // namespace omenbench::disk
