// The life of a table, the same for every engine: load, run with checked answers, drop.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/engines/engine_trial.h"
#include "tests/engines/postgres_server.h"

namespace omenbench::engine_test {
namespace {

class EngineLife : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (std::string(GetParam()) != "postgres") return;
    const std::string reason = start_server(server_);
    if (!reason.empty()) GTEST_SKIP() << reason;
  }

  Row row() { return Row(GetParam(), folder_.path(), server_ ? server_->connection() : ""); }

  TemporaryFolder folder_;
  std::unique_ptr<PrivateServer> server_;
};

void expect_answers(const Row& row, const TrialOutput& output, std::uint32_t passes) {
  ASSERT_EQ(output.status, TrialStatus::kOk) << output.reason;
  for (int pass = 0; pass < kPasses; ++pass) {
    if (((passes >> pass) & 1U) == 0) continue;
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
    operations.push_back({.key = key, .kind = OpKind::kLowerBound});
    operations.push_back({.key = key, .argument = 200, .kind = OpKind::kScan});
  }
  operations.push_back({.key = (Key{1} << 63) - 5, .argument = 50, .kind = OpKind::kScan});
  operations.push_back({.key = 0, .argument = kMaxScan, .kind = OpKind::kScan});
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
  row.threads = {mixed_operations(keys, 700, 3)};
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
  row.threads = {mixed_operations({0, Key{1} << 63, UINT64_MAX, 42}, 200, 9)};
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
  expect_answers(row, *row.run(kAllPasses, false), kAllPasses);
}

TEST_P(EngineLife, LetsTwoThreadsWriteTheirOwnKeysWhereItClaimsTo) {
  if (!find_index(GetParam())->capabilities.concurrent) GTEST_SKIP() << GetParam() << " does not claim to";
  Row row = this->row();
  std::vector<Key> own[2];
  for (Key key = 0; key < 400; ++key) own[key % 2].push_back(key * 3);
  for (std::size_t i = 0; i < 200; i += 2) {
    row.entries.push_back({own[0][i], payload_of(own[0][i], kPayloadSeed)});
    row.entries.push_back({own[1][i], payload_of(own[1][i], kPayloadSeed)});
  }
  row.threads = {mixed_operations(own[0], 500, 1, false), mixed_operations(own[1], 500, 2, false)};
  ASSERT_EQ(row.load()->status, TrialStatus::kOk);
  const auto output = row.run(kWritingPasses, true);
  expect_answers(row, *output, kWritingPasses);
  expect_final_states(row, *output);
}

TEST_P(EngineLife, ReportsVersionSettingsAndSizes) {
  Row row = this->row();
  std::vector<Key> keys;
  for (Key key = 0; key < 20'000; ++key) keys.push_back(key * 1000);
  row.entries = entries_of(keys);
  const auto loaded = row.load();
  ASSERT_EQ(loaded->status, TrialStatus::kOk) << loaded->reason;
  const auto settings = nlohmann::json::parse(loaded->engine_settings_json);
  const bool postgres = std::string(GetParam()) == "postgres";
  for (const char* name :
       postgres ? std::vector<const char*>{"fsync", "synchronous_commit", "shared_buffers", "jit", "max_connections"}
                : std::vector<const char*>{"journal_mode", "synchronous", "cache_size", "page_size"}) {
    EXPECT_TRUE(settings.contains(name)) << name << " in " << settings;
  }
  EXPECT_THAT(loaded->engine_version, testing::StartsWith(postgres ? "PostgreSQL " : "SQLite "));
  EXPECT_GT(loaded->cache_bytes, 0U);
  if (std::string(GetParam()) == "sqlite-memory") {
    EXPECT_EQ(loaded->disk_bytes, 0U);
  } else {
    EXPECT_GT(loaded->disk_bytes, keys.size() * 16 / 2);
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
  row.threads = {{{.key = 0, .argument = 10, .kind = OpKind::kScan}}};
  expect_answers(row, *row.run(kAllPasses, false), kAllPasses);
  EXPECT_EQ(row.drop()->status, TrialStatus::kOk);
  EXPECT_EQ(row.drop()->status, TrialStatus::kOk);
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
  if (server_) {
    EXPECT_EQ(server_->query("SELECT count(*) FROM pg_class WHERE relname LIKE 'omb%'"), "0");
  }
}

TEST_P(EngineLife, FailsWithAReasonWhenTheTableIsMissing) {
  Row row = this->row();
  row.threads = {{{.key = 2}}};
  const auto output = row.run(kAllPasses, false);
  EXPECT_EQ(output->status, TrialStatus::kError);
  EXPECT_STRNE(output->reason, "");
}

INSTANTIATE_TEST_SUITE_P(Engines, EngineLife, testing::Values("sqlite-memory", "sqlite-file", "postgres"),
                         [](const auto& engine) {
                           std::string name = engine.param;
                           std::erase(name, '-');
                           return name;
                         });

TEST(SqliteMemory, ClaimsNoConcurrentWritesBecauseEachThreadHasItsOwnCopy) {
  EXPECT_FALSE(find_index("sqlite-memory")->capabilities.concurrent);
  EXPECT_TRUE(find_index("sqlite-memory")->capabilities.shared_reads);
}

TEST(SqliteFile, FailsInsteadOfAnsweringAbsentWhenTheFileIsDamaged) {
  const TemporaryFolder folder;
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
