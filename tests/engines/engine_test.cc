// The life of a table, the same for every engine: load, run with checked answers, drop.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/lacking.h"
#include "tests/engines/engine_server.h"
#include "tests/engines/engine_trial.h"

namespace omenbench::engine_test {
namespace {

class EngineLife : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (const std::string lacks = lacking_of(GetParam()); !lacks.empty()) GTEST_SKIP() << "needs " << lacks;
    if (!find_index(GetParam())->server.empty()) start_or_skip(server_, GetParam());
  }

  Row row() { return Row(GetParam(), folder_.path(), server_ ? server_->connection() : ""); }

  static const Capabilities& can() { return find_index(GetParam())->capabilities; }
  static bool ordered() { return can().ordered; }

  TemporaryDirectory folder_{"omb-test"};
  std::unique_ptr<PrivateServer> server_;
};

void expect_answers(const Row& row, const TrialOutput& output, std::uint32_t passes) {
  ASSERT_EQ(output.status, TrialStatus::kOk) << output.reason;
  for (int pass = 0; pass < kPasses; ++pass) {
    if (((passes >> pass) & 1U) == 0) continue;
    // find_batch is an ability, and for rows of lookups alone.
    if (pass == static_cast<int>(Pass::kBatched) && output.passes[pass].done == 0) continue;
    EXPECT_EQ(output.passes[pass].done, 1U);
    for (std::size_t thread = 0; thread < row.threads.size(); ++thread) {
      EXPECT_EQ(output.passes[pass].checksum[thread], row.expected(thread).checksum) << "pass " << pass;
    }
  }
}

void expect_final_states(const Row& row, const TrialOutput& output) {
  for (const int pass : {0, 2}) {
    for (std::size_t thread = 0; thread < row.threads.size(); ++thread) {
      EXPECT_EQ(output.passes[pass].final_checksum[thread], row.expected(thread).final_checksum) << "pass " << pass;
    }
  }
}

TEST_P(EngineLife, AnswersLikeAMapAcrossTheWholeKeyRangeInEveryPass) {
  Row row = this->row();
  row.entries = entries_of(extreme_keys());
  std::vector<Operation> operations;
  for (const Key key : {Key{0}, (Key{1} << 63) - 1, Key{1} << 63, UINT64_MAX, Key{2}, UINT64_MAX - 2}) {
    operations.push_back({.key = key, .kind = OpKind::kLookup});
    if (!ordered()) continue;
    operations.push_back({.key = key, .kind = OpKind::kLowerBound});
    operations.push_back({.key = key, .argument = 200, .kind = OpKind::kScan});
  }
  if (ordered()) {
    operations.push_back({.key = (Key{1} << 63) - 5, .argument = 50, .kind = OpKind::kScan});
    operations.push_back({.key = 0, .argument = kMaxScan, .kind = OpKind::kScan});
  }
  row.threads = {operations};
  row.warmup = {{.key = 0}, {.key = 3}};

  const auto loaded = row.load();
  ASSERT_EQ(loaded->status, TrialStatus::kOk) << loaded->reason;
  EXPECT_GT(loaded->build_ns, 0U);
  const auto output = row.run(kAllPasses, false);
  expect_answers(row, *output, kAllPasses);
  EXPECT_GT(output->no_op_ns, 0U);
  EXPECT_EQ(row.drop()->status, TrialStatus::kOk);
}

TEST_P(EngineLife, StartsEveryPassAndEveryTrialThatWritesFromPristineContents) {
  Row row = this->row();
  std::vector<Key> keys = extreme_keys();
  row.entries = entries_of(keys);
  for (const Key key : std::vector<Key>(keys)) keys.push_back(key ^ 4);  // absent until inserted
  row.threads = {row.mixed(keys, 250, 3)};
  row.warmup = {{.key = 0}};
  ASSERT_EQ(row.load()->status, TrialStatus::kOk);
  for (int trial = 0; trial < 2; ++trial) {
    const auto output = row.run(kWritingPasses, true);
    expect_answers(row, *output, kWritingPasses);
    expect_final_states(row, *output);
  }
  EXPECT_EQ(row.drop()->status, TrialStatus::kOk);
}

