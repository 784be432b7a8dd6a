// One document in every format: nothing is cut, everything is escaped, numbers are the same.
#include "results/document/document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "results/text.h"

namespace omenbench {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

BlockEstimate estimate(double median, double lo, double hi) {
  BlockEstimate value;
  value.median = median;
  value.lo = lo;
  value.hi = hi;
  return value;
}

const std::string kLongName = "an-index-of-a-plugin-whose-author-is-fond-of-long-and-speaking-names-64";

/// Two rivals, one that failed, one bound.
Table example_table() {
  Table table{.columns = {{.name = "index"}, number_column("ns/op", "[95 % interval]")}};
  for (const char* name : {"dependent", "p50", "p99", "build", "bytes/key"}) {
    table.columns.push_back(number_column(name));
  }
  for (const auto& [name, ns] : {std::pair<std::string, double>{"simd_tree", 41'449.6}, {kLongName, 33.04}}) {
    TableLine line{.cells = {{.text = name}, estimate_cell(estimate(ns, ns * 0.98, ns * 1.01))}};
    for (const double factor : {2.0, 10.0, 20.0, 1000.0, 0.01}) {
      line.cells.push_back(number_cell(three_digits(ns * factor), ns * factor));
    }
    table.lines.push_back(std::move(line));
  }
  table.lines.push_back({.cells = {{.text = "slow"}}, .remark = "timeout: no end after 60 s", .tone = Tone::kBad});
  table.lines.push_back({.cells = table.lines[1].cells, .remark = "reference", .tone = Tone::kFaint});
  table.lines.back().cells[0].text = "oracle";
  table.lines.back().cells[1].value = 1;
  mark_best(table, {1});
  return table;
}

Document example() {
  Document document;
  document.add(Heading{.text = "books & <b> 50% #1", .small = "12 rounds"});
  document.add(example_table());
  document.add(Prose{"Below 1x, the index is better."});
  return document;
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t found = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
  return found;
}

TEST(DocumentAsText, KeepsToTheWidthAndCutsNoName) {
  for (const std::size_t width : {40, 60, 80, 120, 200}) {
    const std::string text = as_text(example(), {.width = width});
    EXPECT_THAT(text, HasSubstr(kLongName)) << width;
    for (const char* said :
         {"41,400 [40,600, 41,900]", "829,000", "bytes/key", "timeout: no end", "33.0 [32.4, 33.4]"}) {
      EXPECT_THAT(text, HasSubstr(said)) << width;
    }
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      EXPECT_TRUE(width_of(line) <= width || line.find(kLongName) != std::string::npos) << line;
      EXPECT_FALSE(line.ends_with(' ')) << line;
    }
  }
}

TEST(DocumentAsText, FoldsWhatIsTooWideWithTheNamesRepeated) {
  EXPECT_EQ(count(as_text(example(), {.width = 200}), "simd_tree"), 1u);
  EXPECT_GE(count(as_text(example(), {.width = 60}), "simd_tree"), 2u);
  EXPECT_EQ(count(as_text(example(), {.width = 60}), "timeout"), 1u) << "a failure is said once";
}

TEST(DocumentAsText, LeavesTablesWholeWhereNobodyLooks) {
  const std::string text = as_text(example(), {.width = 40, .fold = false});
  EXPECT_EQ(count(text, "simd_tree"), 1u);
  EXPECT_THAT(text, ::testing::ContainsRegex("\n  simd_tree.*829,000.*"));
}

/// No two lines of it have the same measurement, all have the same mark.
Document marked_table() {
  Table table{.columns = {{.name = "verdict"}, {.name = "measurement"}, number_column("head / base", "[95 %]")},
              .names = 2};
  table.columns.push_back(number_column("would see"));
  for (const char* where : {"sosd-lookup/books/1000/threads:1/pgm-64 ns_per_op", "ycsb-a/books/1000/pgm-64 p99"}) {
    TableLine line{.cells = {{.text = "pass"}, {.text = where}, ratio_cell(1.01, 0.98, 1.04)}};
    line.cells.push_back(number_cell("9.05 %", 9.05));
    table.lines.push_back(std::move(line));
  }
  Document document;
  document.add(std::move(table));
  return document;
}

TEST(DocumentAsText, RepeatsAllThatNamesALine) {
  EXPECT_EQ(as_text(marked_table(), {.width = 200}),
            "  verdict  measurement                                        head / base [95 %]        would see\n"
            "  pass     sosd-lookup/books/1000/threads:1/pgm-64 ns_per_op        1.01x [0.98, 1.04]     9.05 %\n"
            "  pass     ycsb-a/books/1000/pgm-64 p99                             1.01x [0.98, 1.04]     9.05 %\n");
  for (const std::size_t width : {70, 80}) {
    const std::string text = as_text(marked_table(), {.width = width});
    for (const char* where :
         {"pass     sosd-lookup/books/1000/threads:1/pgm-64 ns_per_op", "pass     ycsb-a/books/1000"}) {
      EXPECT_EQ(count(text, where), count(text, "measurement")) << width << "\n" << text;
    }
  }
  EXPECT_EQ(count(as_text(marked_table(), {.width = 80}), "threads:1"), 1u) << "its numbers are on the line below";
  EXPECT_THAT(as_text(marked_table(), {.width = 54}), HasSubstr("pgm-64\n    ns_per_op\n"))
      << "names keep to the width";
}

TEST(DocumentAsText, SetsWhatFitsBesideNoNameBelowIt) {
  Document document;
  Table table{.columns = {{.name = "index"}, number_column("head / base", "[95 % interval]")}};
  table.lines.push_back({.cells = {{.text = "routed-btree"}, ratio_cell(1.01, 0.98, 1.04)}});
  document.add(std::move(table));
  EXPECT_EQ(as_text(document, {.width = 36}),
            "  index\n"
            "    head / base [95 % interval]\n"
            "  routed-btree\n"
            "    1.01x [0.98, 1.04]\n");
}

TEST(DocumentAsText, BreaksAColumnOfSentences) {
  Document document;
  Table table{.columns = {{.name = "name"}, {.name = "description", .prose = true}}};
  table.lines.push_back(text_line({"one", "it says a good deal more than would fit into one line of this terminal"}));
  document.add(std::move(table));
  EXPECT_EQ(as_text(document, {.width = 44}),
            "  name  description\n"
            "  one   it says a good deal more than would\n"
            "        fit into one line of this terminal\n");
}

TEST(DocumentAsText, ColoursTheBestAndFailuresOnlyWhenAskedTo) {
  EXPECT_THAT(as_text(example(), {.color = false, .width = 200}), Not(HasSubstr("\x1b")));
  EXPECT_THAT(as_text(example(), {.color = true, .width = 200}), HasSubstr("\x1b[1m33.0\x1b[0m"));
  EXPECT_THAT(as_text(example(), {.color = true, .width = 200}), HasSubstr("\x1b[31mtimeout"));
}

TEST(DocumentAsMarkdown, HoldsAHeadALinePerCellAndRemarks) {
  const std::string text = as_markdown(example());
  EXPECT_THAT(text, HasSubstr("## books &amp; &lt;b\\> 50% \\#1\n\n12 rounds\n"));
  EXPECT_THAT(text, HasSubstr("| simd_tree | 41,400 [40,600, 41,900] | 82,900 |"));
  EXPECT_THAT(text, HasSubstr("| **33.0** [32.4, 33.4] |"));
  EXPECT_THAT(text, HasSubstr("| slow | - | - | - | - | - | - | timeout: no end after 60 s |\n"));
}

TEST(DocumentAsLatex, EscapesAndMarksTheBestAndWhatIsClear) {
  Document document = example();
  Table ratios = plain_table("ratios_of 100%", {"pair", "ratio"});
  ratios.lines.push_back({.cells = {{.text = "a_b & {c}"}, ratio_cell(0.62, 0.6, 0.64)}});
  ratios.lines.push_back({.cells = {{.text = "\\input{x}~^"}, ratio_cell(1.01, 0.98, 1.04)}});
  ratios.lines.push_back({.cells = {{.text = "p99"}, number_cell("<=85", 85)}});
  document.add(std::move(ratios));
  const std::string text = as_latex(document);
  EXPECT_THAT(text, HasSubstr("\\caption{books \\& \\textless{}b\\textgreater{} 50\\% \\#1, 12 rounds}"));
  EXPECT_THAT(text, HasSubstr("\\begin{tabular}{lrrrrrrp{.3\\linewidth}}\n\\toprule\n"));
  EXPECT_THAT(text, HasSubstr("\\textbf{33.0} {\\scriptsize [32.4, 33.4]}"));
  EXPECT_THAT(text, HasSubstr("simd\\_tree & 41,400 {\\scriptsize [40,600, 41,900]}"));
  EXPECT_THAT(text, HasSubstr("a\\_b \\& \\{c\\} & 0.62$\\times$$^{*}$ {\\scriptsize [0.60, 0.64]} \\\\\n"));
  EXPECT_THAT(text, HasSubstr("\\textbackslash{}input\\{x\\}\\textasciitilde{}\\textasciicircum{} & 1.01$\\times$ {"));
  EXPECT_THAT(text, HasSubstr("$\\leq$85"));
  EXPECT_EQ(count(text, "\\begin{table}"), 2u);
  EXPECT_THAT(text, HasSubstr("% Below 1x, the index is better.\n"));
}

TEST(DocumentAsCsv, HoldsNumbersAsTheyWereMeasured) {
  Document document = example();
  const std::string text = as_csv(document);
  EXPECT_THAT(text, HasSubstr("# books & <b> 50% #1\nindex,ns/op,ns/op lo,ns/op hi,dependent,p50,"));
  EXPECT_THAT(text, HasSubstr("simd_tree,41449.6,"));
  EXPECT_THAT(text, HasSubstr("slow,,,,,,,,,timeout: no end after 60 s\n"));
  EXPECT_THAT(text, Not(HasSubstr("Below 1x")));
  Table commas = plain_table("", {"name"});
  commas.lines.push_back(text_line({"a, \"b\""}));
  document.blocks = {commas};
  EXPECT_EQ(as_csv(document), "name\n\"a, \"\"b\"\"\"\n");
}

TEST(DocumentAsHtml, EscapesAndKeepsTheNumberToSortBy) {
  Table table = example_table();
  table.title = "<script>";
  table.lines[0].cells[0].text = "a<b>&\"'";
  const std::string text = as_html(table, "cells");
  EXPECT_THAT(text, Not(HasSubstr("<script>")));
  EXPECT_THAT(text, HasSubstr("<th scope=\"row\">a&lt;b&gt;&amp;&quot;&#39;</th>"));
  EXPECT_THAT(text, HasSubstr("<td data-v=\"41449.6\">41,400<small>[40,600, 41,900]</small></td>"));
  EXPECT_THAT(text, HasSubstr("<td class=\"failed\" colspan=\"6\">timeout: no end after 60 s</td>"));
  EXPECT_THAT(text, HasSubstr("<tr class=\"reference\"><th scope=\"row\">oracle</th>"));
}

TEST(Table, LosesColumnsInWhichNobodySaysAnything) {
  Table table = plain_table("", {"index", "a", "b"});
  table.lines = {{.cells = {{.text = "x"}, {}, {.text = "1"}}}, {.cells = {{.text = "y"}}, .remark = "failed"}};
  drop_empty_columns(table);
  ASSERT_EQ(table.columns.size(), 2u);
  EXPECT_EQ(table.columns[1].name, "b");
  EXPECT_EQ(table.lines[0].cells[1].text, "1");
}

TEST(Table, CallsNoBoundTheBest) {
  const Table table = example_table();
  EXPECT_FALSE(table.lines[0].cells[1].best);
  EXPECT_TRUE(table.lines[1].cells[1].best);
  EXPECT_FALSE(table.lines[3].cells[1].best) << "a bound is no rival, however fast";
}

}  // namespace
}  // namespace omenbench
