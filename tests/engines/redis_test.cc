// What only the Redis engines have: addresses, passwords, a private server, and objects on a person's server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

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
  void SetUp() override {
    const std::string reason = start_server(server_, "redis");
    if (!reason.empty()) GTEST_SKIP() << reason;
  }

  std::int64_t keys() const { return RedisConnection(server_->connection()).command({"DBSIZE"})->integer; }

  std::unique_ptr<PrivateServer> server_;
};

TEST_F(RedisServer, ListensOnASocketThatOnlyItsOwnerMayReach) {
  const RedisReply port = RedisConnection(server_->connection()).command({"CONFIG", "GET", "port"});
  EXPECT_STREQ(port->element[1]->str, "0");
  const std::string socket = RedisAddress::parse(server_->connection()).socket;
  struct stat status {};
  ASSERT_EQ(stat(std::filesystem::path(socket).parent_path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700U);
  if (geteuid() == 0) {
    EXPECT_NE(status.st_uid, 0U);
  }
}

TEST_F(RedisServer, LeavesNothingBehindAfterAStop) {
  const std::filesystem::path data = server_place::data_of(server_->directory());
  EXPECT_FALSE(processes_in(data).empty());
  stop_redis(server_->directory());
  EXPECT_TRUE(processes_in(data).empty());
  EXPECT_TRUE(std::filesystem::is_empty(server_->directory()));
  stop_redis(server_->directory());
}

TEST_F(RedisServer, GivesUpItsProcessWhenItsStarterIsKilled) {
  const TemporaryDirectory folder("omb-test");
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0755));
  const pid_t starter = fork();
  if (starter == 0) {
    start_redis(folder.path());
    kill(getpid(), SIGKILL);
  }
  wait_for_exit(starter, 60);
  const std::filesystem::path data = server_place::data_of(folder.path());
  for (int i = 0; i < 1000 && !processes_in(data).empty(); ++i) sleep_ms(10);
  EXPECT_TRUE(processes_in(data).empty());
  stop_redis(folder.path());
}

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
  row.threads = {std::vector<Operation>(10'000'000, Operation{.key = 1})};  // minutes, if nobody stopped it
  std::thread killer([&] {
    sleep_ms(300);
    for (const pid_t process : processes_in(server_place::data_of(server_->directory()))) kill(process, SIGKILL);
  });
  const auto output = row.run(1, false);
  killer.join();
  EXPECT_EQ(output->status, TrialStatus::kError);
  EXPECT_THAT(output->reason, HasSubstr("Redis: "));
}

TEST(RedisNames, RefusesForeignTableNames) {
  Row row("redis", "", "unix:///nowhere");
  row.table = "users";
  EXPECT_THAT(row.drop()->reason, HasSubstr("omb_<hex>"));
}

}  // namespace
}  // namespace omenbench::engine_test
