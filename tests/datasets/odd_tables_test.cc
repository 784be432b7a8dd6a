// Tables as people's tools write them: whatever is passed over is counted, whatever is ambiguous is refused by name,
// and no value ends up in another column than the one that was meant.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <cstring>

#include "datasets/key_parsing.h"
#include "test_files.h"

namespace omenbench::datasets {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class OddTables : public DatasetTest {
 protected:
  std::vector<std::string> notes(const std::string& spec) const { return load(spec).info().notes; }
};

TEST_F(OddTables, RowsThatBeginAsCommentsDoAreRowsWhereTheyHaveTheTablesWidth) {
  const std::string file = write("a.csv", "tag,id\ntag0,0\n#tag1,3\ntag2,6\n#tag3,9\n# a remark, no row\n");
  EXPECT_THAT(keys(file + ":id"), ElementsAre(0, 3, 6, 9));
  EXPECT_THAT(notes(file + ":id"), ElementsAre("1 line that begins with '#' passed over",
                                               "2 rows that begin with '#' taken like the others; \"comment\": \"#\" "
                                               "in a recipe passes over them"));
  EXPECT_THAT(error_of(write("b.csv", "id,tag\n1,a\n#2,b\n") + ":id"),
              HasSubstr("line 3, column 'id': expected an integer, got '#2'; \"comment\": \"#\" in a recipe"));
  const std::string recipe = write("r.json", R"({"comment": "#", "key": "id"})");
  EXPECT_THAT(notes(path("a.csv") + ":@" + recipe), ElementsAre("3 lines that begin with '#' passed over"));
}

TEST_F(OddTables, AHeaderMayStandBehindAComment) {
  const std::string file = write("sadf.csv",
                                 "# hostname;interval;timestamp;idle\nh;10;1700000000;0.5\nh;10;1700000010;1\n"
                                 "# hostname;interval;timestamp;idle\nh;10;1700000020;1\n");
  EXPECT_THAT(keys(file + ":timestamp"), ElementsAre(1'700'000'000, 1'700'000'010, 1'700'000'020));
  EXPECT_THAT(notes(file + ":timestamp"),
              ElementsAre("its last line of comments, 'hostname, interval, timestamp, idle', is taken for a header",
                          "2 lines that begin with '#' passed over"));
  EXPECT_THAT(keys(write("v.vcf", "##source=x\n#CHROM\tPOS\n1\t100\n1\t200\n") + ":POS"), ElementsAre(100, 200));
}

TEST_F(OddTables, EmptyCellsAreNoValuesAndCounted) {
  const std::string file = write("a.csv", "id,ts\n1,5\n2,\n3,7\n4, \n5,\"\"\n");
  EXPECT_THAT(keys(file + ":ts"), ElementsAre(5, 7));
  EXPECT_THAT(notes(file + ":ts"), ElementsAre("3 rows without a key skipped"));
  EXPECT_EQ(load(file + ":id,ts").info().rows, 2u);
  EXPECT_THAT(error_of(write("b.csv", "id,ts\n1,\n2,\n") + ":ts"), HasSubstr("none of its 2 rows has one"));
}

TEST_F(OddTables, BlankLinesAndRowsOfOtherWidthsAreCounted) {
  EXPECT_THAT(notes(write("a.txt", "1\n\n2\n \n\n")), ElementsAre("3 blank lines passed over"));
  EXPECT_THAT(notes(write("b.csv", "id,name\n1,a\n2,b,c\n3,d\n4\n5,e\n6,f\n") + ":id"),
              ElementsAre("2 rows with more or fewer columns than the others, the first in file 'b.csv', line 3"));
  EXPECT_THAT(notes(write("c.tbl", "1|x|\n2|y|\n") + ":1"), IsEmpty());
}

TEST_F(OddTables, BarsSemicolonsTabsAndBlanksDelimit) {
  EXPECT_THAT(
      keys(write("a.tbl", "1|276|O|75606.00|1996-01-01|some, text|\n5|130|O|3.01|1996-01-02|some; text|\n") + ":1"),
      ElementsAre(1, 5));
  EXPECT_THAT(keys(write("pgbench_log", "0 0 365 0 1175850568 366424\n0 1 4534 0 1175850569 837075\n") + ":5"),
              ElementsAre(1'175'850'568, 1'175'850'569));
  // One value and two words of one value are no columns.
  EXPECT_EQ(load(write("t.txt", "2014-05-01 12:30:00\n2014-05-01 12:30:01\n")).info().key_type, "timestamp s");
  // One row of another width does not hide the delimiter.
  EXPECT_THAT(keys(write("r.csv", "a;b;c\n1;2;3\n4;5;6\n7;8;9;0\n") + ":b"), ElementsAre(2, 5, 8));
}

TEST_F(OddTables, NamesThatStandTwiceInAHeaderAreRefused) {
  const std::string file = write("a.csv", "id,name,id\n0,x,1000000\n1,x,1000007\n");
  EXPECT_EQ(error_of(file + ":id"),
            "file '" + file + "': columns 1 and 3 are both named 'id'; choose one by its number");
  EXPECT_THAT(keys(file + ":3"), ElementsAre(1'000'000, 1'000'007));
}

TEST_F(OddTables, HeadersWithFewerNamesThanColumnsNameNothing) {
  EXPECT_THAT(error_of(write("a.csv", "x,y\nr1,1,2\nr2,3,4\n") + ":x"),
              HasSubstr("its header names 2 columns, its rows have 3; choose the column by number"));
  EXPECT_THAT(keys(write("b.csv", "x,y\n1,2,\n3,4,\n") + ":x"), ElementsAre(1, 3));
}

TEST_F(OddTables, FilesWhoseColumnsDisagreeAreNotMixedByNumber) {
  const std::string a = write("sw/a.csv", "ts,price\n1700000001,5\n1700000002,6\n");
  const std::string b = write("sw/b.csv", "price,ts\n7,1700000003\n8,1700000004\n");
  EXPECT_THAT(keys(path("sw/*.csv") + ":ts"), ElementsAre(1'700'000'001, 1'700'000'002, 1'700'000'003, 1'700'000'004));
  EXPECT_EQ(error_of(path("sw/*.csv") + ":1"), "file '" + b + "': its column 1 is 'price', that of file '" + a +
                                                   "' is 'ts'; choose the column by its name");
  write("wide/a.csv", "1,5\n2,6\n");
  write("wide/b.csv", "7,1,3\n8,2,4\n");
  EXPECT_THAT(error_of(path("wide/*.csv") + ":1"), HasSubstr("has 3 columns, file '" + path("wide/a.csv") + "' has 2"));
  // Only the first of split files has the header.
  write("split/a.csv", "ts,price\n1,5\n");
  write("split/b.csv", "2,6\n3,7\n");
  EXPECT_THAT(keys(path("split/*.csv") + ":1"), ElementsAre(1, 2, 3));
}

TEST_F(OddTables, FilesOfOneNameAreToldApartByTheirFolders) {
  const std::string one = write("day1/trades.csv", "ts\n1\n"), two = write("day2/trades.csv", "ts\n2\n");
  const std::string text = write("day2/trades.txt", "3\n");
  const auto names = [&](const std::vector<std::string>& specs) { return dataset_names(specs, path("cache")); };
  EXPECT_THAT(names({one, two, "uniform"}), ElementsAre("day1/trades", "day2/trades", "uniform"));
  EXPECT_THAT(names({one + ":ts", two + ":ts"}), ElementsAre("day1/trades:ts", "day2/trades:ts"));
  EXPECT_THAT(names({two, text}), ElementsAre("trades.csv", "trades.txt"));
  EXPECT_THAT(names({one, path("day1/../day1/trades.csv")}), ElementsAre("trades", "trades"));
  EXPECT_THAT(names({one, "no such thing"}), ElementsAre("trades", "no such thing"));
  DatasetRequest named = request(one);
  named.name = "day1/trades";
  EXPECT_EQ(load_dataset(named).info().name, "day1/trades");
}

template <class Number>
std::string bytes_of(const std::vector<Number>& numbers) {
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(Number)};
}

TEST_F(OddTables, BinarySignedAndFloatingNumbersKeepTheirOrder) {
  const std::string head = bytes_of(std::vector<std::uint64_t>{3});
  const std::vector<std::int64_t> integers = {-200, 7, INT64_MIN};
  const std::vector<double> doubles = {-180.0, 0.5, 179.5};
  const std::string text = write("same.txt", "-200\n7\n-9223372036854775808\n");
  EXPECT_EQ(keys(write("a_int64", head + bytes_of(integers))), keys(text));
  EXPECT_EQ(keys(write("a.int64", head + bytes_of(integers))), keys(text));
  EXPECT_EQ(load(path("a.int64")).info().key_type, "int64 (order-preserving)");
  EXPECT_EQ(keys(write("b_int32", head + bytes_of(std::vector<std::int32_t>{-1, 0, 1}))),
            keys(write("b.txt", "-1\n0\n1\n")));
  EXPECT_EQ(keys(write("c.double", head + bytes_of(doubles))), keys(write("c.txt", "-180.0\n0.5\n179.5\n")));
  EXPECT_EQ(keys(write("d_f32", head + bytes_of(std::vector<float>{-180, 0.5, 179.5}))), keys(path("c.txt")));
  EXPECT_EQ(keys(write("longitudes.bin.data", bytes_of(doubles)) + ":@raw-float64"), keys(path("c.txt")));
  EXPECT_THAT(error_of(path("longitudes.bin.data")), HasSubstr("FILE:@raw-uint64, @raw-int64, @raw-float64"));
  EXPECT_THAT(error_of(write("e_double", head + bytes_of(std::vector<double>{1, NAN, 2}))),
              HasSubstr("number 2 is not finite"));
  EXPECT_THAT(error_of(write("f_int64", bytes_of(integers))), HasSubstr("FILE:@raw-int64"));
  const std::string recipe = write("r.json", R"({"format": "raw", "bits": 64, "numbers": "signed", "endian": "big"})");
  EXPECT_THAT(keys(write("g", std::string("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFE\0\0\0\0\0\0\0\1", 16)) + ":@" + recipe),
              ElementsAre(key_of_signed(-2), key_of_signed(1)));
}

TEST_F(OddTables, PipesDevicesAndFoldersAreRefusedByName) {
  const std::string pipe = path("pipe");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_THAT(error_of(pipe), HasSubstr("'" + pipe + "' is not a regular file"));
  EXPECT_THAT(error_of("/dev/zero"), HasSubstr("'/dev/zero' is not a regular file"));
  EXPECT_THAT(error_of(write("a.csv", "1\n") + ":@" + pipe), HasSubstr("recipe '" + pipe + "': is a pipe"));
  EXPECT_THAT(error_of(path("a.csv") + ":@/dev/zero"), HasSubstr("recipe '/dev/zero': is a device"));
  EXPECT_THAT(error_of(path("*pi*")), HasSubstr("is not a regular file"));
  std::filesystem::create_symlink(path("nowhere"), path("dangling.csv"));
  EXPECT_THAT(error_of(path("dangl*")), HasSubstr("dangling.csv': is a link to nothing"));
}

TEST_F(OddTables, ValuesOfOtherKindsAreReadByRecipesAndHintedAt) {
  const std::string file = write("hex.csv", "id\n0x0\n0x1eef\n");
  EXPECT_THAT(error_of(file), HasSubstr("line 2: expected a number or a date, got '0x0'; a recipe reads hexadecimal"));
  EXPECT_THAT(keys(file + ":@" + write("r.json", R"({"key": {"column": "id", "type": "hex"}})")),
              ElementsAre(0, 0x1eef));
  EXPECT_THAT(error_of(write("u.csv", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6\n")), HasSubstr("line 1"));
  EXPECT_THAT(error_of(write("p.csv", "\xEF\xBB\xBFPAR1\n")), HasSubstr("is a Parquet file inside an archive"));
  const std::string mixed = write("m.csv", "ts\n1700000000000\n1700000001\n1700000002000\n");
  EXPECT_THAT(notes(mixed), Contains(HasSubstr("more than one unit: 1 in the range of s (as 1700000001)")));
}

}  // namespace
}  // namespace omenbench::datasets
