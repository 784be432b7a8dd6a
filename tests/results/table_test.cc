// Tables: golden texts of one made-up run, and names that try to do harm.
#include "results/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "golden.h"
#include "results/summarise.h"
#include "results/text.h"
#include "synthetic_run.h"

namespace omenbench {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Run hostile_run() {
  omenbench::Run run = testing::empty_run({testing::index_summary("a|b\x1b[31m<i>", "learned"),
                                           testing::index_summary("tree\n| x |\xff\xe2\x80\xae", "tree")});
  run.header.rows[0].dataset = "my|data`\r\n\x07*set*";
  run.header.rows[0].notes = {"line\nbreak | pipe"};
  testing::add_rounds(run, 12, [](const std::string&, std::uint64_t) { return 50.0; });
  run.trials.back().status = TrialStatus::kCrash;
  run.trials.back().reason = "died\x1b]0;title\x07 | <script>";
  return run;
}

TEST(Table, LooksAsWeKnowItInATerminal) { expect_golden("table.txt", render_table(summarise(testing::example_run()))); }

TEST(Table, LooksAsWeKnowItInMarkdown) {
  expect_golden("table.md", render_markdown(summarise(testing::example_run())));
}

TEST(Table, ColoursOnlyWhenAskedTo) {
  const auto result = summarise(testing::example_run());
  EXPECT_THAT(render_table(result, {.color = false}), Not(HasSubstr("\x1b")));
  EXPECT_THAT(render_table(result, {.color = true}), HasSubstr("\x1b[32mwins"));
}

TEST(Table, LetsNoControlCharacterOfANameReachTheTerminal) {
  for (const char c : render_table(summarise(hostile_run()))) {
    EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20) << static_cast<int>(c);
  }
}

TEST(Table, KeepsColumnsAndMarkupOfMarkdownWhateverTheNames) {
  const std::string text = render_markdown(summarise(hostile_run()));
  EXPECT_THAT(text, Not(HasSubstr("<script>")));
  EXPECT_THAT(text, HasSubstr("a\\|b"));
  std::istringstream lines(text);
  std::size_t expected = 0, tables = 0;
  for (std::string line; std::getline(lines, line);) {
    std::size_t bars = 0;
    for (std::size_t i = 0; i < line.size(); ++i) bars += line[i] == '|' && (i == 0 || line[i - 1] != '\\');
    if (line.starts_with("|") && expected == 0) {
      expected = bars;
      ++tables;
    }
    if (!line.starts_with("|")) expected = 0;
    if (expected > 0) {
      EXPECT_EQ(bars, expected) << line;
    }
  }
  EXPECT_EQ(tables, 2U);
}

TEST(Table, WrapsReasonsAndNotesToTheWidth) {
  omenbench::Run run = testing::empty_run({testing::index_summary("pgm", "learned")});
  run.header.rows[0].cells[0].status = TrialStatus::kNotRun;
  run.header.rows[0].cells[0].reason =
      "it needs a great many more bytes than this machine has in all of its memory today";
  std::istringstream lines(render_table(summarise(run), {.color = false, .width = 60}));
  std::string line;
  std::getline(lines, line);  // title
  while (std::getline(lines, line)) EXPECT_LE(width_of(line), 60U) << line;
}

TEST(Text, MakesEveryByteSequencePrintable) {
  EXPECT_EQ(printable("a\tb"), "a\\x09b");
  EXPECT_EQ(printable("\xc3\xa9"), "\xc3\xa9");
  EXPECT_EQ(printable("\xc2\x9b"), "\\x9b");  // the one-byte CSI of terminals
  EXPECT_EQ(printable("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(printable("\xe2\x80\xae"), "\\u202e");
  EXPECT_EQ(printable("\xf0\x9f"), "\xef\xbf\xbd\xef\xbf\xbd");
}

}  // namespace
}  // namespace omenbench
