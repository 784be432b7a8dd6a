// What the JSON library takes without a word, or dies of, is refused with the line on which it stands.
#include "base/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <tuple>

#include "base/json_fields.h"

namespace omenbench {
namespace {

std::string complaint(std::string_view text, const JsonRules& rules = {}) {
  try {
    parse_json(text, "plan 'x'", rules);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

std::string repeated(std::size_t times, const std::string& text) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

TEST(ParseJson, ReadsWhatTheLibraryReads) {
  const std::string text = R"({"a": [1, -2, 0.5, true, null, "x\u00e9"], "b": {"c": 18446744073709551615}})";
  EXPECT_EQ(parse_json(text, "x"), nlohmann::json::parse(text));
  EXPECT_EQ(parse_ordered_json(R"({"b": 1, "a": {"d": [], "c": {}}})", "x").dump(), R"({"b":1,"a":{"d":[],"c":{}}})");
  EXPECT_EQ(parse_json("7", "x"), 7);
  EXPECT_EQ(parse_json("[[], [[1]], {}]", "x"), nlohmann::json::parse("[[], [[1]], {}]"));
}

TEST(ParseJson, NamesSourceLineAndReasonOfBrokenSyntax) {
  EXPECT_THAT(complaint("{\"a\": 1,\n\"b\" 2}"), testing::StartsWith("plan 'x', line 2: not valid JSON: syntax error"));
  EXPECT_THAT(complaint("{\n\n"), testing::StartsWith("plan 'x', line 3: not valid JSON: syntax error"));
  EXPECT_THAT(complaint("1 2"), testing::HasSubstr("line 1: not valid JSON"));
  EXPECT_THAT(complaint("\"\xff\""), testing::HasSubstr("ill-formed UTF-8"));
  EXPECT_THAT(complaint(""), testing::HasSubstr("not valid JSON"));
  EXPECT_THAT(complaint("{\"a\"", {.first_line = 40}), testing::HasSubstr("line 40"));
  for (const char* text : {"{", "1e999", "[1,]"})
    EXPECT_THAT(complaint(text), Not(testing::HasSubstr("json.exception")));
}

TEST(ParseJson, RefusesDeepNestingInsteadOfCrashing) {
  for (const auto& [open, close] : {std::pair("[", "]"), std::pair("{\"a\":", "}")}) {
    const std::string just = repeated(kMaxJsonDepth, open) + "1" + repeated(kMaxJsonDepth, close);
    EXPECT_EQ(complaint(just), "");
    EXPECT_EQ(complaint(open + just + close), "plan 'x', line 1: nested more than 100 deep");
    EXPECT_THAT(complaint(repeated(50'000, open)), testing::HasSubstr("nested more than 100 deep"));
  }
}

TEST(ParseJson, RefusesAFieldGivenTwice) {
  EXPECT_EQ(complaint("{\"a\": 1,\n\"a\": 2}"), "plan 'x', line 2: field 'a' is given twice");
  EXPECT_EQ(complaint("{\"a\": {\"b\": 1, \"b\": 1}}"), "plan 'x', line 1: field 'a.b' is given twice");
  EXPECT_EQ(complaint("[{\"b\": 1}, {\"b\": 1}]"), "");
}

TEST(ParseJson, RefusesWholeNumbersThatDoNotFit) {
  EXPECT_EQ(complaint("[18446744073709551615, -9223372036854775808, 1e30]"), "");
  EXPECT_EQ(complaint("[\n18446744073709551616]"),
            "plan 'x', line 2: the number 18446744073709551616 does not fit into 64 bits");
  EXPECT_THAT(complaint("-9223372036854775809"), testing::HasSubstr("does not fit"));
  EXPECT_THAT(complaint("1e999"), testing::HasSubstr("1e999"));
}

TEST(ParseJson, TakesCommentsWhereTheyAreAllowed) {
  EXPECT_THAT(complaint("// x\n1"), testing::HasSubstr("not valid JSON"));
  EXPECT_EQ(complaint("// x\n1", {.comments = true}), "");
}

TEST(JsonLines, KnowWhereEachFieldStands) {
  const JsonDocument document =
      parse_json_with_lines("{\"a\": 1,\n\"b\": [{\"c\": 1},\n 5, {\n\"c\": {\"d\": 2}}]}", "plan 'x'");
  EXPECT_EQ(document.lines,
            (std::map<std::string, std::uint64_t>{{"a", 1}, {"b", 2}, {"b[0].c", 2}, {"b[1].c", 4}, {"b[1].c.d", 4}}));
}

TEST(JsonFields, NameSourceLineAndField) {
  const JsonDocument document = parse_json_with_lines("{\"a\": 1,\n\"bulk\": {\n\"c\": \"x\"}}", "plan 'x'");
  const JsonFields fields(document, document.value, "plan 'x'", "");
  const auto message = [](const auto& action) -> std::string {
    try {
      action();
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(message([&] { fields.text("a"); }), "plan 'x', line 1: field 'a' expected a text, got 1");
  EXPECT_EQ(message([&] { fields.inner("bulk").flag("c"); }),
            "plan 'x', line 3: field 'bulk.c' expected true or false, got \"x\"");
  EXPECT_EQ(message([&] {
              fields.refuse_unknown({"a", "bulk_load"});
            }),
            "plan 'x', line 2: field 'bulk' is unknown, did you mean 'bulk_load'?");
}

TEST(PlainReason, TellsWrongUsesInOurWords) {
  const nlohmann::json json = {{"list", {1, 2}}, {"text", "x"}};
  const auto reason = [](const auto& action) -> std::string {
    try {
      reading_json("file 'x'", [&] { return action(), 0; });
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(reason([&] { std::ignore = json.at("n"); }), "file 'x': field 'n' is missing");
  EXPECT_EQ(reason([&] { std::ignore = json["list"].at(2); }), "file 'x': element 2 of a list is missing");
  EXPECT_EQ(reason([&] { std::ignore = json["text"].get<int>(); }), "file 'x': expected number, got string");
  EXPECT_EQ(reason([&] { std::ignore = json["text"].at("n"); }), "file 'x': expected an object, got string");
  EXPECT_EQ(reason([&] { std::ignore = json["text"].value("n", 1); }), "file 'x': expected an object, got string");
  EXPECT_EQ(reason([&] { std::ignore = json["text"]["n"]; }), "file 'x': expected an object, got string");
  EXPECT_EQ(reason([&] { std::ignore = json["text"].at(0); }), "file 'x': expected an object, got string");
}

}  // namespace
}  // namespace omenbench
