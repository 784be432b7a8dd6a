// What lookups cost in pages: counts that are the same on every machine, so that they may be asserted, held against
// what the kernel counted, and what the learned forms were made for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <optional>
#include <set>

#include "indexes/disk/hybrid_leaves.h"
#include "indexes/disk/paged_array.h"
#include "indexes/disk/paged_btree.h"
#include "indexes/disk/paged_models.h"
#include "indexes/disk/pgm_pages.h"
#include "indexes/disk/rmi_model.h"
#include "tests/disk/pages.h"
#include "tests/indexes/real_keys.h"

namespace omenbench::disk {
namespace {

class PageCounts : public testing::Test {
 protected:
  template <class Access>
  OpenIndex<Access> open(std::span<const Entry> entries, double share_of_file) {
    return {folder_.path() / "pages", entries, share_of_file};
  }

  /// Reads per lookup of keys that are there, each in turn of a random order, after as many that warm the pool.
  template <class Access>
  double reads_per_lookup(OpenIndex<Access>& index, std::span<const Entry> entries, std::size_t count = 4000) {
    Rng rng(7);
    PageUse before;
    for (std::size_t i = 0; i < 2 * count; ++i) {
      if (i == count) before = index.file.use();
      const Entry& entry = entries[rng.next() % entries.size()];
      Payload payload = 0;
      EXPECT_TRUE(index.access.find(entry.key, payload) && payload == entry.payload);
    }
    return static_cast<double>(index.file.use().since(before).reads) / static_cast<double>(count);
  }