TEST_P(EngineLife, WorksFromAnEmptyTable) {
  Row row = this->row();
  row.threads = {row.mixed({0, Key{1} << 63, UINT64_MAX, 42}, 120, 9)};
  ASSERT_EQ(row.load()->status, TrialStatus::kOk);
  const auto output = row.run(kWritingPasses, true);
  expect_answers(row, *output, kWritingPasses);
  expect_final_states(row, *output);
}

TEST_P(EngineLife, ReadsOnTwoThreads) {
  Row row = this->row();
  row.entries = entries_of(extreme_keys());
  row.threads.resize(2);
  for (const Entry& entry : row.entries) {
    row.threads[0].push_back({.key = entry.key});
    row.threads[1].push_back({.key = entry.key ^ 2});
  }
  ASSERT_EQ(row.load()->status, TrialStatus::kOk);
  const auto output = row.run(kAllPasses, false);
  expect_answers(row, *output, kAllPasses);
  EXPECT_EQ(output->passes[static_cast<int>(Pass::kBatched)].done, can().batched ? 1U : 0U);
}

class ConcurrentEngineLife : public EngineLife {};

TEST_P(ConcurrentEngineLife, LetsTwoThreadsWriteTheirOwnKeys) {
  Row row = this->row();
  std::vector<Key> own[2];
  for (Key key = 0; key < 400; ++key) own[key % 2].push_back(key * 3);
  for (std::size_t i = 0; i < 200; i += 2) {
    row.entries.push_back({own[0][i], payload_of(own[0][i], kPayloadSeed)});
    row.entries.push_back({own[1][i], payload_of(own[1][i], kPayloadSeed)});
  }
  row.threads = {row.mixed(own[0], 200, 1, false), row.mixed(own[1], 200, 2, false)};
  ASSERT_EQ(row.load()->status, TrialStatus::kOk);
  const auto output = row.run(kWritingPasses, true);
  expect_answers(row, *output, kWritingPasses);
  expect_final_states(row, *output);
}

/// What the engines of one library tell about themselves.
struct Reported {
  std::string version;
  std::vector<const char*> settings;
  bool caches = true;
  bool writes_files = true;
};

Reported reported_by(const std::string& engine) {
  if (engine.starts_with("postgres")) {
    return {"PostgreSQL ", {"fsync", "synchronous_commit", "shared_buffers", "jit", "max_connections"}};
  }
  if (engine == "mariadb") {
    return {"MariaDB ", {"table", "innodb_flush_log_at_trx_commit", "innodb_buffer_pool_size", "log_bin"}};
  }
  if (engine.starts_with("sqlite")) {
    return {"SQLite ",
            {"table", "journal_mode", "synchronous", "cache_size", "page_size"},
            true,
            engine != "sqlite-memory"};
  }
  if (engine.starts_with("rocksdb")) {
    return {"RocksDB ", {"table", "compression", "wal", "assertions"}, engine == "rocksdb"};
  }
  if (engine.starts_with("lmdb")) return {"LMDB ", {"commit", "cache", "assertions"}, false};
  if (engine == "wiredtiger") return {"WiredTiger ", {"configuration", "commit", "assertions"}};
  if (engine.starts_with("leveldb")) return {"LevelDB ", {"block_cache", "compression", "wal", "assertions"}};
  if (engine == "duckdb") {
    return {"DuckDB ", {"table", "commit", "plan of k = x", "plan of k BETWEEN x AND y", "memory_limit"}};
  }
  if (engine.starts_with("disk-")) return {"omenbench pages ", {"page", "fill", "io", "pool", "commit"}};
  if (engine == "influxdb") return {"InfluxDB 1.", {"table", "shard duration", "durability", "loaded points"}, false};
  if (engine.starts_with("redis")) return {"Redis ", {"object", "save", "appendonly", "maxmemory-policy"}, true, false};
  ADD_FAILURE() << "what does '" << engine << "' tell about itself? Say it above";
  return {};
}

