// What only a server can do: start, stop, die in mid-run, refuse, and know secrets.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "indexes/engines/postgres_cluster.h"
#include "indexes/engines/postgres_copy.h"
#include "tests/engines/engine_trial.h"
#include "tests/engines/lacking_proxy.h"
#include "tests/engines/postgres_server.h"

namespace omenbench::engine_test {
namespace {

using testing::HasSubstr;
using testing::Not;

class PostgresService : public testing::Test {
 protected:
  void SetUp() override {
    try {
      postgres_detail::find_programs();
    } catch (const Error& failure) {
      GTEST_SKIP() << failure.what();
    }
  }

  static std::string start(const std::filesystem::path& directory) {
    return find_index("postgres")->service.start(directory.string());
  }
  static void stop(const std::filesystem::path& directory) { find_index("postgres")->service.stop(directory.string()); }
};

pid_t postmaster_of(const PostgresServer& server) {
  std::ifstream file(server.query("SHOW data_directory") + "/postmaster.pid");
  pid_t postmaster = 0;
  file >> postmaster;
  return postmaster;
}

std::filesystem::path socket_folder(const std::string& connection) {
  const std::size_t begin = connection.find("host=") + 5;
  return connection.substr(begin, connection.find(' ', begin) - begin);
}

/// Starts and stops in `directory` and looks for what is left.
void expect_no_trace(const std::filesystem::path& directory) {
  const Service& service = find_index("postgres")->service;
  const std::string connection = service.start(directory.string());
  const std::filesystem::path socket = socket_folder(connection);
  EXPECT_LT((socket / ".s.PGSQL.5432").string().size(), 108U);
  const std::unique_ptr<PGconn, decltype(&PQfinish)> session(PQconnectdb(connection.c_str()), &PQfinish);
  ASSERT_EQ(PQstatus(session.get()), CONNECTION_OK) << PQerrorMessage(session.get());
  const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(session.get(), "SHOW data_directory"), &PQclear);
  const std::filesystem::path data = PQgetvalue(result.get(), 0, 0);
  EXPECT_FALSE(processes_in(data).empty());
  service.stop(directory.string());
  EXPECT_TRUE(processes_in(data).empty());
  EXPECT_FALSE(std::filesystem::exists(data));
  EXPECT_FALSE(std::filesystem::exists(socket));
  EXPECT_TRUE(std::filesystem::is_empty(directory));
}

TEST_F(PostgresService, LeavesNoProcessAndNoFile) {
  const TemporaryDirectory folder("omb-test");
  expect_no_trace(folder.path());
}

TEST_F(PostgresService, FindsRoomForItsSocketWhenThePathIsLong) {
  const TemporaryDirectory folder("omb-test");
  const std::filesystem::path deep = folder.path() / std::string(120, 'x');
  std::filesystem::create_directory(deep);
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
  expect_no_trace(deep);
}

TEST_F(PostgresService, MovesWhereItsAccountCanGoWhenTheDirectoryIsClosedToIt) {
  const TemporaryDirectory folder("omb-test");  // 0700, so that as root another account cannot pass through
  const std::filesystem::path inner = folder.path() / "it's, inside";
  std::filesystem::create_directory(inner);
  expect_no_trace(inner);
}

TEST_F(PostgresService, KeepsItsSocketToItself) {
  const PostgresServer server;
  struct stat status {};
  ASSERT_EQ(stat(socket_folder(server.connection()).c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700U);
  EXPECT_EQ(server.query("SHOW listen_addresses"), "");
}

TEST_F(PostgresService, RefusesADirectoryThatIsNotEmptyAndLeavesItAlone) {
  const TemporaryDirectory folder("omb-test");
  std::ofstream(folder.path() / "mine") << "precious";
  EXPECT_THROW(start(folder.path()), Error);
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "mine"));
}

TEST_F(PostgresService, StopsAfterItsPostmasterWasKilledAndWithoutAStart) {
  const TemporaryDirectory folder("omb-test");
  stop(folder.path());
  PostgresServer server;
  const std::filesystem::path data = server.query("SHOW data_directory");
  kill(postmaster_of(server), SIGKILL);
  stop(server.directory());
  EXPECT_TRUE(processes_in(data).empty());
  EXPECT_TRUE(std::filesystem::is_empty(server.directory()));
}