  const TemporaryDirectory folder_{"omb-test"};
};

/// "rchar" of /proc/self/io: bytes that this process read by system calls. None where the kernel does not tell.
std::optional<std::uint64_t> bytes_read_by_this_process() {
  std::ifstream io("/proc/self/io");
  std::string name;
  std::uint64_t bytes = 0;
  if (io >> name >> bytes && name == "rchar:") return bytes;
  return std::nullopt;
}

TEST_F(PageCounts, OfABTreeAreItsHeightInAnEmptyPoolAndNothingInAWarmOne) {
  const std::vector<Entry> entries = uniform_entries(200'000);
  auto index = open<PagedBTree>(entries, 2);
  ASSERT_EQ(index.access.counters()[0].value, 3U) << "levels";
  const PageUse opened = index.file.use();
  Payload payload = 0;
  EXPECT_TRUE(index.access.find(entries[100].key, payload));
  EXPECT_EQ(index.file.use().since(opened).reads, 3U);
  EXPECT_EQ(index.file.use().since(opened).read_bytes, 3 * kPageBytes);
  EXPECT_TRUE(index.access.find(entries[101].key, payload));
  EXPECT_EQ(index.file.use().since(opened).reads, 3U);
  EXPECT_TRUE(index.access.update(entries[100].key, 1));
  EXPECT_EQ(index.file.use().writes, 0U) << "a page is written when it leaves the pool";
  EXPECT_EQ(index.pool.dirty_pages(), 1U);
}

TEST_F(PageCounts, AreThoseOfTheKernel) {
  const std::vector<Entry> entries = uniform_entries(100'000);
  auto index = open<PagedBTree>(entries, 0.05);
  const auto start = bytes_read_by_this_process();
  const auto same = bytes_read_by_this_process();
  if (!start || !same) GTEST_SKIP() << "/proc/self/io cannot be read here";
  const std::uint64_t looking = *same - *start;  // what reading /proc/self/io itself adds
  const PageUse before = index.file.use();
  Rng rng(5);
  for (int i = 0; i < 2000; ++i) {
    Payload payload = 0;
    EXPECT_TRUE(index.access.find(entries[rng.next() % entries.size()].key, payload));
  }
  const std::uint64_t read = *bytes_read_by_this_process() - *same - looking;
  EXPECT_GT(index.file.use().since(before).reads, 1000U);
  EXPECT_NEAR(static_cast<double>(read), static_cast<double>(index.file.use().since(before).read_bytes), 16)
      << "but for a digit more in /proc/self/io";
}

TEST_F(PageCounts, OfTheHybridFormAreOneALookupWithAFiftiethOfTheMemoryOfABTreesInnerPages) {
  const std::vector<Entry> entries = uniform_entries(500'000);
  std::uint64_t inner_bytes = 0;
  {
    auto tree = open<PagedBTree>(entries, 0.01);
    inner_bytes = tree.access.inner_bytes();
  }
  auto index = open<HybridLeaves>(entries, 0.01);
  EXPECT_LT(index.pool.frames(), index.file.pages() / 90);
  EXPECT_LE(reads_per_lookup(index, entries), 1.02);
  EXPECT_LE(index.access.model_bytes() * 50, inner_bytes);
}

TEST_F(PageCounts, OfTheHybridFormAreOneALookupOnRealKeys) {
  for (const char* name : {"osm_cellids_1M_uint64.xz", "commit_ts_353k_uint64.xz"}) {
    const std::vector<Key> keys = real_sosd_keys(name);
    if (keys.empty()) GTEST_SKIP() << "real keys not found: set OMENBENCH_TEST_DATA";
    std::vector<Entry> entries;
    for (const Key key : keys) entries.push_back({key, mix64(key)});
    auto index = open<HybridLeaves>(entries, 0.01);
    EXPECT_LE(reads_per_lookup(index, entries), 1.02) << name;
  }
}

TEST_F(PageCounts, OfAModelOfFullPagesFallWithItsError) {
  const std::vector<Entry> entries = uniform_entries(500'000);
  double loose = 0;
  {
    auto index = open<PagedArray<PgmModel<64>>>(entries, 0.01);
    loose = reads_per_lookup(index, entries);
  }
  auto index = open<PagedArray<PgmModel<8>>>(entries, 0.01);
  const double tight = reads_per_lookup(index, entries);
  EXPECT_LE(tight, 1.02);
  EXPECT_GT(loose, 1.04);
  EXPECT_LT(loose, 1.25);
}

TEST_F(PageCounts, OfAnRmiAreAboutOneALookupAndFewOnClusteredKeysWhereOneLineWouldTakeMany) {
  const std::vector<Entry> entries = uniform_entries(500'000);
  {
    auto index = open<PagedArray<RmiModel<256>>>(entries, 0.01);
    EXPECT_LE(reads_per_lookup(index, entries), 1.01);
  }
  std::vector<Entry> clustered;
  for (Key cluster = 0; cluster < 200; ++cluster) {
    for (Key i = 0; i < 2'000; ++i) clustered.push_back({(cluster * cluster * cluster << 40) + i * i, i});
  }
  auto index = open<PagedArray<RmiModel<256>>>(clustered, 0.01);
  EXPECT_LE(reads_per_lookup(index, clustered), 2);
}

TEST_F(PageCounts, OfSegmentsInPagesAreThoseOfSegmentsInMemoryWhereTheyStayInThePool) {
  const std::vector<Entry> entries = uniform_entries(500'000);
  double in_memory = 0;
  {
    auto index = open<PagedArray<PgmModel<64>>>(entries, 0.01);
    in_memory = reads_per_lookup(index, entries);
    EXPECT_GT(index.access.model_bytes(), 500U);
  }
  auto paged = open<PagedArray<PgmPages<64>>>(entries, 0.01);
  EXPECT_NEAR(reads_per_lookup(paged, entries), in_memory, 0.02);
  EXPECT_LE(paged.access.model_bytes(), 64U);
  EXPECT_EQ(paged.access.inner_bytes(), kPageBytes);
  auto many = open<PagedArray<PgmPages<2>>>(entries, 0.01);
  EXPECT_GT(many.access.inner_bytes(), 50 * kPageBytes);
  EXPECT_GT(reads_per_lookup(many, entries), 1.2) << "they do not all stay";
}

/// It knows nothing.
struct FirstOfAll {
  static std::vector<std::uint64_t> fit(PageFile&, std::span<const Key>) { return {}; }
  FirstOfAll(BufferPool&, std::span<const std::uint64_t>) {}
  std::uint64_t position(Key) { return 0; }
  std::vector<std::uint64_t> words() const { return {}; }
  std::uint64_t model_bytes() const { return 0; }
  std::uint64_t inner_bytes() const { return 0; }
  std::vector<Counter> counters() const { return {}; }
};

TEST_F(PageCounts, GrowWithTheLogarithmOfAModelsError) {
  const std::vector<Entry> entries = uniform_entries(500'000);
  auto index = open<PagedArray<FirstOfAll>>(entries, 0.01);
  // 1,961 pages: eleven steps that double, and ten that halve.
  const double reads = reads_per_lookup(index, entries, 500);
  EXPECT_LE(reads, 22);
  EXPECT_GE(reads, 8);
}

TEST_F(PageCounts, OfALongScanAreThePagesThatItsEntriesLieIn) {
  const std::vector<Entry> entries = uniform_entries(100'000);
  auto index = open<PagedArray<PgmModel<64>>>(entries, 2);
  const PageUse before = index.file.use();
  std::vector<Entry> out(1000);
  ASSERT_EQ(index.access.scan(entries[10 * LeafPage::kCapacity + 127].key, out), 1000U);
  EXPECT_EQ(index.file.use().since(before).reads, 5U) << "128, three times 255, and the rest";
}

/// The index holds these entries and no others.
template <class Access>
void expect_all(OpenIndex<Access>& index, std::span<const Entry> entries) {
  std::vector<Entry> out(entries.size() + 1);
  ASSERT_EQ(index.access.scan(0, out), entries.size());
  out.pop_back();
  EXPECT_TRUE(std::ranges::equal(out, entries));
}

std::uint64_t counter(const HybridLeaves& index, std::string_view name) {
  for (const Counter& one : index.counters()) {
    if (one.name == name) return one.value;
  }
  ADD_FAILURE() << name;
  return 0;
}

TEST_F(PageCounts, StayAboutOneALookupAfterAsManyInsertsAsThereWereKeys) {
  const std::vector<Entry> entries = uniform_entries(100'000);
  std::vector<Entry> half, rest;
  Rng rng(11);
  for (const Entry& entry : entries) (rng.next() % 2 == 0 ? half : rest).push_back(entry);
  for (std::size_t i = rest.size(); i > 1; --i) std::swap(rest[i - 1], rest[rng.next() % i]);
  auto index = open<HybridLeaves>(half, 0.3);
  for (const Entry& entry : rest) {
    ASSERT_TRUE(index.access.insert(entry.key, entry.payload));
    ASSERT_FALSE(index.access.insert(entry.key, 0));
  }
  expect_all(index, entries);
  EXPECT_LE(reads_per_lookup(index, entries), 1.1);
  EXPECT_GT(counter(index.access, "rebuilds"), 0U);
  // A rebuild writes at most what its segment held: 256 pages and a quarter more, at 0.7 of a page.
  EXPECT_LE(counter(index.access, "pages_laid_out"), counter(index.access, "rebuilds") * 256 * 2);
  // Four of 256 pages would do; segments that were laid out at different times are shorter.
  EXPECT_LE(counter(index.access, "segments"), 40U);
}

TEST_F(PageCounts, OfKeysThatArriveInOrderAreFewAndLeaveNoDirectoryOfSinglePages) {
  const std::vector<Entry> entries = uniform_entries(100'000);
  auto index = open<HybridLeaves>(std::span(entries).first(1000), 2);
  for (const Entry& entry : std::span(entries).subspan(1000))
    ASSERT_TRUE(index.access.insert(entry.key, entry.payload));
  expect_all(index, entries);
  // One page in 255 inserts, and 64 of them once more together.
  EXPECT_LE(counter(index.access, "pages_laid_out"), 2 * entries.size() / LeafPage::kCapacity);
  EXPECT_LE(counter(index.access, "segments"), 64 + 2 * entries.size() / LeafPage::kCapacity / 64 + 4);
}

TEST_F(PageCounts, KnowNoPageThatIsUsedTwice) {
  PageFile file(folder_.path() / "free", PageFile::Open::kFresh);
  FreePages free(file);
  std::set<PageId> used;
  Rng rng(2);
  std::vector<std::pair<PageId, std::size_t>> taken;
  for (int i = 0; i < 2000; ++i) {
    if (!taken.empty() && rng.next() % 2 == 0) {
      const auto [first, count] = taken[rng.next() % taken.size()];
      std::erase(taken, std::pair(first, count));
      for (std::size_t p = 0; p < count; ++p) used.erase(first + static_cast<PageId>(p));
      free.give(first, count);
      continue;
    }
    const std::size_t count = 1 + rng.next() % 20;
    const PageId first = free.take(count);
    taken.emplace_back(first, count);
    for (std::size_t p = 0; p < count; ++p) EXPECT_TRUE(used.insert(first + static_cast<PageId>(p)).second);
  }
  EXPECT_LT(file.pages(), 30'000U) << "pages are used again";
}

}  // namespace
}  // namespace omenbench::disk
