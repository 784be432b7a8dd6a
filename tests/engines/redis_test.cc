// What only the Redis engines have: addresses, passwords, a private server, and objects on a person's server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "indexes/engines/redis_server.h"
#include "indexes/engines/redis_table.h"
#include "tests/engines/engine_server.h"
#include "tests/engines/engine_trial.h"

namespace omenbench::engine_test {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(RedisAddress, TakesTheFormsOfRedisUrls) {
  const RedisAddress full = RedisAddress::parse("redis://me:p%40ss@example.org:7000/3");
  EXPECT_EQ(full.host, "example.org");
  EXPECT_EQ(full.port, 7000);
  EXPECT_EQ(full.user, "me");
  EXPECT_EQ(full.password, "p@ss");
  EXPECT_EQ(full.database, "3");
  EXPECT_EQ(RedisAddress::parse("redis://").host, "localhost");
  EXPECT_EQ(RedisAddress::parse("redis://[::1]:7000").host, "::1");
  EXPECT_EQ(RedisAddress::parse("redis://[::1]:7000").port, 7000);
  EXPECT_EQ(RedisAddress::parse("unix:///tmp/a.sock").socket, "/tmp/a.sock");
}

TEST(RedisAddress, RefusesOthersWithoutRepeatingThem) {
  for (const char* url : {"hunter2", "http://hunter2", "unix://hunter2", "redis://u:hunter2@h:port",
                          "redis://h/hunter2", "redis://u:hunter2@h:0", "rediss://u:hunter2@h"}) {
    try {
      RedisAddress::parse(url);
      ADD_FAILURE() << url;
    } catch (const Error& failure) {
      EXPECT_THAT(failure.what(), HasSubstr("Redis: "));
      EXPECT_THAT(failure.what(), Not(HasSubstr("hunter2"))) << url;
    }
  }
}

class RedisServer : public testing::Test {
 protected:
  void SetUp() override { start_or_skip(server_, "redis"); }

  std::int64_t keys() const { return RedisConnection(server_->connection()).command({"DBSIZE"})->integer; }

  std::unique_ptr<PrivateServer> server_;
};

TEST_F(RedisServer, ListensOnASocketThatOnlyItsOwnerMayReach) {
  const RedisReply port = RedisConnection(server_->connection()).command({"CONFIG", "GET", "port"});
  EXPECT_STREQ(port->element[1]->str, "0");
  expect_private(RedisAddress::parse(server_->connection()).socket);
}

TEST_F(RedisServer, LeavesNothingBehindAfterAStop) { expect_nothing_left(*server_); }

TEST_F(RedisServer, GivesUpItsProcessWhenItsStarterIsKilled) { expect_end_with_starter(server_->service()); }

TEST_F(RedisServer, KeepsOtherKeysAndDropsItsOwn) {
  RedisConnection(server_->connection()).command({"SET", "theirs", "precious"});
  for (const char* engine : {"redis", "redis-zset"}) {
    Row row(engine, "", server_->connection());
    row.entries = entries_of(extreme_keys());
    row.threads = {row.mixed(extreme_keys(), 100, 4)};
    ASSERT_EQ(row.load()->status, TrialStatus::kOk);
    EXPECT_EQ(row.run(kWritingPasses, true)->status, TrialStatus::kOk);
    EXPECT_EQ(keys(), 5) << "two tables with their marks, and theirs";
    EXPECT_EQ(row.drop()->status, TrialStatus::kOk);
    EXPECT_EQ(keys(), 1);
  }
}

TEST_F(RedisServer, AsksForAPasswordAndNeverRepeatsIt) {
  RedisConnection admin(server_->connection());
  admin.command({"CONFIG", "SET", "port", "0"});
  admin.command({"CONFIG", "SET", "requirepass", "hunter2"});
  const auto reason = [&] {
    Row row("redis", "", server_->connection());
    return std::string(row.load()->reason);
  };
  EXPECT_THAT(reason(), HasSubstr("NOAUTH"));
  setenv("REDISCLI_AUTH", "wrong-hunter3", 1);
  EXPECT_THAT(reason(), HasSubstr("WRONGPASS"));
  EXPECT_THAT(reason(), Not(HasSubstr("hunter3")));
  setenv("REDISCLI_AUTH", "hunter2", 1);
  EXPECT_EQ(reason(), "");
  unsetenv("REDISCLI_AUTH");
}

TEST_F(RedisServer, SaysThatTheServerIsGone) {
  Row row("redis", "", server_->connection());
  row.entries = entries_of(extreme_keys());
  ASSERT_EQ(row.load()->status, TrialStatus::kOk);
  EXPECT_THAT(reason_without_server(row, *server_), HasSubstr("Redis: "));
}

TEST(RedisNames, RefusesForeignTableNames) {
  Row row("redis", "", "unix:///nowhere");
  row.table = "users";
  EXPECT_THAT(row.drop()->reason, HasSubstr("omb_<hex>"));
}

}  // namespace
}  // namespace omenbench::engine_test