TEST_P(EngineLife, ReportsVersionSettingsAndSizes) {
  Row row = this->row();
  std::vector<Key> keys;
  for (Key key = 0; key < 20'000; ++key) keys.push_back(key * 1000);
  row.entries = entries_of(keys);
  const auto loaded = row.load();
  ASSERT_EQ(loaded->status, TrialStatus::kOk) << loaded->reason;
  const Reported expected = reported_by(GetParam());
  const auto settings = nlohmann::json::parse(loaded->engine_settings_json);
  for (const char* name : expected.settings) EXPECT_TRUE(settings.contains(name)) << name << " in " << settings;
  EXPECT_THAT(std::string(loaded->engine_version), testing::StartsWith(expected.version));
  EXPECT_EQ(loaded->cache_bytes > 0, expected.caches);
  if (expected.writes_files) {
    EXPECT_GT(loaded->disk_bytes + loaded->log_bytes, keys.size() * 16 / 2);
  } else {
    EXPECT_EQ(loaded->disk_bytes, 0U);
  }
}

TEST_P(EngineLife, LoadsAgainAfterALoadAndDropsTwice) {
  Row row = this->row();
  row.entries = entries_of({1, 2, 3});
  ASSERT_EQ(row.load()->status, TrialStatus::kOk);
  row.threads = {{{.key = 2, .argument = 7, .kind = OpKind::kUpdate}}};
  ASSERT_EQ(row.run(kWritingPasses, true)->status, TrialStatus::kOk);
  row.entries = entries_of({2, 9});
  ASSERT_EQ(row.load()->status, TrialStatus::kOk);
  row.threads = {{{.key = 1}, {.key = 2}, {.key = 9}}};
  expect_answers(row, *row.run(kAllPasses, false), kAllPasses);
  EXPECT_EQ(row.drop()->status, TrialStatus::kOk);
  EXPECT_EQ(row.drop()->status, TrialStatus::kOk);
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_P(EngineLife, FailsWithAReasonWhenTheTableIsMissing) {
  Row row = this->row();
  row.threads = {{{.key = 2}}};
  const auto output = row.run(kAllPasses, false);
  EXPECT_EQ(output->status, TrialStatus::kError);
  EXPECT_STRNE(output->reason, "");
}

/// Every engine of 64-bit keys (the conformance suite has the others); of those on PostgreSQL's server, whose start
/// takes a second, one (postgres_test.cc has the others).
std::vector<std::string> all_engines() {
  std::vector<std::string> names;
  for (const IndexInfo& info : registered_indexes()) {
    if (info.key_kind != KeyKind::kU64) continue;
    if (info.server != "postgres" || info.name == "postgres") names.push_back(info.name);
  }
  return names;
}

std::string engine_test_name(const testing::TestParamInfo<std::string>& engine) {
  std::string name = engine.param;
  std::ranges::replace(name, '-', '_');
  return name;
}

std::vector<std::string> concurrent_engines() {
  std::vector<std::string> engines = all_engines();
  std::erase_if(engines, [](const std::string& name) { return !find_index(name)->capabilities.concurrent; });
  return engines;
}

INSTANTIATE_TEST_SUITE_P(Engines, EngineLife, testing::ValuesIn(all_engines()), engine_test_name);
INSTANTIATE_TEST_SUITE_P(Engines, ConcurrentEngineLife, testing::ValuesIn(concurrent_engines()), engine_test_name);

TEST(SqliteMemory, ClaimsNoConcurrentWritesBecauseEachThreadHasItsOwnCopy) {
  EXPECT_FALSE(find_index("sqlite-memory")->capabilities.concurrent);
  EXPECT_TRUE(find_index("sqlite-memory")->capabilities.shared_reads);
}

TEST(SqliteFile, FailsInsteadOfAnsweringAbsentWhenTheFileIsDamaged) {
  const TemporaryDirectory folder("omb-test");
  Row row("sqlite-file", folder.path(), "");
  std::vector<Key> keys;
  for (Key key = 0; key < 50'000; ++key) keys.push_back(key);
  row.entries = entries_of(keys);
  ASSERT_EQ(row.load()->status, TrialStatus::kOk);
  std::filesystem::resize_file(folder.path() / "sqlite-file.db", 16 * 4096);
  row.threads = {{{.key = 49'000}}};
  const auto output = row.run(kAllPasses, false);
  EXPECT_EQ(output->status, TrialStatus::kError);
  EXPECT_THAT(output->reason, testing::HasSubstr("SQLite"));
}

}  // namespace
}  // namespace omenbench::engine_test
