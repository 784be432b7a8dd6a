// Recipes read what they describe, and a wrong field is told by name.
#include "datasets/recipe.h"

#include <fnmatch.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "datasets/catalogue.h"
#include "test_files.h"

namespace omenbench::datasets {
namespace {

using Keys = std::vector<Key>;

class RecipeTest : public DatasetTest {
 protected:
  Keys keys_with(const std::string& recipe, const std::string& content) {
    return keys(write("data", content) + ":@" + write("recipe.json", recipe));
  }
  std::string error_with(const std::string& recipe, const std::string& content = "1\n") {
    return error_of(write("data", content) + ":@" + write("recipe.json", recipe));
  }
};

TEST_F(RecipeTest, ReadsRawIntegersOfEitherOrder) {
  EXPECT_EQ(keys_with(R"({"format": "raw", "bits": 32, "endian": "big"})", std::string("\0\0\1\0\0\0\0\1", 8)),
            (Keys{1, 256}));
  EXPECT_EQ(keys_with(R"({"format": "raw", "bits": 32})", std::string("\0\0\0\1\2\0\0\0", 8)), (Keys{2, 1u << 24}));
  EXPECT_EQ(keys_with(R"({"format": "raw", "bits": 64, "endian": "big"})", std::string("\0\0\0\0\0\0\0\7", 8)),
            (Keys{7}));
  EXPECT_NE(error_with(R"({"format": "raw", "bits": 32})", "abcde").find("5 bytes are no whole number of them"),
            std::string::npos);
}

TEST_F(RecipeTest, ReadsSosdWithoutASuffix) {
  const std::string bytes("\2\0\0\0\0\0\0\0\5\0\0\0\4\0\0\0", 16);
  EXPECT_EQ(keys_with(R"({"format": "sosd", "bits": 32})", bytes), (Keys{4, 5}));
  EXPECT_NE(error_with(R"({"format": "sosd"})", bytes).find("FILE:@sosd-uint64"), std::string::npos);
}

TEST_F(RecipeTest, PutsDatesOfSeveralColumnsTogether) {
  const std::string recipe = R"({"header": true, "key": {"date_columns": ["y", "m", "d", "h"]}})";
  EXPECT_EQ(keys_with(recipe, "y,m,d,h\n1970,1,2,3\n1970,01,01,00\n"), (Keys{0, 97'200}));
  EXPECT_NE(error_with(recipe, "y,m,d,h\n2013,2,29,0\n")
                .find("line 2, columns y, m, d, h: no such date: year 2013, month 2, day 29"),
            std::string::npos);
  EXPECT_NE(error_with(recipe, "y,m,d,h\n2013,2,x,0\n").find("expected part of a date, got 'x'"), std::string::npos);
}

TEST_F(RecipeTest, TakesTheDateFromTheNameAndTheTimeFromAColumn) {
  const std::string file = write("19700102_quote.csv", "43.142,1\n0.5,2\n");
  const std::string recipe = write("r.json", R"({"header": false, "columns": ["ms", "bid"],
      "key": {"date_from": "file_name", "plus_column": "ms", "unit": "ms"}})");
  EXPECT_EQ(keys(file + ":@" + recipe), (Keys{86'400'000'500, 86'400'043'142}));
  const std::string undated = write("quote.csv", "43.142,1\n");
  EXPECT_NE(error_of(undated + ":@" + recipe).find("expected a date such as 20140501 in the name"), std::string::npos);
  EXPECT_EQ(keys(write("q-1970-01-02.csv", "1,1\n2,2\n") + ":@" + recipe), (Keys{86'400'001, 86'400'002}));
}

TEST_F(RecipeTest, CatalogueRecipesServeOnesOwnFilesByName) {
  EXPECT_EQ(keys(write("20140501_x.csv", "43.142,1,2\n") + ":@lean-tick"), (Keys{1'398'902'400'043'142}));
  EXPECT_EQ(keys(write("w.txt", "b\na\n\"q\n") + ":@words"),
            (Keys{0x2271000000000000, 0x6100000000000000, 0x6200000000000000}));
  EXPECT_NE(error_of(write("x", "1\n") + ":@lean-tik").find("did you mean 'lean-tick'?"), std::string::npos);
}

TEST_F(RecipeTest, ScalesDecimalsExactly) {
  const std::string recipe = R"({"header": false, "key": {"column": 1, "scale": 100}})";
  EXPECT_EQ(keys_with(recipe, "1.05\n0.1\n7\n"), (Keys{10, 105, 700}));
  EXPECT_NE(error_with(recipe, "1.055\n").find("at most 2 digits after the point, got '1.055'"), std::string::npos);
}

TEST_F(RecipeTest, SkipsAndCountsMissingValues) {
  const std::string recipe = R"({"missing": ["", "NA"], "key": "k"})";
  EXPECT_EQ(keys_with(recipe, "k,v\n1,a\nNA,b\n,c\n2,d\n"), (Keys{1, 2}));
  EXPECT_EQ(load(path("data") + ":@" + path("recipe.json")).info().notes,
            std::vector<std::string>{"2 rows without a key skipped"});
}

TEST_F(RecipeTest, CommentsAndDelimitersAreAsTold) {
  EXPECT_EQ(keys_with(R"({"delimiter": "|", "comment": "//", "key": 2})", "// x\n1|7\n2|8\n"), (Keys{7, 8}));
}

TEST_F(RecipeTest, WrongFieldsAreToldByName) {
  const std::string where = "recipe '" + path("recipe.json") + "'";
  EXPECT_EQ(error_with(R"({"delimeter": ","})"), where + ": unknown field 'delimeter', did you mean 'delimiter'?");
  EXPECT_EQ(error_with(R"({"delimiter": ",,"})"), where + ": field 'delimiter': expected one character");
  for (const char* ends_more :
       {R"({"delimiter": "\n"})", R"({"delimiter": "\r"})", R"({"delimiter": "\""})", R"({"delimiter": "\u0000"})"}) {
    EXPECT_EQ(error_with(ends_more),
              where + ": field 'delimiter': expected a character that ends neither lines nor quoted cells");
  }
  EXPECT_EQ(error_with(R"({"header": "yes"})"), where + R"(: field 'header': expected true or false, got "yes")");
  EXPECT_EQ(
      error_with(R"({"format": "cvs"})"),
      where + ": field 'format': expected one of auto, csv, text, json, sosd, raw, got 'cvs', did you mean 'csv'?");
  EXPECT_EQ(error_with("{\n\"format\": csv}").find(where + ", line 2: not valid JSON"), 0u);
  EXPECT_EQ(error_with(R"({"header": true, "header": false})"), where + ", line 1: field 'header' is given twice");
  EXPECT_NE(error_with(std::string(50'000, '[') + std::string(50'000, ']')).find("deep"), std::string::npos);
  EXPECT_EQ(error_with("[]"), where + ": expected an object");
  for (const char* bad :
       {R"({"format": "raw"})", R"({"format": "raw", "bits": 16})", R"({"format": "raw", "bits": 32, "key": "a"})",
        R"({"key": []})", R"({"key": {"type": "epoch"}})", R"({"key": {"column": "a", "type": "epoch"}})",
        R"({"key": {"column": "a", "unit": "ms"}})", R"({"key": {"column": "a", "scale": 3}})",
        R"({"key": {"column": "a", "scale": 10, "type": "integer"}})", R"({"key": {"column": 0}})",
        R"({"key": {"date_columns": ["y", "m"]}})", R"({"key": {"date_from": "header"}})",
        R"({"header": true, "columns": ["a"]})", R"({"format": "text", "delimiter": ","})", R"({"bits": 64})",
        R"({"format": "csv", "drop_last_word": true})", R"({"format": "text", "drop_last_word": "no"})",
        R"({"key": {"column": "a", "scale": 0}})"}) {
    EXPECT_EQ(error_with(bad).find(where), 0u) << bad;
  }
}

TEST(Catalogue, EveryEntryIsCompleteAndNamedInKebabCase) {
  EXPECT_GE(catalogue().size(), 50u);
  for (const CatalogueEntry& entry : catalogue()) {
    EXPECT_EQ(entry.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"), std::string::npos) << entry.name;
    EXPECT_FALSE(entry.description.empty() || entry.files.empty() || entry.obtain.empty()) << entry.name;
    EXPECT_FALSE(entry.source.empty() || entry.licence.empty() || entry.group.empty()) << entry.name;
    for (const Download& download : entry.downloads) {
      EXPECT_FALSE(download.urls.empty()) << entry.name;
      // What is fetched must be what is looked for afterwards.
      const bool found = std::ranges::any_of(entry.files, [&](const std::string& pattern) {
        return fnmatch(pattern.c_str(), download.file.c_str(), 0) == 0;
      });
      EXPECT_TRUE(found) << entry.name << ": " << download.file;
    }
    EXPECT_TRUE(entry.downloads.empty() || entry.downloads.size() == entry.file_count) << entry.name;
  }
}

TEST(Catalogue, IsListedWithTheGenerators) {
  bool uniform = false, tick = false;
  for (const DatasetListing& listing : list_datasets()) {
    uniform |= listing.name == "uniform" && listing.kind == "generator";
    tick |= listing.name == "lean-tick" && listing.kind == "real";
  }
  EXPECT_TRUE(uniform && tick);
}

}  // namespace
}  // namespace omenbench::datasets
