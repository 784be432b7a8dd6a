// Keys from a SQLite file become what the same values become in a column of a file; what cannot is refused.
#include "datasets/query/query.h"

#include <gmock/gmock.h>
#include <sqlite3.h>

#include "core/key_kind.h"
#include "test_files.h"

namespace omenbench::datasets {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SqliteQuery : public DatasetTest {
 protected:
  /// A database with these statements in it.
  std::string database(const std::string& sql) {
    const std::string file = (folder_.path() / "a.db").string();
    sqlite3* opened = nullptr;
    sqlite3_open(file.c_str(), &opened);
    EXPECT_EQ(sqlite3_exec(opened, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(opened);
    sqlite3_close(opened);
    return file;
  }
  /// "" when it is accepted.
  std::string refusal(const std::string& file, const std::string& query) {
    try {
      query_sqlite(file, query);
      return "";
    } catch (const Error& error) {
      return error.what();
    }
  }
  TestFiles folder_;
};

TEST_F(SqliteQuery, GivesKeysInOrderOfTheValues) {
  const std::string file = database(
      "create table t(i, d, s); insert into t values (5, 1.5, '2024-01-02'), "
      "(-3, -2.25, '2024-01-01 12:00:00.5')");
  const OriginalValues integers = query_sqlite(file, "select i from t;");
  EXPECT_THAT(integers.values, ElementsAre(key_of_signed(5), key_of_signed(-3)));
  EXPECT_EQ(integers.info.source, "a.db: select i from t");
  EXPECT_THAT(query_sqlite(file, "select d from t").values, ElementsAre(key_of_double(1.5), key_of_double(-2.25)));
  const OriginalValues dates = query_sqlite(file, "select s from t");
  EXPECT_EQ(dates.info.key_type, "timestamp ms");
  EXPECT_EQ(dates.values[0] - dates.values[1], 43'199'500);
}

TEST_F(SqliteQuery, CountsNullsAndLeavesThemOut) {
  const std::string file = database("create table t(i); insert into t values (1), (null), (2), (null)");
  const OriginalValues original = query_sqlite(file, "select i from t");
  EXPECT_THAT(original.values, ElementsAre(1, 2));
  EXPECT_THAT(original.info.notes, ElementsAre("2 of 4 rows are NULL and were left out"));
  EXPECT_THAT(refusal(file, "select i from t where i is null"), HasSubstr("all 2 rows of the query are NULL"));
  EXPECT_THAT(refusal(file, "select i from t where i > 9"), HasSubstr("gives no rows"));
}

TEST_F(SqliteQuery, RefusesWhatIsNoKeyAndNamesTheRow) {
  const std::string file = database("create table t(i); insert into t values (1), ('abc'), (x'00')");
  EXPECT_THAT(refusal(file, "select i from t"), HasSubstr("row 2 of the query: expected an integer, got 'abc'"));
  EXPECT_THAT(refusal(file, "select i from t where i != 1"), HasSubstr("row 2 of the query: bytes among texts"));
  EXPECT_THAT(refusal(file, "select i from t"), HasSubstr("dense_rank() over (order by COLUMN)"));
}

TEST_F(SqliteQuery, TextsAndBlobsAreByteStringsWhole) {
  const std::string file = database(
      "create table t(s, b); insert into t values (' beta', x'00ff'), ('', x''), ('a' || char(0) || 'b', x'00'),"
      "(null, null), ('7', x'ffff')");
  const auto keys = [&](const char* query) {
    const OriginalValues original = query_sqlite(file, query);
    std::vector<std::string> texts;
    for (const Key place : original.values) texts.emplace_back(bytes_at(original.text.value().data(), place));
    return texts;
  };
  EXPECT_THAT(keys("select s from t"), ElementsAre(" beta", "", std::string("a\0b", 3), "7"));
  EXPECT_THAT(keys("select b from t"), ElementsAre(std::string("\0\xff", 2), "", std::string(1, '\0'), "\xff\xff"));
  EXPECT_THAT(query_sqlite(file, "select s from t").info.key_type, HasSubstr("collation C"));
  EXPECT_THAT(keys("select cast(s as blob) from t where s is not null order by s"),
              ElementsAre("", " beta", "7", std::string("a\0b", 3)));
  EXPECT_THAT(refusal(file, "select s from t where s > '0' order by s"), HasSubstr("row 2 of the query: expected an"))
      << "a number that comes first makes it a column of numbers; cast, as the hint says, makes it one of bytes";
}

TEST_F(SqliteQuery, OneColumnHoldsOneKind) {
  const auto said = [&](const std::string& values) {
    return refusal(database("create table if not exists t(v); delete from t; insert into t values " + values),
                   "select v from t");
  };
  EXPECT_THAT(said("('abc'), (5)"), HasSubstr("row 2 of the query: an integer among texts; cast(COLUMN as blob)"));
  EXPECT_THAT(said("('abc'), (0.5)"), HasSubstr("a real number among texts"));
  EXPECT_THAT(said("('abc'), (x'00')"), HasSubstr("bytes among texts"));
  EXPECT_THAT(said("(x'00'), ('abc')"), HasSubstr("a text among bytes"));
  EXPECT_THAT(said("(zeroblob(65536)), (zeroblob(65537))"), HasSubstr("row 2 of the query: a text of 65537 bytes"));
}

TEST_F(SqliteQuery, OfSeveralColumnsMakesACompositeKey) {
  const std::string file =
      database("create table t(device, ts); insert into t values ('b', 5), ('a', 7), (null, 6), ('a', 5), ('b', null)");
  const OriginalValues original = query_sqlite(file, "select device, ts from t");
  EXPECT_THAT(original.values, ElementsAre(0b100, 0b010, 0b000));
  EXPECT_THAT(original.info.key_type, HasSubstr("composite: device 1 bit (rank among 2 texts), ts 2 bits"));
  EXPECT_THAT(original.info.notes, ElementsAre("2 of 5 rows are NULL and were left out"));
  EXPECT_THAT(refusal(database("create table u(a, b); insert into u values (1, 2), (3, x'00')"), "select a, b from u"),
              HasSubstr("row 2 of the query, column 'b'"));
  const OriginalValues bytes = query_sqlite(
      database("create table v(a, b); insert into v values (x'0100', 7), (x'01', 9)"), "select a, b from v");
  EXPECT_EQ(bytes_at(bytes.text.value().data(), bytes.values[0]), std::string("\1\0\xff\0\1\0", 6));
  EXPECT_EQ(bytes_at(bytes.text.value().data(), bytes.values[1]), std::string("\1\0\1\2", 4));
  const OriginalValues wide = query_sqlite(
      database("create table w(a, b); insert into w values ('b', 1.5), ('a', -1.5)"), "select b, a, b from w");
  EXPECT_EQ(bytes_at(wide.text.value().data(), wide.values[0]).size(), 17U)
      << "two real numbers and a text of one byte";
}

TEST_F(SqliteQuery, TellsColumnsOfOneNameApartByTheirPlace) {
  const std::string file = database("create table t(a, b); insert into t values (1, 2), (5, 4)");
  const OriginalValues original = query_sqlite(file, "select a as x, b as x from t");
  EXPECT_THAT(original.info.key_type, AllOf(HasSubstr("x (1) 3 bits"), HasSubstr("x (2) 2 bits")));
  EXPECT_THAT(original.values, ElementsAre(0b00000, 0b10010));
  EXPECT_THAT(refusal(database("create table u(a, b); insert into u values (1, 2), (3, x'00')"),
                      "select a as x, b as x from u"),
              HasSubstr("row 2 of the query, column 'x (2)'"));
}

TEST_F(SqliteQuery, RefusesWhatSqliteHasRounded) {
  const std::string file = database(
      "create table t(i integer, d); insert into t values (1, 1), (18446744073709551616, 9007199254740993), (2, 0.5)");
  EXPECT_THAT(refusal(file, "select i from t"), HasSubstr("row 2 of the query: 1.8446744073709552e+19 among integers"));
  EXPECT_THAT(refusal(file, "select d from t"), HasSubstr("beyond 2^53"));
  const std::string numbers = database("create table n(i integer); insert into n values (5), (6), (-3)");
  EXPECT_THAT(refusal(numbers, "select i * 4000000000000000000 from n"),
              HasSubstr("computed and beyond 64 signed bits"))
      << "-1.2e19 as well";
  EXPECT_THAT(refusal(numbers, "select i * 3000000000000000000 from n where i != 6"), HasSubstr("among integers"))
      << "the first is rounded, the second an integer";
  EXPECT_EQ(query_sqlite(numbers, "select printf('%.17e', i * 4000000000000000000) from n").values.size(), 3);
  EXPECT_THAT(query_sqlite(file, "select 1e300 union select 0.1 order by 1").values,
              ElementsAre(key_of_double(0.1), key_of_double(1e300)));
}

TEST_F(SqliteQuery, NeverWrites) {
  const std::string file = database("create table t(i); insert into t values (1)");
  EXPECT_THAT(refusal(file, "delete from t"), HasSubstr("would write"));
  EXPECT_THAT(refusal(file, "select i from t; delete from t"), HasSubstr("several statements"));
  EXPECT_THAT(refusal(file, " ; "), HasSubstr("--query is empty"));
  EXPECT_THAT(refusal(file, "select x from t"), HasSubstr("no such column"));
  EXPECT_THAT(query_sqlite(file, "select i from t").values, ElementsAre(1));
  EXPECT_THAT(refusal(folder_.write("notes.txt", "hello, this is no database at all"), "select i from t"),
              HasSubstr("file is not a database"));
  EXPECT_THAT(refusal((folder_.path() / "none.db").string(), "select 1"), HasSubstr("there is no such file"));
}

TEST(PostgresQuery, NeverRepeatsAMalformedConnectionString) {
  try {
    query_postgres("host=h password=s3cret broken", "select 1");
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("malformed"));
    EXPECT_THAT(error.what(), ::testing::Not(HasSubstr("s3cret")));
  }
}

}  // namespace
}  // namespace omenbench::datasets
