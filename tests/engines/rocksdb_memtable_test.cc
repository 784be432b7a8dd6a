// Memtables of RocksDB over our indexes: against std::map, forwards and backwards, with versions that snapshots see,
// and flushed into tables.
//
// needs: rocksdb/db.h rocksdb (librocksdb-dev)
#include <gtest/gtest.h>
#include <rocksdb/db.h>
#include <rocksdb/options.h>

#include <limits>
#include <map>
#include <memory>
#include <vector>

#include "core/rng.h"
#include "core/temporary_directory.h"
#include "indexes/engines/rocksdb_memtable_forms.h"
#include "indexes/learned/routed_btree.h"
#include "indexes/trees/btree.h"

namespace omenbench::engine_test {
namespace {

using State = std::map<Key, Payload>;

template <class Index>
class IndexMemtables : public testing::Test {
 protected:
  void SetUp() override { open(); }

  void open() {
    db_.reset();
    rocksdb::DB* opened = nullptr;
    rocksdb::Options options = rocksdb_options();
    rocksdb_forms::OverIndex<Index>::choose(options);
    expect_ok(rocksdb::DB::Open(options, folder_.path().string(), &opened), "open");
    db_.reset(opened);
  }

  void put(Key key, Payload payload) {
    const StoredKey<Key> stored(key);
    expect_ok(db_->Put({}, slice(stored), {payload_bytes(payload).data(), sizeof payload}), "put");
    state_[key] = payload;
  }
  void erase(Key key) {
    const StoredKey<Key> stored(key);
    expect_ok(db_->Delete({}, slice(stored)), "delete");
    state_.erase(key);
  }
  static rocksdb::Slice slice(const StoredKey<Key>& stored) { return {stored.view().data(), stored.view().size()}; }

  void change(Rng& rng, int times) {
    for (int i = 0; i < times; ++i) {
      const Key key = kKeys[rng.next() % std::size(kKeys)] + rng.next() % 200;
      rng.next() % 4 == 0 ? erase(key) : put(key, rng.next());
    }
  }

  /// What reads see through `snapshot` (null: now) is `state`, in both directions and from any key.
  void expect_state(const State& state, const rocksdb::Snapshot* snapshot, Rng& rng) {
    rocksdb::ReadOptions options;
    options.snapshot = snapshot;
    const std::unique_ptr<rocksdb::Iterator> walk(db_->NewIterator(options));
    auto at = state.begin();
    for (walk->SeekToFirst(); walk->Valid(); walk->Next(), ++at) expect_at(*walk, state, at);
    EXPECT_TRUE(at == state.end());
    auto back = state.rbegin();
    for (walk->SeekToLast(); walk->Valid(); walk->Prev(), ++back) expect_at(*walk, state, std::prev(back.base()));
    EXPECT_TRUE(back == state.rend());
    for (int i = 0; i < 200; ++i) {
      const Key key = kKeys[rng.next() % std::size(kKeys)] + rng.next() % 200;
      const StoredKey<Key> stored(key);
      std::string value;
      const bool found = db_->Get(options, slice(stored), &value).ok();
      ASSERT_EQ(found, state.contains(key)) << key;
      if (found) {
        EXPECT_EQ(payload_of_bytes(value.data()), state.at(key));
      }
      walk->Seek(slice(stored));
      const auto above = state.lower_bound(key);
      ASSERT_EQ(walk->Valid(), above != state.end());
      if (walk->Valid()) expect_at(*walk, state, above);
      walk->SeekForPrev(slice(stored));
      const auto beyond = state.upper_bound(key);
      ASSERT_EQ(walk->Valid(), beyond != state.begin());
      if (walk->Valid()) expect_at(*walk, state, std::prev(beyond));
    }
  }

  static void expect_at(const rocksdb::Iterator& walk, const State& state, State::const_iterator at) {
    ASSERT_TRUE(at != state.end());
    EXPECT_EQ(number_of_sorted(walk.key().data()), at->first);
    EXPECT_EQ(payload_of_bytes(walk.value().data()), at->second);
  }

  static constexpr Key kMost = std::numeric_limits<Key>::max();
  static constexpr Key kKeys[] = {0, 1'000, Key{1} << 40, Key{1} << 63, kMost - 199};

  const TemporaryDirectory folder_{"omb-test"};
  std::unique_ptr<rocksdb::DB> db_;
  State state_;
};

using Indexes = testing::Types<BTree<NoLock>, RoutedBTree>;
TYPED_TEST_SUITE(IndexMemtables, Indexes);

TYPED_TEST(IndexMemtables, AnswerLikeStdMapBothWaysAndInSnapshots) {
  Rng rng(3);
  this->expect_state(this->state_, nullptr, rng);
  this->change(rng, 3'000);
  this->put(0, 1);
  this->put(this->kMost, 2);
  this->expect_state(this->state_, nullptr, rng);
  const State then = this->state_;
  const rocksdb::Snapshot* const snapshot = this->db_->GetSnapshot();
  this->change(rng, 3'000);
  this->expect_state(this->state_, nullptr, rng);
  this->expect_state(then, snapshot, rng);
  this->db_->ReleaseSnapshot(snapshot);
}

TYPED_TEST(IndexMemtables, AreFlushedIntoTablesAndReplayedFromTheLog) {
  Rng rng(4);
  this->change(rng, 2'000);
  this->open();
  this->expect_state(this->state_, nullptr, rng);
  this->change(rng, 1'000);
  expect_ok(this->db_->Flush({}), "flush");
  this->change(rng, 1'000);
  this->expect_state(this->state_, nullptr, rng);
}

TYPED_TEST(IndexMemtables, TakeSeveralVersionsOfAKeyInOneBatch) {
  rocksdb::WriteBatch batch;
  const StoredKey<Key> stored(7);
  for (const Payload payload : {Payload{1}, Payload{2}, Payload{3}}) {
    batch.Put(this->slice(stored), {payload_bytes(payload).data(), sizeof payload});
  }
  expect_ok(this->db_->Write({}, &batch), "write");
  Rng rng(5);
  this->expect_state({{7, 3}}, nullptr, rng);
}

}  // namespace
}  // namespace omenbench::engine_test
