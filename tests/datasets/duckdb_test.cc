// Keys out of Parquet files and DuckDB's databases, which DuckDB itself writes here; skipped where its library is not.
#include "libraries/duckdb.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "core/key_kind.h"
#include "datasets/key_parsing.h"
#include "datasets/query/query.h"
#include "tests/datasets/test_files.h"

namespace omenbench::datasets {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class DuckdbTest : public DatasetTest {
 protected:
  void SetUp() override {
    if (duckdb::library_file().empty()) GTEST_SKIP() << "needs " << duckdb::kHowToGet;
  }

  /// Runs statements on a database, which is made; the file's path.
  std::string database(const std::string& name, const std::vector<std::string>& statements) const {
    const duckdb::Database opened(path(name), duckdb::base_settings(), "test");
    const duckdb::Connection connection(opened, "test");
    for (const std::string& statement : statements) connection.run(statement);
    return path(name);
  }

  /// A Parquet file of what a query gives.
  std::string parquet(const std::string& name, const std::string& query) const {
    database("scratch.duckdb", {"COPY (" + query + ") TO " + duckdb::literal(path(name)) + " (FORMAT parquet)"});
    return path(name);
  }

  /// Values in file order, with what is said of them.
  OriginalValues read(const std::string& spec) const { return load_original(request(spec)); }

