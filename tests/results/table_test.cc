// Tables: golden texts of one made-up run, and names that try to do harm.
#include "results/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <set>
#include <sstream>
#include <string>

#include "golden.h"
#include "results/summarise.h"
#include "results/text.h"
#include "results/wording.h"
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

/// "learned" and a tree that takes `tree(round)` of its time, in rounds that the machine's drift takes far apart.
omenbench::Run close_run(std::uint64_t rounds, const std::function<double(std::uint64_t)>& tree) {
  omenbench::Run run =
      testing::empty_run({testing::index_summary("learned", "learned"), testing::index_summary("tree", "tree"),
                          testing::index_summary("slow", "array")});
  testing::add_rounds(run, rounds, [&](const std::string& index, std::uint64_t round) {
    const double drift = 50 + 10 * static_cast<double>(round);
    return index == "learned" ? drift : index == "tree" ? drift * tree(round) : 9 * drift;
  });
  return run;
}

TEST(Table, NamesNoFastestWithoutDoubtWhereAnotherMayBeAsFast) {
  const auto texts = [](std::uint64_t rounds, const std::function<double(std::uint64_t)>& tree) {
    const Result result = summarise(close_run(rounds, tree));
    const auto fastest = [](const std::string& text) {
      const std::size_t begin = text.find("Fastest in memory");
      return text.substr(begin, text.find("Verdict", begin) - begin);
    };
    const std::string terminal = fastest(render_table(result)), pasted = fastest(render_markdown(result));
    for (const char* cause : {"too close to tell", "too few rounds to tell"}) {
      EXPECT_EQ(terminal.find(cause) == std::string::npos, pasted.find(cause) == std::string::npos) << cause;
    }
    return terminal;
  };
  EXPECT_THAT(texts(12, [](std::uint64_t round) { return round % 2 == 0 ? 0.9 : 1.2; }),
              HasSubstr("; tree is too close to tell"));
  EXPECT_THAT(texts(12, [](std::uint64_t) { return 1.02; }), Not(HasSubstr("too close to tell")))
      << "slower in every round, however far these are apart";
  for (const double times : {1.001, 1.5}) {
    EXPECT_THAT(texts(5, [times](std::uint64_t) { return times; }), HasSubstr("; too few rounds to tell"))
        << "intervals need six, however close or far these are";
    EXPECT_THAT(texts(6, [times](std::uint64_t) { return times; }), Not(HasSubstr("to tell")));
  }
}

TEST(Table, SaysOfFewRoundsThatTheyAreFewAlsoWhereAnotherLeftTheRace) {
  omenbench::Run run = close_run(4, [](std::uint64_t) { return 1.5; });
  run.header.rows[0].cells[2].left_after = 3;  // "slow", which was beaten in all of them
  std::erase_if(run.trials, [](const TrialRecord& trial) { return trial.index == "slow" && trial.round == 3; });
  const Winner winner = summarise(run).summary.winners.at(0);
  EXPECT_EQ(winner.clear, std::nullopt);
  EXPECT_EQ(winner_doubt(winner), "; too few rounds to tell");
}

TEST(Table, NamesTheCauseForWhichNothingCouldBeCompared) {
  const auto headline = [](const omenbench::Run& run) { return summarise(run).summary.headlines.at(0); };
  EXPECT_THAT(headline(close_run(5, [](std::uint64_t) { return 1.5; })),
              HasSubstr("not comparable in 1 of 1 row (too few rounds)"));
  omenbench::Run failed = close_run(12, [](std::uint64_t) { return 1.5; });
  for (TrialRecord& trial : failed.trials) {
    if (trial.index == "learned") trial.status = TrialStatus::kCrash;
  }
  EXPECT_THAT(headline(failed), HasSubstr("not comparable in 1 of 1 row (no learned index has a result)"));
}

TEST(Table, NamesAllThatMayBeAsFastAsTheFastest) {
  Winner winner;
  winner.index = "a";
  winner.family = Family::kTree;
  winner.ns_per_op = winner.runner_up_ns_per_op = 5;
  winner.runner_up = "b";
  winner.clear = false;
  EXPECT_EQ(winner_doubt(winner), "; b is too close to tell") << "of a result that does not name them";
  winner.close = {"c", "d"};
  EXPECT_EQ(winner_doubt(winner), "; c and d are too close to tell");
  winner.close.emplace_back("e");
  EXPECT_EQ(winner_doubt(winner), "; c and 2 others are too close to tell");
  EXPECT_THAT(winner_sentence(winner), HasSubstr("next b 5.00; c and 2 others are too close to tell"));
  winner.close.clear();
  winner.clear = true;
  EXPECT_EQ(winner_doubt(winner), "");
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

TEST(Table, LosesNoWordHoweverNarrowTheTerminalIs) {
  const Result result = summarise(testing::example_run());
  const auto words = [&](std::size_t width) {
    std::multiset<std::string> found;
    std::istringstream text(render_table(result, {.color = false, .width = width, .fold = true}));
    for (std::string word; text >> word;) found.insert(word);
    return found;
  };
  const std::multiset<std::string> all = words(1000);
  for (const std::size_t width : {0, 1, 5, 12, 20, 30, 39}) {
    std::multiset<std::string> missing;
    std::ranges::set_difference(all, words(width), std::inserter(missing, missing.end()));
    for (const std::string& word : missing) EXPECT_GT(width_of(word), width) << word << " at " << width;
  }
  std::istringstream lines(render_table(result, {.color = false, .width = 30, .fold = true}));
  for (std::string line; std::getline(lines, line);) {
    EXPECT_TRUE(line.find("keys  ") == std::string::npos || width_of(line) <= 30) << line;
  }
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
