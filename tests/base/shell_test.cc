// What is shown to be typed again must reach the program as it was.
#include "base/shell.h"

#include <gtest/gtest.h>

namespace omenbench {
namespace {

TEST(ShellWord, LeavesAloneWhatMeansItself) {
  EXPECT_EQ(shell_word("d1/osm_cellids-1M:a,b=x.csv"), "d1/osm_cellids-1M:a,b=x.csv");
}

TEST(ShellWord, QuotesWhatAShellWouldTakeApart) {
  EXPECT_EQ(shell_word("my file"), "'my file'");
  EXPECT_EQ(shell_word("$(rm x)"), "'$(rm x)'");
  EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_word("~"), "'~'");
  EXPECT_EQ(shell_word(""), "''");
}

}  // namespace
}  // namespace omenbench