  std::string refusal(const std::vector<std::string>& files, const std::string& query) const {
    try {
      query_duckdb(files, query);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }
};

TEST_F(DuckdbTest, TakesIntegersOfEveryWidthExactly) {
  const std::string file =
      parquet("t.parquet",
              "SELECT * FROM (VALUES ((-128)::tinyint, (-32768)::smallint, (-2147483648)::integer, "
              "(-9223372036854775808)::bigint, 255::utinyint, 65535::usmallint, "
              "4294967295::uinteger, 18446744073709551615::ubigint), "
              "(127, 32767, 2147483647, 9223372036854775807, 0, 0, 0, 0)) AS t(a, b, c, d, e, f, g, h)");
  const auto pair = [&](const char* column) { return read(file + ":" + column).values; };
  EXPECT_THAT(pair("a"), ElementsAre(key_of_signed(-128), key_of_signed(127)));
  EXPECT_THAT(pair("b"), ElementsAre(key_of_signed(-32768), key_of_signed(32767)));
  EXPECT_THAT(pair("c"), ElementsAre(key_of_signed(INT32_MIN), key_of_signed(INT32_MAX)));
  EXPECT_THAT(pair("d"), ElementsAre(0, UINT64_MAX));
  EXPECT_THAT(pair("e"), ElementsAre(255, 0));
  EXPECT_THAT(pair("f"), ElementsAre(65535, 0));
  EXPECT_THAT(pair("g"), ElementsAre(4294967295, 0));
  EXPECT_THAT(pair("h"), ElementsAre(UINT64_MAX, 0));
  EXPECT_EQ(read(file + ":d").info.key_type, "int64 (order-preserving)");
  EXPECT_EQ(read(file + ":h").info.key_type, "uint64");
}

TEST_F(DuckdbTest, TakesDecimalsAsScaledIntegers) {
  const std::string file = parquet(
      "t.parquet",
      "SELECT * FROM (VALUES (1.5::decimal(4,1), (-0.25)::decimal(9,2), 12345678901234.5678::decimal(18,4), "
      "1.0001::decimal(38,4), 7::decimal(38,0)), (-2.5, 3.75, -1, -922337203685477.5808, 8)) AS t(a, b, c, d, e)");
  EXPECT_THAT(read(file + ":a").values, ElementsAre(key_of_signed(15), key_of_signed(-25)));
  EXPECT_THAT(read(file + ":b").values, ElementsAre(key_of_signed(-25), key_of_signed(375)));
  EXPECT_THAT(read(file + ":c").values, ElementsAre(key_of_signed(123456789012345678), key_of_signed(-10000)));
  EXPECT_THAT(read(file + ":d").values, ElementsAre(key_of_signed(10001), 0));
  EXPECT_THAT(read(file + ":e").values, ElementsAre(7, 8));
  EXPECT_EQ(read(file + ":d").info.key_type, "decimal with 4 digits after the point");
  EXPECT_EQ(read(file + ":e").info.key_type, "uint64");
  const std::string wide = parquet("w.parquet", "SELECT 1 AS k UNION ALL SELECT 922337203685477.5808::decimal(38,4)");
  EXPECT_THAT(error_of(wide),
              HasSubstr("w.parquet', row 2, column 'k': expected a number of 64 bits times the scale, got "
                        "'9223372036854775808'"));
}

TEST_F(DuckdbTest, TakesTimesInTheUnitOfTheirColumn) {
  const std::string moments =
      "SELECT make_timestamp_ns(1700000000123456789) AS ns, TIMESTAMP '1969-12-31 23:59:59.999999' AS us, "
      "'2014-05-01 12:30:05.25'::timestamp_ms AS ms, '2014-05-01 12:30:05'::timestamp_s AS s, "
      "TIMESTAMPTZ '2014-05-01 02:00:00+02' AS tz, DATE '2014-05-01' AS d";
  const std::string file = parquet("t.parquet", moments);
  EXPECT_THAT(read(file + ":ns").values, ElementsAre(1700000000123456789));
  EXPECT_EQ(read(file + ":ns").info.key_type, "timestamp ns");
  EXPECT_THAT(read(file + ":us").values, ElementsAre(key_of_signed(-1)));
  EXPECT_THAT(read(file + ":ms").values, ElementsAre(1398947405250000));  // as DuckDB reads milliseconds of Parquet
  EXPECT_THAT(read(file + ":tz").values, ElementsAre(1398902400000000));
  EXPECT_THAT(read(file + ":d").values, ElementsAre(1398902400));
  const std::string own = database("t.duckdb", {"CREATE TABLE t AS " + moments});
  EXPECT_THAT(read(own + ":t.ms").values, ElementsAre(1398947405250));
  EXPECT_EQ(read(own + ":t.ms").info.key_type, "timestamp ms");
  EXPECT_THAT(read(own + ":t.s").values, ElementsAre(1398947405));
  const std::string endless = parquet("e.parquet", "SELECT DATE '2020-01-01' AS k UNION ALL SELECT 'infinity'::date");
  EXPECT_THAT(error_of(endless), HasSubstr("row 2, column 'k': expected a time, got 'infinity'"));
}

TEST_F(DuckdbTest, ReadsManyChunksInFileOrderAndCountsNulls) {
  const std::string file =
      parquet("t.parquet",
              "SELECT CASE WHEN range % 7 = 3 THEN NULL ELSE range * 7919 % 100003 END AS k, range AS r, "
              "CASE WHEN range % 5 = 0 THEN NULL ELSE 'w' || range % 3 END AS w FROM range(100000)");
  const OriginalValues original = read(file + ":k");
  std::vector<Key> expected;
  for (Key i = 0; i < 100000; ++i) {
    if (i % 7 != 3) expected.push_back(i * 7919 % 100003);
  }
  EXPECT_EQ(original.values, expected);
  EXPECT_THAT(original.info.notes, ElementsAre("14286 of 100000 rows are NULL and were left out"));
  EXPECT_TRUE(original.has_order);
  // Of a composite key a row counts when all parts are there.
  const OriginalValues composite = read(file + ":w,r");
  EXPECT_EQ(composite.values.size(), 80000U);
  EXPECT_EQ(composite.values[0], (Key{1} << 17) | 0);  // 'w1', 1: the smallest r is 1
  EXPECT_THAT(composite.info.key_type, StartsWith("composite: w 2 bits (rank among 3 texts), r 17 bits"));
  EXPECT_THAT(composite.info.notes, ElementsAre("20000 of 100000 rows are NULL and were left out"));
  EXPECT_THAT(error_of(parquet("n.parquet", "SELECT NULL::int AS k FROM range(3)")), HasSubstr("all 3 rows are NULL"));
  EXPECT_THAT(error_of(parquet("z.parquet", "SELECT 1 AS k WHERE false")), HasSubstr("holds no keys"));
}

TEST_F(DuckdbTest, ReadsTextsAsCellsAreRead) {
  const std::string file = parquet("t.parquet",
                                   "SELECT * FROM (VALUES ('18446744073709551615', '2014-05-01', 'a', 'ff', "
                                   "'00112233-4455-6677-8899-aabbccddeeff'::uuid), ('7', '1970-01-01', 'b', '1', "
                                   "'ffeeddcc-bbaa-9988-7766-554433221100'::uuid)) AS t(i, d, w, h, u)");
  EXPECT_THAT(read(file + ":i").values, ElementsAre(UINT64_MAX, 7));
  EXPECT_THAT(read(file + ":d").values, ElementsAre(1398902400, 0));
  EXPECT_THAT(error_of(file + ":w"), AllOf(HasSubstr("row 1, column 'w'"), HasSubstr("got 'a'")));
  const auto typed = [&](const std::string& column, const std::string& type) {
    const std::string recipe =
        write("r.json", "{\"key\": {\"column\": \"" + column + "\", \"type\": \"" + type + "\"}}");
    return read(file + ":@" + recipe).values;
  };
  EXPECT_THAT(typed("h", "hex"), ElementsAre(255, 1));
  EXPECT_THAT(typed("u", "uuid"), ElementsAre(0x0011223344556677, 0xffeeddccbbaa9988));
  EXPECT_THAT(typed("w", "prefix"), ElementsAre(Key{'a'} << 56, Key{'b'} << 56));
  const std::string lines = write("lines.json", R"({"format": "csv", "key": {"column": "h"}})");
  EXPECT_THAT(error_of(file + ":@" + lines), HasSubstr("columns of the key and their types alone"));
}

TEST_F(DuckdbTest, TextsBlobsAndUuidsAreByteStringsForWhoTakesThem) {
  const std::string file =
      parquet("t.parquet",
              "SELECT * FROM (VALUES ('beta', '\\x00\\xff'::blob, '80000000-0000-0000-0000-0000000000ff'::uuid), "
              "('', ''::blob, '7fffffff-0000-0000-0000-000000000001'::uuid), (NULL, NULL, NULL)) AS t(w, b, u)");
  const auto texts_of = [](const OriginalValues& original) {
    std::vector<std::string> texts;
    for (const Key place : original.values) texts.emplace_back(bytes_at(original.text.value().data(), place));
    return texts;
  };
  const auto keys = [&](const std::string& column) {
    DatasetRequest wanted = request(file + ":" + column);
    wanted.byte_strings = true;
    return texts_of(load_original(wanted));
  };
  const std::string high("\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xff", 16);
  const std::string low("\x7f\xff\xff\xff\0\0\0\0\0\0\0\0\0\0\0\x01", 16);
  EXPECT_THAT(keys("w"), ElementsAre("beta", ""));
  EXPECT_THAT(keys("b"), ElementsAre(std::string("\0\xff", 2), ""));
  EXPECT_THAT(keys("u"), ElementsAre(high, low));
  EXPECT_THAT(texts_of(query_duckdb({file}, "select u from file where u is not null")), ElementsAre(high, low));
  const std::string recipe = write("b.json", R"({"key": {"column": "b", "type": "bytes"}})");
  EXPECT_EQ(keys("@" + recipe), keys("b"));
}

TEST_F(DuckdbTest, RefusesTypesThatAreNoKeysAndSaysWhatToDo) {
  const std::string file =
      parquet("t.parquet",
              "SELECT true AS b, uuid() AS u, [1] AS l, {'x': 1} AS s, '\\x01'::blob AS o, TIME '01:00' AS t, "
              "'nan'::double AS f, INTERVAL 1 day AS i");
  const auto said = [&](const char* column) { return error_of(file + ":" + column); };
  EXPECT_THAT(said("b"), AllOf(HasSubstr("t.parquet', column 'b'"), HasSubstr("got BOOLEAN; truth values")));
  EXPECT_THAT(said("u"), AllOf(HasSubstr("got UUID"), HasSubstr("::ubigint")));
  EXPECT_THAT(said("l"), HasSubstr("got INTEGER[]; a query makes keys of its parts"));
  EXPECT_THAT(said("s"), HasSubstr("got STRUCT(x INTEGER)"));
  EXPECT_THAT(said("o"), HasSubstr("got BLOB; a query makes keys of it by its order"));
  EXPECT_THAT(said("t"), HasSubstr("got TIME; a query makes it a number: epoch_us(COLUMN)"));
  EXPECT_THAT(said("i"), HasSubstr("got INTERVAL"));
  EXPECT_THAT(said("f"), HasSubstr("row 1, column 'f': expected a finite number, got 'nan'"));
  EXPECT_THAT(said("price"), HasSubstr("no column 'price'; its columns are b BOOLEAN, u UUID"));
  EXPECT_THAT(error_of(file), HasSubstr("which column holds the keys?"));
}

TEST_F(DuckdbTest, ReadsSeveralFilesInTheFinestUnitAndRefusesOtherTypes) {
  std::filesystem::create_directory(directory_.path() / "days");
  parquet("days/1.parquet", "SELECT TIMESTAMP '1970-01-01 00:00:01' AS t, 5 AS k, 1::double AS d, 'x' AS w");
  parquet("days/2.parquet", "SELECT make_timestamp_ns(2000000003) AS t, 6::ubigint AS k, 2 AS d, 'y' AS w");
  const OriginalValues times = read(path("days/*.parquet") + ":t");
  EXPECT_THAT(times.values, ElementsAre(1000000000, 2000000003));
  EXPECT_EQ(times.info.key_type, "timestamp ns");
  EXPECT_EQ(times.info.source, "2 files, 1.parquet to 2.parquet");
  EXPECT_EQ(times.info.name, "days:t");
  EXPECT_THAT(read(path("days/*") + ":k").values, ElementsAre(5, 6));
  EXPECT_THAT(error_of(path("days/*") + ":d"),
              HasSubstr("days/2.parquet', column 'd': holds INTEGER, those before it DOUBLE"));
  write("days/3.csv", "k\n1\n");
  EXPECT_THAT(error_of(path("days/*") + ":k"), HasSubstr("are of different formats"));
}

TEST_F(DuckdbTest, ReadsTheFileOfThatNameWhateverItsCharacters) {
  parquet("x1.parquet", "SELECT 1 AS k");
  const std::string odd = parquet("x[1].parquet", "SELECT 2 AS k");
  EXPECT_THAT(read(odd).values, ElementsAre(2));
  EXPECT_THAT(read(parquet("it's *.parquet", "SELECT 3 AS \"a \"\"b\"\"\"")).values, ElementsAre(3));
  std::filesystem::create_directories(directory_.path() / "year=2024");
  const std::string hive = parquet("year=2024/x.parquet", "SELECT 4 AS k");
  EXPECT_THAT(error_of(hive + ":year"), HasSubstr("no column 'year'"));
  EXPECT_THAT(read(hive + ":1").values, ElementsAre(4));
}

TEST_F(DuckdbTest, TellsWhatIsWrongWithAFile) {
  const std::string file = parquet("t.parquet", "SELECT range AS k FROM range(10000)");
  const std::string whole = [&] {
    std::ifstream in(file, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }();
  std::string damaged = whole;
  for (std::size_t i = 2000; i < 4000; ++i) damaged[i] = static_cast<char>(damaged[i] ^ 0x5a);
  EXPECT_THAT(error_of(write("dam.parquet", damaged) + ":k"), HasSubstr("dam.parquet', column 'k': "));
  EXPECT_THAT(error_of(write("cut.parquet", whole.substr(0, 3000)) + ":k"), HasSubstr("cut.parquet': "));
  EXPECT_THAT(error_of(write("text.parquet", "k\n1\n2\n3\n4\n5\n6\n") + ":k"), HasSubstr("text.parquet': "));
  EXPECT_THAT(read(write("plain-name", whole)).values.size(), 10000U);  // by its beginning
}

TEST_F(DuckdbTest, ReadsTablesOfADatabase) {
  const std::string file = database(
      "shop.duckdb",
      {"CREATE TABLE orders(id BIGINT, made TIMESTAMP)", "INSERT INTO orders VALUES (5, '1970-01-02')",
       "CREATE SCHEMA \"a.b\"", "CREATE TABLE \"a.b\".\"t.u\"(k INTEGER, j INTEGER)",
       "INSERT INTO \"a.b\".\"t.u\" VALUES (7, 1), (9, 2)", "CREATE VIEW late AS SELECT id + 1 AS n FROM orders"});
  EXPECT_THAT(read(file + ":orders.id").values, ElementsAre(5));
  EXPECT_THAT(read(file + ":main.orders.made").values, ElementsAre(86400000000));
  EXPECT_THAT(read(file + ":a.b.t.u.k,j").values, ElementsAre(0, 0b101));
  EXPECT_THAT(read(file + ":late").values, ElementsAre(6));
  EXPECT_EQ(load(file + ":late").info().name, "shop:late");
  EXPECT_THAT(error_of(file + ":order.id"), HasSubstr("no table is 'order', did you mean 'orders'?"));
  EXPECT_THAT(error_of(file), HasSubstr("its tables are a.b.t.u, late, orders"));
  EXPECT_THAT(error_of(write("bad.duckdb", "nothing of the kind")), HasSubstr("bad.duckdb': "));
}

TEST_F(DuckdbTest, SeesWhatALogBesideADatabaseHolds) {
  const std::string file = database("live.duckdb", {"CREATE TABLE t(k INTEGER)", "INSERT INTO t VALUES (1)"});
  EXPECT_THAT(keys(file), ElementsAre(1));  // and keeps them
  std::filesystem::copy_file(file, path("copy.duckdb"));
  {
    const duckdb::Database open(file, duckdb::base_settings(), "test");
    const duckdb::Connection connection(open, "test");
    connection.run("INSERT INTO t VALUES (2)");
    std::filesystem::copy_file(file + ".wal", path("copy.duckdb.wal"));
  }
  std::filesystem::remove(file + ".wal");
  std::filesystem::copy_file(path("copy.duckdb"), file, std::filesystem::copy_options::overwrite_existing);
  std::filesystem::copy_file(path("copy.duckdb.wal"), file + ".wal");
  EXPECT_THAT(keys(file), ElementsAre(1, 2));
}

TEST_F(DuckdbTest, AnswersQueriesOverBoth) {
  const std::string file =
      database("shop.duckdb", {"CREATE TABLE t AS SELECT range AS k, range // 3 AS g FROM range(9)"});
  EXPECT_THAT(query_duckdb({file}, "select k from t where g = 1 -- the second three").values, ElementsAre(3, 4, 5));
  EXPECT_THAT(query_duckdb({file}, "select g, k from t where k > 7").info.key_type, StartsWith("composite: g"));
  const std::vector<std::string> days = {parquet("1.parquet", "SELECT 5 AS k, 1 AS p"),
                                         parquet("2.parquet", "SELECT 4 AS k, 2 AS p")};
  const OriginalValues both = query_duckdb(days, "select k from file where p > 0");
  EXPECT_THAT(both.values, ElementsAre(5, 4));
  EXPECT_EQ(both.info.source, "2 files: select k from file where p > 0");
  EXPECT_THAT(query_duckdb({days[0]}, "select null union all select 9 from file").info.notes,
              ElementsAre("1 of 2 rows are NULL and were left out"));
}

TEST_F(DuckdbTest, QueriesOnlyRead) {
  const std::string file = database("shop.duckdb", {"CREATE TABLE t AS SELECT 1 AS k"});
  const std::string out = path("out.csv");
  EXPECT_THAT(refusal({file}, "copy t to '" + out + "'"), HasSubstr("would do more than read"));
  EXPECT_THAT(refusal({file}, "delete from t"), HasSubstr("would do more than read"));
  EXPECT_THAT(refusal({file}, "install httpfs"), HasSubstr("would do more than read"));
  EXPECT_THAT(refusal({file}, "select k from t; drop table t"), HasSubstr("several statements"));
  EXPECT_THAT(refusal({file}, " ; "), HasSubstr("--query is empty"));
  EXPECT_THAT(refusal({file}, "selec k"), AllOf(StartsWith("DuckDB 'shop.duckdb': "), HasSubstr("syntax error")));
  EXPECT_THAT(refusal({file}, "select k from 'https://example.com/x.parquet'"),
              AllOf(HasSubstr("httpfs"), Not(HasSubstr("INSTALL"))));
  EXPECT_THAT(refusal({file}, "select k from t where k > 1"), HasSubstr("the query gives no rows"));
  EXPECT_THAT(refusal({file}, "select [1] from t"), HasSubstr("got INTEGER[]; a query makes keys of its parts"));
  EXPECT_FALSE(std::filesystem::exists(out));
  EXPECT_THAT(refusal({write("t.csv", "k\n1\n")}, "select 1"), HasSubstr("'t.csv' is neither"));
  const std::vector<std::string> unlike = {parquet("1.parquet", "SELECT 5 AS k"),
                                           parquet("2.parquet", "SELECT 4.5::double AS k")};
  EXPECT_THAT(refusal(unlike, "select k from file"), HasSubstr("column 'k' of file '2.parquet' differs"));
}

}  // namespace
}  // namespace omenbench::datasets