TEST_F(PostgresService, DiesWithTheProcessThatStartedIt) {
  const TemporaryDirectory folder("omb-test");
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
  const pid_t starter = fork();
  if (starter == 0) {
    start(folder.path());
    kill(getpid(), SIGKILL);
  }
  wait_for_exit(starter, 60);
  const std::filesystem::path data = folder.path() / "data";
  ASSERT_TRUE(std::filesystem::exists(data));
  for (int i = 0; i < 1000 && !processes_in(data).empty(); ++i) sleep_ms(10);
  EXPECT_TRUE(processes_in(data).empty());
  stop(folder.path());
}

class PostgresEngine : public testing::Test {
 protected:
  void SetUp() override { start_or_skip(server_); }

  std::unique_ptr<PostgresServer> server_;
};

TEST_F(PostgresEngine, ReportsAServerThatDiesInMidRunAsAnError) {
  Row row("postgres", "", server_->connection());
  row.entries = entries_of(extreme_keys());
  ASSERT_EQ(row.load()->status, TrialStatus::kOk);
  row.threads = {std::vector<Operation>(10'000'000, Operation{.key = 1})};  // minutes, if nobody stopped it
  const pid_t postmaster = postmaster_of(*server_);
  std::thread killer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    kill(postmaster, SIGKILL);
  });
  const auto output = row.run(1, false);
  killer.join();
  EXPECT_EQ(output->status, TrialStatus::kError);
  EXPECT_THAT(output->reason, HasSubstr("PostgreSQL: "));
  const auto again = row.run(1, false);
  EXPECT_EQ(again->status, TrialStatus::kError);
  EXPECT_THAT(again->reason, HasSubstr("PostgreSQL: "));
}

TEST_F(PostgresEngine, DoesNotReconnectSilentlyWhenItsConnectionIsCut) {
  Row row("postgres", "", server_->connection());
  row.entries = entries_of(extreme_keys());
  ASSERT_EQ(row.load()->status, TrialStatus::kOk);
  row.threads = {std::vector<Operation>(10'000'000, Operation{.key = 1})};
  std::thread cutter([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    server_->query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'omenbench'");
  });
  const auto output = row.run(1, false);
  cutter.join();
  EXPECT_EQ(output->status, TrialStatus::kError);
  EXPECT_THAT(output->reason, HasSubstr("PostgreSQL: "));
}

TEST_F(PostgresEngine, NeedsNoRightBeyondCreatingTables) {
  server_->query("CREATE ROLE plain LOGIN");
  server_->query("CREATE DATABASE theirs");
  server_->query("CREATE SCHEMA plain AUTHORIZATION plain");
  std::string connection = server_->connection();
  connection.replace(connection.find("user=omenbench"), 14, "user=plain");
  Row row("postgres", "", connection);
  row.entries = entries_of(extreme_keys());
  row.threads = {mixed_operations(extreme_keys(), 300, 4)};
  const auto loaded = row.load();
  ASSERT_EQ(loaded->status, TrialStatus::kOk) << loaded->reason;
  EXPECT_THAT(loaded->engine_settings_json, HasSubstr("\"skipped\": \"CHECKPOINT\""));
  const auto output = row.run(kWritingPasses, true);
  ASSERT_EQ(output->status, TrialStatus::kOk) << output->reason;
  EXPECT_EQ(output->passes[0].checksum[0], row.expected(0).checksum);
  EXPECT_EQ(server_->query("SELECT count(*) FROM pg_class WHERE relname LIKE 'omb%' AND relkind = 'r'"), "2");
  EXPECT_EQ(row.drop()->status, TrialStatus::kOk);
  EXPECT_EQ(server_->query("SELECT count(*) FROM pg_class WHERE relname LIKE 'omb%'"), "0");
}

/// The learned index is an extension that setup builds on demand.
bool is_here(const std::string& name) { return find_index(name)->display.find("not built") == std::string::npos; }

