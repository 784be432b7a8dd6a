// What only the InfluxDB engine has: addresses, answers as text, a private server, and databases on a person's server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "indexes/engines/influxdb_table.h"
#include "tests/engines/engine_server.h"
#include "tests/engines/engine_trial.h"

namespace omenbench::engine_test {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(InfluxAddress, TakesUrlsOfHostsAndSockets) {
  const InfluxAddress full = InfluxAddress::parse("https://me:p%40ss@example.org:7000");
  EXPECT_EQ(full.origin, "https://example.org:7000");
  EXPECT_EQ(full.user, "me");
  EXPECT_EQ(full.password, "p@ss");
  EXPECT_EQ(InfluxAddress::parse("http://[::1]").origin, "http://[::1]:8086");
  EXPECT_EQ(InfluxAddress::parse("http://localhost?socket=/run/influxdb.sock").socket, "/run/influxdb.sock");
}

TEST(InfluxAddress, TakesUserAndPasswordFromTheEnvironment) {
  setenv("INFLUX_USERNAME", "me", 1);
  setenv("INFLUX_PASSWORD", "secret", 1);
  const InfluxAddress address = InfluxAddress::parse("http://example.org");
  const InfluxAddress named = InfluxAddress::parse("http://you@example.org");
  unsetenv("INFLUX_USERNAME");
  unsetenv("INFLUX_PASSWORD");
  EXPECT_EQ(address.user, "me");
  EXPECT_EQ(address.password, "secret");
  EXPECT_EQ(named.user, "you");
}

TEST(InfluxAddress, RefusesOthersWithoutRepeatingThem) {
  for (const char* url : {"hunter2", "ftp://hunter2", "http://u:hunter2@", "http://u:hunter2@h:port",
                          "http://h/hunter2", "http://h?hunter2=1", "http://h?socket=hunter2"}) {
    try {
      InfluxAddress::parse(url);
      ADD_FAILURE() << url;
    } catch (const Error& failure) {
      EXPECT_THAT(failure.what(), HasSubstr("InfluxDB: "));
      EXPECT_THAT(failure.what(), Not(HasSubstr("hunter2"))) << url;
    }
  }
}

TEST(InfluxRows, ReadsEveryRowAndTellsNothingFromWhatItDoesNotKnow) {
  InfluxRows rows(R"({"results":[{"statement_id":0,"series":[{"name":"t","columns":["time","v"],)"
                  R"("values":[[-9223372036854775806,7],[5,-1]]}]}]})");
  std::int64_t time = 0, value = 0;
  ASSERT_TRUE(rows.next(time, value));
  EXPECT_EQ(time, -9223372036854775806);
  EXPECT_EQ(value, 7);
  ASSERT_TRUE(rows.next(time, value));
  EXPECT_EQ(value, -1);
  EXPECT_FALSE(rows.next(time, value));
  EXPECT_FALSE(InfluxRows("{\"results\":[{\"statement_id\":0}]}\n").next(time, value));
  EXPECT_THROW(InfluxRows("name,tags,time,v\n"), Error);
  EXPECT_THROW(InfluxRows(""), Error);
  InfluxRows decimal(R"({"values":[[1,2.5]]})");
  EXPECT_THROW(decimal.next(time, value), Error);
}

class InfluxdbServer : public testing::Test {
 protected:
  void SetUp() override { start_or_skip(server_, "influxdb"); }

  std::string databases() const {
    return std::string(InfluxConnection(server_->connection()).ask("", "SHOW DATABASES"));
  }

  std::unique_ptr<PrivateServer> server_;
};

TEST_F(InfluxdbServer, LetsNobodyInWithoutItsPassword) {
  const InfluxAddress address = InfluxAddress::parse(server_->connection());
  expect_private(address.socket);
  InfluxConnection stranger("http://omb:wrong@localhost?socket=" + address.socket);
  EXPECT_THROW(stranger.ask("", "SHOW DATABASES"), Error);
}

TEST_F(InfluxdbServer, LeavesNothingBehindAfterAStop) { expect_nothing_left(*server_); }

TEST_F(InfluxdbServer, GivesUpItsProcessWhenItsStarterIsKilled) { expect_end_with_starter(server_->service()); }

TEST_F(InfluxdbServer, KeepsOtherDatabasesAndDropsItsOwn) {
  InfluxConnection(server_->connection()).ask("", "CREATE DATABASE theirs");
  Row row("influxdb", "", server_->connection());
  row.entries = entries_of(extreme_keys());
  row.threads = {row.mixed(extreme_keys(), 100, 4)};
  ASSERT_EQ(row.load()->status, TrialStatus::kOk);
  EXPECT_EQ(row.run(kWritingPasses, true)->status, TrialStatus::kOk);
  EXPECT_THAT(databases(), HasSubstr("omb_"));
  EXPECT_EQ(row.drop()->status, TrialStatus::kOk);
  EXPECT_THAT(databases(), Not(HasSubstr("omb_")));
  EXPECT_THAT(databases(), HasSubstr("theirs"));
}

TEST_F(InfluxdbServer, SaysWhatTheServerSaysOfAnError) {
  InfluxConnection connection(server_->connection());
  try {
    connection.ask("nothing_there", "SELECT v FROM t");
    ADD_FAILURE() << "a database that is not there has no rows";
  } catch (const Error& failure) {
    EXPECT_THAT(failure.what(), HasSubstr("database not found"));
  }
}

TEST_F(InfluxdbServer, ALostServerIsAFailureOfTheTrial) {
  Row row("influxdb", "", server_->connection());
  row.entries = entries_of(extreme_keys());
  ASSERT_EQ(row.load()->status, TrialStatus::kOk);
  EXPECT_THAT(reason_without_server(row, *server_), HasSubstr("InfluxDB: "));
}

}  // namespace
}  // namespace omenbench::engine_test
