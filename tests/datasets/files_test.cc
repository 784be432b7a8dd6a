// User files of every form load as their columns say, and each way a file can be wrong is told with file and line.
#include <cstring>

#include "test_files.h"

namespace omenbench::datasets {
namespace {

using Keys = std::vector<Key>;
using FilesTest = DatasetTest;
using ::testing::Test;

std::string sosd(const std::vector<std::uint64_t>& keys, std::uint64_t count) {
  std::string bytes(8 + 8 * keys.size(), '\0');
  std::memcpy(bytes.data(), &count, 8);
  std::memcpy(bytes.data() + 8, keys.data(), 8 * keys.size());
  return bytes;
}

TEST_F(FilesTest, SosdFilesAreKnownByTheirSuffix) {
  EXPECT_EQ(keys(write("a_uint64", sosd({5, 3, 9, 3}, 4))), (Keys{3, 5, 9}));
  EXPECT_EQ(keys(write("a_uint32", sosd({1ULL << 32 | 7}, 2))), (Keys{1, 7}));
  EXPECT_EQ(load(path("a_uint32")).info().key_type, "uint32");
  EXPECT_EQ(estimate_keys(request(path("a_uint64"))), 4u);
}

TEST_F(FilesTest, ASosdCountThatDoesNotMatchIsToldWithBothSizes) {
  EXPECT_EQ(error_of(write("a_uint64", sosd({1, 2, 3}, 4))),
            "file '" + path("a_uint64") +
                "': its count says 4 keys of 64 bits, but 24 bytes (3 keys) follow; without a count it is read as "
                "FILE:@raw-uint64");
  EXPECT_NE(error_of(write("b_uint64", sosd({1, 2, 3}, 2))).find("2 keys of 64 bits, but 24 bytes"), std::string::npos);
  EXPECT_NE(error_of(write("c_uint64", sosd({1}, ~0ULL))).find("18446744073709551615 keys"), std::string::npos);
  // Nor does the estimate that memory is asked for believe it.
  EXPECT_EQ(estimate_keys(request(path("c_uint64"))), std::nullopt);
  EXPECT_NE(error_of(write("d_uint64", "abc")).find("SOSD count of 8 bytes, the file has 3"), std::string::npos);
  EXPECT_NE(error_of(write("e_uint64", sosd({}, 0))).find("holds no keys"), std::string::npos);
}

TEST_F(FilesTest, PlainTextIsOneKeyALine) {
  EXPECT_EQ(keys(write("a.txt", "3\n1\n\n2\n")), (Keys{1, 2, 3}));
  EXPECT_EQ(keys(write("b.txt", "# made by hand\nkey\n3\r\n1\r\n2")), (Keys{1, 2, 3}));
  EXPECT_EQ(keys(write("c.txt",
                       "\xEF\xBB\xBF"
                       "7\n")),
            (Keys{7}));
  EXPECT_EQ(error_of(write("d.txt", "1\n2\n# three\nabc\n")),
            "file '" + path("d.txt") + "', line 4: expected an integer, got 'abc'");
}

TEST_F(FilesTest, AMalformedFirstValueIsNoHeader) {
  EXPECT_EQ(error_of(write("a.csv", "12x4\n5\n9\n")),
            "file '" + path("a.csv") + "', line 1: expected a number or a date, got '12x4'");
  EXPECT_NE(error_of(write("c.csv", "-1.2.3\n5\n9\n")).find("line 1: expected a number"), std::string::npos);
  for (const char* value : {"$5", "?", "nan", "NULL", "99999999999999999999"}) {
    const std::string error = error_of(write("f.csv", std::string(value) + "\n5\n9\n") + ":1");
    EXPECT_NE(error.find("line 1: expected "), std::string::npos) << error;
    EXPECT_NE(error.find(std::string("got '") + value + "'"), std::string::npos) << error;
  }
  EXPECT_NE(error_of(write("g.csv", "1\n5\n9\n") + ":key").find("no header row (line 1 is '1')"), std::string::npos);
  EXPECT_EQ(load(write("h.csv", "key\n5\n9\n") + ":1").info().notes[0], "its first line, 'key', is taken for a header");
  EXPECT_TRUE(load(write("h.csv", "key\n5\n9\n") + ":key").info().notes.empty());
  // What is taken for one is said.
  const auto notes = load(write("d.csv", "key\n5\n9\n")).info().notes;
  ASSERT_FALSE(notes.empty());
  EXPECT_EQ(notes[0], "its first line, 'key', is taken for a header");
  EXPECT_TRUE(load(write("e.csv", "4\n5\n9\n")).info().notes.empty());
}

TEST_F(FilesTest, JsonWithoutARecipeIsToldHowToBeRead) {
  for (const char* text : {"{\"a\": 1}\n{\"a\": 2}\n", "[{\"a\": 1},\n {\"a\": 2}]\n", " [\n\"x\"]"}) {
    const std::string error = error_of(write("a.json", text));
    EXPECT_NE(error.find("looks like JSON; say in a recipe"), std::string::npos) << error;
    EXPECT_NE(error.find("FILE:@recipe.json"), std::string::npos) << error;
  }
}

TEST_F(FilesTest, ColumnsAreNamedByHeaderOrNumber) {
  const std::string file = write("a.csv", "id,time,name\n3,2020-01-02,x\n1,2020-01-01,y\n");
  EXPECT_EQ(keys(file + ":id"), (Keys{1, 3}));
  EXPECT_EQ(keys(file + ":1"), (Keys{1, 3}));
  EXPECT_EQ(keys(file + ":time"), (Keys{1577836800, 1577923200}));
  EXPECT_EQ(load(file + ":time").info().name, "a:time");
  EXPECT_EQ(error_of(file + ":tmie"),
            "file '" + file + "': no column 'tmie' among 1 'id', 2 'time', 3 'name', did you mean 'time'?");
  EXPECT_NE(error_of(file + ":4").find("no column '4'"), std::string::npos);
  EXPECT_NE(error_of(file + ":0").find("no column '0'"), std::string::npos);
  EXPECT_NE(error_of(file + ":name").find("line 2, column 'name': expected a number or a date, got 'x'"),
            std::string::npos);
  EXPECT_NE(error_of(file + ":").find("expected a column after the colon"), std::string::npos);
}

TEST_F(FilesTest, DelimitersAreFound) {
  EXPECT_EQ(keys(write("a.csv", "1,9\n2,8\n") + ":2"), (Keys{8, 9}));
  EXPECT_EQ(keys(write("b.csv", "1;9,5\n2;8,5\n") + ":1"), (Keys{1, 2}));
  EXPECT_EQ(keys(write("c.tsv", "1\t9, or 7\n2\t8, or 6\n") + ":1"), (Keys{1, 2}));
  EXPECT_EQ(keys(write("d.csv", "a:b,c\n1,2\n3,4\n") + ":1"), (Keys{1, 3}));
}

TEST_F(FilesTest, QuotedCellsMayHoldDelimitersQuotesAndLineEnds) {
  const std::string file = write("a.csv", "\"na,me\",\"key\"\n\"x, \"\"y\"\"\nz\",\"5\"\n\"\",7\nplain,\"6\"\r\n");
  EXPECT_EQ(keys(file + ":key"), (Keys{5, 6, 7}));
  EXPECT_EQ(error_of(write("b.csv", "n,k\n\"a\nb\",1\nc,x\n") + ":k"),
            "file '" + path("b.csv") + "', line 4, column 'k': expected an integer, got 'x'");
  EXPECT_NE(error_of(write("c.csv", "n,k\na,1\n\"open,2\nb,3\n") + ":k").find("line 3: a quoted cell is not closed"),
            std::string::npos);
  EXPECT_NE(error_of(write("d.csv", "n,k\n\"a\"b,1\n") + ":k").find("after a closing quote"), std::string::npos);
}

TEST_F(FilesTest, RowsLongerThanTheReadersBufferAreRead) {
  std::string text = "k,n\n";
  for (int i = 0; i < 40; ++i) {
    text += std::to_string(i) + ",\"" + std::string(70'000, i % 2 ? 'a' : '\n') + "\"\n";
  }
  EXPECT_EQ(load(write("a.csv", text) + ":k").info().n, 40u);
  EXPECT_EQ(load(write("b.csv", "k,n\n1," + std::string(3'000'000, 'x') + "\n2,y\n") + ":k").info().n, 2u);
}

TEST_F(FilesTest, ARowWithoutTheKeyColumnIsRefused) {
  EXPECT_EQ(error_of(write("a.csv", "a,b,c\n1,2,3\n4,5\n") + ":c"),
            "file '" + path("a.csv") + "', line 3: the row has 2 columns, the key is in column 3");
}

TEST_F(FilesTest, WithoutAColumnTheOnlyPlausibleOneIsTaken) {
  const Dataset dataset = load(write("a.csv", "when,value\n2020-01-01,1.5\n2020-01-02,2.5\n"));
  EXPECT_EQ(dataset.info().key_type, "timestamp s");
  EXPECT_EQ(dataset.info().notes, std::vector<std::string>{"keys are column 'when', the only plausible one"});
  EXPECT_EQ(error_of(write("b.csv", "a,b\n1,2\n3,4\n")),
            "file '" + path("b.csv") + "': which column holds the keys? Name one as FILE:COLUMN: 1 'a', 2 'b'");
}

TEST_F(FilesTest, CompositeKeysOrderAsTheirTuples) {
  const std::string file = write("a.csv", "device,time\nb,2020-01-01\na,2020-01-05\na,2020-01-03\nb,2020-01-02\n");
  // a = 0, b = 1, then days in seconds above the first: 19 bits.
  EXPECT_EQ(keys(file + ":device,time"), (Keys{2 * 86400, 4 * 86400, 1u << 19, (1u << 19) + 86400}));
  EXPECT_EQ(load(file + ":device,time").info().key_type,
            "composite: device 1 bit (rank among 2 texts), time 19 bits (timestamp s)");
}

TEST_F(FilesTest, CompositeKeysThatDoNotFitSayHowManyBitsTheyNeed) {
  const std::string file = write("a.csv", "a,b\n0,0\n1099511627775,1\n0,1099511627775\n");
  EXPECT_NE(error_of(file + ":a,b").find("the composite key needs 80 bits, 64 are there: a 40 bits"),
            std::string::npos);
  EXPECT_NE(error_of(file + ":a,a").find("column 'a' is named twice in the key"), std::string::npos);
  EXPECT_EQ(load(write("b.csv", "a,b\n5,0\n5,18446744073709551615\n") + ":a,b").info().n, 2u);
}

TEST_F(FilesTest, BinaryAndForeignTextIsRefused) {
  EXPECT_NE(error_of(write("a.bin", std::string("\1\0\0\0", 4))).find("is binary"), std::string::npos);
  EXPECT_NE(error_of(write("b.csv", std::string("\xFF\xFE"
                                                "1",
                                                3)))
                .find("UTF-16"),
            std::string::npos);
  EXPECT_NE(error_of(write("c.txt", "# nothing\n\n")).find("holds no keys"), std::string::npos);
  EXPECT_NE(error_of(write("d.txt", "1\r2\r3\r")).find("carriage returns alone"), std::string::npos);
  EXPECT_EQ(load(write("e.txt", "1\r\n2\r\n")).info().n, 2u);
  EXPECT_EQ(load(write("f.txt", "12\r")).info().n, 1u);
}

TEST_F(FilesTest, AnExistingFileWinsOverANameAndAColon) {
  write("x:2", "5\n6\n");
  write("x", "1,7\n2,8\n");
  EXPECT_EQ(keys(path("x:2")), (Keys{5, 6}));
  EXPECT_EQ(keys(path("x:2") + ":1"), (Keys{5, 6}));
  EXPECT_EQ(keys(path("x") + ":1"), (Keys{1, 2}));
}

TEST_F(FilesTest, AQuotedGlobIsOneDataset) {
  write("ticks/a.csv", "t,v\n1,x\n2,x\n");
  write("ticks/b.csv", "v,t\nx,2\nx,3\n");
  const Dataset dataset = load(path("ticks/*.csv") + ":t");
  EXPECT_EQ(Keys(dataset.keys().begin(), dataset.keys().end()), (Keys{1, 2, 3}));
  EXPECT_EQ(dataset.info().name, "ticks:t");
  EXPECT_EQ(dataset.info().source, "2 files, a.csv to b.csv");
  EXPECT_EQ(dataset.info().duplicates, 1u);
}

TEST_F(FilesTest, DuplicatesAreDroppedOrNumbered) {
  const std::string file = write("a.txt", "7\n5\n7\n7\n9\n");
  EXPECT_EQ(keys(file), (Keys{5, 7, 9}));
  EXPECT_EQ(load(file).info().duplicates_dropped, 2u);
  DatasetRequest numbered = request(file);
  numbered.duplicates = Duplicates::kSequence;
  const Dataset dataset = load_dataset(numbered);
  EXPECT_EQ(Keys(dataset.keys().begin(), dataset.keys().end()), (Keys{5 << 2, 7 << 2, 7 << 2 | 1, 7 << 2 | 2, 9 << 2}));
  EXPECT_EQ(dataset.info().duplicates_dropped, 0u);
  EXPECT_EQ(dataset.info().duplicates, 2u);
  DatasetRequest wide = request(write("b.txt", "18446744073709551615\n18446744073709551615\n"));
  wide.duplicates = Duplicates::kSequence;
  EXPECT_NE(error_of(wide).find("keys of 64 bits and a sequence of 1 bit ("), std::string::npos);
}

TEST_F(FilesTest, SamplingTakesExactlyTheNumberAskedFor) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += std::to_string(i * 3) + "\n";
  DatasetRequest some = request(write("a.txt", text));
  some.keys = 100;
  const Dataset first = load_dataset(some);
  EXPECT_EQ(first.info().n, 100u);
  EXPECT_EQ(first.info().rows, 1000u);
  EXPECT_EQ(first.info().notes.back(), "sampled from 1000 keys with seed 1");
  EXPECT_EQ(load_dataset(some).info().sha256, first.info().sha256);
  some.seed = 2;
  EXPECT_NE(load_dataset(some).info().sha256, first.info().sha256);
  some.keys = 1001;
  EXPECT_EQ(error_of(some), "dataset 'a': 1001 keys asked for, it has 1000");
  some.keys = 0;
  EXPECT_NE(error_of(some), "");
}

TEST_F(FilesTest, UnknownNamesAreToldWithASuggestion) {
  EXPECT_EQ(error_of("unifrom"),
            "dataset 'unifrom': no such file, catalogue name or generator, did you mean 'uniform'?");
  EXPECT_NE(error_of("./nosuch.csv").find("no such file"), std::string::npos);
  EXPECT_NE(error_of(path("*.nosuch")).find("no file matches"), std::string::npos);
  EXPECT_NE(error_of(directory_.path().string()).find("is a folder"), std::string::npos);
  EXPECT_NE(error_of("etth1:date").find("takes no column"), std::string::npos);
  EXPECT_NE(error_of(""), "");
}

TEST_F(FilesTest, CatalogueSetsThatAreNotHereSayHowToGetThem) {
  unsetenv("OMENBENCH_DATA");
  const std::string message = error_of("fb-200m");
  EXPECT_NE(message.find("run 'omenbench data fetch fb-200m'"), std::string::npos);
  EXPECT_NE(message.find("OMENBENCH_DATA"), std::string::npos);
}

TEST_F(FilesTest, CatalogueFilesAreFoundInTheCacheToo) {
  unsetenv("OMENBENCH_DATA");
  write("cache/files/ETTm1.csv", "date,OT\n2016-07-01 00:00:00,1\n2016-07-01 01:00:00,2\n");
  EXPECT_EQ(load("ettm1").info().n, 2u);
}

TEST_F(FilesTest, CatalogueFilesWithOtherKeysThanTheyShouldHaveAreRefused) {
  unsetenv("OMENBENCH_DATA");
  write("cache/files/ETTh1.csv", "date,OT\n2016-07-01 00:00:00,1\n2016-07-01 01:00:00,2\n");
  EXPECT_NE(error_of("etth1").find("sha256 of its keys mismatch"), std::string::npos);
}

}  // namespace
}  // namespace omenbench::datasets
