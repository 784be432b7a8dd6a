// What only the MariaDB engine has: addresses, a private server, and tables on a person's server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "indexes/engines/mariadb_table.h"
#include "tests/engines/engine_server.h"
#include "tests/engines/engine_trial.h"

namespace omenbench::engine_test {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(MariadbAddress, TakesUrlsOfBothNames) {
  const MariadbAddress full = MariadbAddress::parse("mysql://me:p%40ss@example.org:7000/shop");
  EXPECT_EQ(full.host, "example.org");
  EXPECT_EQ(full.port, 7000);
  EXPECT_EQ(full.user, "me");
  EXPECT_EQ(full.password, "p@ss");
  EXPECT_EQ(full.database, "shop");
  const MariadbAddress local = MariadbAddress::parse("mariadb:///shop?socket=/run/mysqld/mysqld.sock");
  EXPECT_EQ(local.host, "localhost");
  EXPECT_EQ(local.port, 3306);
  EXPECT_EQ(local.socket, "/run/mysqld/mysqld.sock");
}

TEST(MariadbAddress, RefusesOthersWithoutRepeatingThem) {
  for (const char* url :
       {"hunter2", "http://hunter2/db", "mariadb://u:hunter2@h", "mariadb://u:hunter2@h:port/db",
        "mariadb://u:hunter2@h:0/db", "mariadb://u@h/db?hunter2=1", "mariadb://u@h/db?socket=hunter2"}) {
    try {
      MariadbAddress::parse(url);
      ADD_FAILURE() << url;
    } catch (const Error& failure) {
      EXPECT_THAT(failure.what(), HasSubstr("MariaDB: "));
      EXPECT_THAT(failure.what(), Not(HasSubstr("hunter2"))) << url;
    }
  }
}

class MariadbServer : public testing::Test {
 protected:
  void SetUp() override { start_or_skip(server_, "mariadb"); }

  std::string tables() const {
    return MariadbConnection(server_->connection())
        .value(
            "SELECT GROUP_CONCAT(table_name ORDER BY table_name) FROM information_schema.tables WHERE table_schema = "
            "DATABASE()")
        .value_or("none");
  }

  std::unique_ptr<PrivateServer> server_;
};

TEST_F(MariadbServer, ListensOnASocketThatOnlyItsOwnerMayReach) {
  EXPECT_EQ(MariadbConnection(server_->connection()).value("SELECT @@skip_networking"), "1");
  expect_private(MariadbAddress::parse(server_->connection()).socket);
}

TEST_F(MariadbServer, LeavesNothingBehindAfterAStop) { expect_nothing_left(*server_); }

TEST_F(MariadbServer, GivesUpItsProcessWhenItsStarterIsKilled) { expect_end_with_starter(server_->service()); }

TEST_F(MariadbServer, KeepsOtherTablesAndDropsItsOwn) {
  MariadbConnection(server_->connection()).exec("CREATE TABLE theirs (id INT)");
  Row row("mariadb", "", server_->connection());
  row.entries = entries_of(extreme_keys());
  row.threads = {row.mixed(extreme_keys(), 100, 4)};
  ASSERT_EQ(row.load()->status, TrialStatus::kOk);
  EXPECT_EQ(row.run(kWritingPasses, true)->status, TrialStatus::kOk);
  EXPECT_THAT(tables(), HasSubstr("omb_"));
  EXPECT_EQ(row.drop()->status, TrialStatus::kOk);
  EXPECT_EQ(tables(), "theirs");
}

TEST_F(MariadbServer, SyncsEveryCommitAndWritesNoLogOfStatements) {
  MariadbConnection connection(server_->connection());
  EXPECT_EQ(connection.value("SELECT @@innodb_flush_log_at_trx_commit"), "1");
  EXPECT_EQ(connection.value("SELECT @@log_bin"), "0");
}

TEST_F(MariadbServer, AsksForAPasswordAndNeverRepeatsIt) {
  MariadbConnection(server_->connection()).exec("SET PASSWORD FOR omb@localhost = PASSWORD('hunter2')");
  const auto reason = [&] {
    Row row("mariadb", "", server_->connection());
    return std::string(row.load()->reason);
  };
  EXPECT_THAT(reason(), HasSubstr("Access denied"));
  setenv("MYSQL_PWD", "wrong-hunter3", 1);
  EXPECT_THAT(reason(), HasSubstr("Access denied"));
  EXPECT_THAT(reason(), Not(HasSubstr("hunter3")));
  setenv("MYSQL_PWD", "hunter2", 1);
  EXPECT_EQ(reason(), "");
  unsetenv("MYSQL_PWD");
}

TEST_F(MariadbServer, RefusesAServerThatTakesNoWrites) {
  MariadbConnection(server_->connection()).exec("SET GLOBAL read_only = 1");
  Row row("mariadb", "", server_->connection());
  row.entries = entries_of({1});
  EXPECT_THAT(std::string(row.load()->reason), HasSubstr("takes no writes (read_only is on)"));
}

TEST_F(MariadbServer, RefusesATableThatHasNoRoomWhereItsDataLie) {
  const std::string connection = server_->connection();
  look_at_mariadb(connection, 1000);
  try {
    look_at_mariadb(connection, std::uint64_t{1} << 50);
    ADD_FAILURE() << "a quadrillion of rows";
  } catch (const Error& failure) {
    EXPECT_THAT(failure.what(), HasSubstr("MariaDB: a table of 1125899906842624 rows takes up to 140 bytes each"));
  }
}

TEST_F(MariadbServer, SaysThatTheServerIsGone) {
  Row row("mariadb", "", server_->connection());
  row.entries = entries_of(extreme_keys());
  ASSERT_EQ(row.load()->status, TrialStatus::kOk);
  EXPECT_THAT(reason_without_server(row, *server_), HasSubstr("MariaDB: "));
}

TEST(MariadbNames, RefusesForeignTableNames) {
  Row row("mariadb", "", "mariadb:///nowhere?socket=/nowhere");
  row.table = "users";
  EXPECT_THAT(std::string(row.load()->reason), HasSubstr("not of the form omb_<hex>"));
}

}  // namespace
}  // namespace omenbench::engine_test