TEST_F(PostgresEngine, AnswersLikeAMapInEveryFormOnOneServer) {
  for (const IndexInfo& info : registered_indexes()) {
    if (info.server != "postgres" || info.key_kind != KeyKind::kU64 || !is_here(info.name)) continue;
    SCOPED_TRACE(info.name);
    Row row(info.name, "", server_->connection());
    row.entries = entries_of(extreme_keys());
    std::vector<Key> keys = extreme_keys();
    for (const Key key : std::vector<Key>(keys)) keys.push_back(key ^ 4);  // absent until inserted
    row.threads = {row.mixed(keys, 150, 4)};
    const auto loaded = row.load();
    ASSERT_EQ(loaded->status, TrialStatus::kOk) << loaded->reason;
    EXPECT_THAT(loaded->engine_settings_json, HasSubstr("\"skipped\": \"nothing\""));
    const auto output = row.run(kWritingPasses, true);
    ASSERT_EQ(output->status, TrialStatus::kOk) << output->reason;
    EXPECT_EQ(output->passes[0].checksum[0], row.expected(0).checksum);
    EXPECT_EQ(output->passes[0].final_checksum[0], row.expected(0).final_checksum);
    EXPECT_EQ(row.drop()->status, TrialStatus::kOk);
  }
}

TEST_F(PostgresEngine, UsesTheIndexThatItsNameSays) {
  const std::map<std::string, std::string> methods = {{"postgres", "btree"},
                                                      {"postgres-async", "btree"},
                                                      {"postgres-unlogged", "btree"},
                                                      {"postgres-hash", "hash"},
                                                      {"postgres-brin", "brin"},
                                                      {"postgres-brin-2", "brin"},
                                                      {"postgres-brin-128", "brin"},
                                                      {"postgres-learned", "learned"},
                                                      {"postgres-learned-sparse", "learned_sparse"},
                                                      {"postgres-inside-btree", "btree"},
                                                      {"postgres-inside-hash", "hash"},
                                                      {"postgres-inside-brin", "brin"},
                                                      {"postgres-inside-brin-2", "brin"},
                                                      {"postgres-inside-brin-128", "brin"},
                                                      {"postgres-inside-learned", "learned"},
                                                      {"postgres-inside-learned-sparse", "learned_sparse"}};
  std::vector<Key> keys;
  for (Key key = 0; key < 20'000; ++key) keys.push_back(key);
  for (const auto& [name, method] : methods) {
    if (!is_here(name)) continue;
    Row row(name, "", server_->connection());
    row.entries = entries_of(keys);
    row.threads = {{{.key = 12'345}, {.key = 20'001}}};
    const auto loaded = row.load();
    ASSERT_EQ(loaded->status, TrialStatus::kOk) << loaded->reason;
    ASSERT_EQ(row.run(1, false)->status, TrialStatus::kOk);
    const std::string table =
        "pg_index JOIN pg_class c ON c.oid = indexrelid JOIN pg_am a ON a.oid = relam "
        "WHERE indrelid = '" +
        row.table + "'::regclass";
    EXPECT_EQ(server_->query("SELECT amname FROM " + table), method) << name;
    server_->query("SELECT pg_stat_force_next_flush()");
    std::string scans;
    for (int i = 0; i < 200 && (scans.empty() || scans == "0"); ++i, sleep_ms(10)) {
      scans = server_->query("SELECT idx_scan FROM pg_stat_user_indexes WHERE relid = '" + row.table + "'::regclass");
    }
    EXPECT_NE(scans, "0") << name;
    row.drop();
  }
}

TEST_F(PostgresEngine, SummarisesAsManyPagesARangeAsItsNameSays) {
  std::vector<Key> keys;
  for (Key key = 0; key < 50'000; ++key) keys.push_back(key);
  const std::map<std::string, std::string> pages = {
      {"postgres-brin", "16"}, {"postgres-brin-2", "2"}, {"postgres-brin-128", "128"}};
  for (const auto& [name, wanted] : pages) {
    Row row(name, "", server_->connection());
    row.entries = entries_of(keys);
    const auto loaded = row.load();
    ASSERT_EQ(loaded->status, TrialStatus::kOk) << loaded->reason;
    EXPECT_EQ(
        server_->query("SELECT reloptions FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE indrelid = '" +
                       row.table + "'::regclass"),
        "{pages_per_range=" + wanted + "}")
        << name;
    EXPECT_EQ(nlohmann::json::parse(loaded->engine_settings_json)["index"], "BRIN, " + wanted + " pages per range");
    row.drop();
  }
}

TEST_F(PostgresEngine, LooksUpInsideTheServerWithoutARoundTripForEachKeyAndCountsWhatThatReads) {
  Row row("postgres-inside-btree", "", server_->connection());
  std::vector<Key> keys;
  for (Key key = 0; key < 50'000; ++key) keys.push_back(key * 3);
  row.entries = entries_of(keys);
  std::vector<Operation> operations;
  for (Key i = 0; i < 3'000; ++i) {
    const OpKind kind = i % 3 == 0 ? OpKind::kLookup : (i % 3 == 1 ? OpKind::kLowerBound : OpKind::kScan);
    operations.push_back({.key = i * 7919 % 150'010, .argument = kind == OpKind::kScan ? 7U : 0U, .kind = kind});
  }
  row.threads = {operations};
  ASSERT_EQ(row.load()->status, TrialStatus::kOk);
  const auto statements = [&] { return std::stol(server_->query("SELECT sum(xact_commit) FROM pg_stat_database")); };
  const long before = statements();
  const auto output = row.run(1, false);
  ASSERT_EQ(output->status, TrialStatus::kOk) << output->reason;
  EXPECT_EQ(output->passes[0].checksum[0], row.expected(0).checksum);
  EXPECT_LT(statements() - before, 1'000);
  EXPECT_LT(output->no_op_ns, 10'000U);  // for each of the operations, not for the statement
  std::map<std::string, std::uint64_t> counters;
  for (const CounterOutput& counter : std::span(output->counters, output->counter_count)) {
    counters[counter.name] = counter.value;
  }
  EXPECT_GT(counters["index_size_bytes"], 50'000U * 16);
  EXPECT_GE(counters["index_pages_per_1000_reads"], 2'000U);  // root and leaf
  EXPECT_LT(counters["index_pages_per_1000_reads"], 4'000U);
  EXPECT_GT(counters["table_pages_per_1000_reads"], 500U);
}

TEST_F(PostgresEngine, RefusesToTimeAJoinThatDoesNotUseTheIndex) {
  Row row("postgres-inside-btree", "", server_->connection());
  row.entries = entries_of(extreme_keys());
  ASSERT_EQ(row.load()->status, TrialStatus::kOk);
  row.threads = {{{.key = 1}}};
  server_->query("ALTER TABLE " + row.table + " DROP CONSTRAINT " + row.table + "_pkey");
  const auto output = row.run(1, false);
  EXPECT_EQ(output->status, TrialStatus::kError);
  EXPECT_THAT(output->reason, HasSubstr("does not use the index"));
}

TEST_F(PostgresEngine, SaysWhichKindOfIndexAServerLacks) {
  server_->query("UPDATE pg_am SET amname = 'gone' WHERE amname = 'brin'");
  Row row("postgres-brin", "", server_->connection());
  row.entries = entries_of({1});
  const auto loaded = row.load();
  EXPECT_EQ(loaded->status, TrialStatus::kError);
  EXPECT_THAT(loaded->reason, HasSubstr("needed for: BRIN"));
}

TEST_F(PostgresEngine, NamesWhatAServerLacksAndGoesOnWithoutIt) {
  const LackingProxy proxy(socket_folder(server_->connection()),
                           {"FREEZE", "VACUUM", "CHECKPOINT", "autovacuum_enabled", "pg_size_bytes", "set_config"});
  std::string connection = server_->connection();
  const std::string folder = socket_folder(connection).string();
  connection.replace(connection.find(folder), folder.size(), proxy.socket_folder().string());
  Row row("postgres", "", connection);
  row.entries = entries_of(extreme_keys());
  row.threads = {mixed_operations(extreme_keys(), 100, 4)};
  const auto loaded = row.load();
  ASSERT_EQ(loaded->status, TrialStatus::kOk) << loaded->reason;
  for (const char* lacking : {"FREEZE", "VACUUM", "CHECKPOINT"}) {
    EXPECT_THAT(nlohmann::json::parse(loaded->engine_settings_json)["skipped"].get<std::string>(), HasSubstr(lacking));
  }
  EXPECT_EQ(loaded->cache_bytes, 0U);
  const auto output = row.run(kWritingPasses, true);
  ASSERT_EQ(output->status, TrialStatus::kOk) << output->reason;
  EXPECT_EQ(output->passes[0].checksum[0], row.expected(0).checksum);
  EXPECT_EQ(row.drop()->status, TrialStatus::kOk);
  EXPECT_GT(proxy.refusals(), 5);
  EXPECT_EQ(server_->query("SELECT count(*) FROM pg_class WHERE relname LIKE 'omb%'"), "0");
}

TEST_F(PostgresEngine, LeavesNothingBehindWhenItWasLoadedTwice) {
  Row row("postgres", "", server_->connection());
  for (const Key key : {1, 2}) {
    row.entries = entries_of({key, 9});
    ASSERT_EQ(row.load()->status, TrialStatus::kOk);
  }
  EXPECT_NE(server_->query("SELECT count(*) FROM pg_class WHERE relname LIKE 'omb%'"), "0");
  EXPECT_EQ(row.drop()->status, TrialStatus::kOk);
  EXPECT_EQ(server_->query("SELECT count(*) FROM pg_class WHERE relname LIKE 'omb%'"), "0");
}

TEST_F(PostgresEngine, LeavesNothingBehindWhenALoadFails) {
  Row row("postgres", "", server_->connection());
  row.entries = {{7, 1}, {7, 2}};  // the primary key refuses this
  const auto loaded = row.load();
  EXPECT_EQ(loaded->status, TrialStatus::kError);
  EXPECT_THAT(loaded->reason, HasSubstr("could not create unique index"));
  EXPECT_EQ(server_->query("SELECT count(*) FROM pg_class WHERE relname LIKE 'omb%'"), "0");
}

TEST(PostgresConnection, TellsWhatIsWrongWithoutThePassword) {
  for (const char* connection :
       {"host=/nonexistent-folder user=u password=hunter2 dbname=d", "postgresql://u:hunter2@127.0.0.1:1/d",
        "postgresql://u:hunter2@[::1/d", "postgresql://u:hunter2@127.0.0.1:port/d", "host=/tmp hunter2 user=x",
        "password='hunter2", "host=127.0.0.1 port=1 colour=red password=hunter2", "service=no-such-service-hunter2x",
        "postgresql://u@127.0.0.1:1/d?password=hunter%32"}) {
    Row row("postgres", "", connection);
    row.entries = entries_of({1});
    for (const auto& output : {row.load(), row.drop()}) {
      EXPECT_EQ(output->status, TrialStatus::kError) << connection;
      EXPECT_THAT(output->reason, HasSubstr("PostgreSQL: "));
      if (std::string(connection).find("service") == std::string::npos) {
        EXPECT_THAT(output->reason, Not(HasSubstr("hunter2"))) << connection;
      }
      EXPECT_GT(std::string(output->reason).size(), 20U);
      EXPECT_THAT(output->reason, Not(HasSubstr("\n")));
    }
  }
}

TEST(PostgresConnection, BlotsOutAPasswordThatAMessageRepeats) {
  const ConnectionString target("postgresql://u:hunter%32@localhost/d");
  const std::string reason = target.error("no entry for\n\tu hunter2 (postgresql://u:hunter%32@localhost/d)\n").what();
  EXPECT_EQ(reason, "PostgreSQL: no entry for u *** (***)");
}

TEST(PostgresConnection, RefusesAnEmptyStringAndForeignTableNames) {
  Row row("postgres", "", "");
  EXPECT_THAT(row.load()->reason, HasSubstr("no server given"));
  for (const char* table : {"", "omb_", "users", "omb_12; DROP TABLE users", "omb_XYZ"}) {
    Row other("postgres", "", "host=/nonexistent-folder");
    other.table = table;
    EXPECT_THAT(other.drop()->reason, HasSubstr("omb_<hex>")) << table;
  }
}

}  // namespace
}  // namespace omenbench::engine_test
