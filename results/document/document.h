// What the commands print, as one model: headings, sentences, lists and tables, in reading order. A command builds a
// Document of plain text; as_text(), as_markdown(), as_latex(), as_csv() and as_html() write it. They alone escape,
// pad, wrap and mark, so that a table which is added once is there in every format.
//
//   Table table{.title = "one against all", .columns = {{.name = "index"}, number_column("ns/op")}};
//   table.lines.push_back({.cells = {{.text = "mine", .best = true}, estimate_cell(*cell.throughput())}});
//   document.add(std::move(table));
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "results/cell.h"

namespace omenbench {

/// How a text is to be taken. Terminals colour it, pages have a style for each, LaTeX greys what is faint.
enum class Tone : std::uint8_t { kPlain, kFaint, kGood, kBad };

/// One cell. All texts are plain: no format's markup, any bytes.
struct TableCell {
  std::string text{};                         ///< what is said; empty: nothing is known
  std::string small{};                        ///< said more quietly beside it: an interval
  std::string below{};                        ///< a second line: the pair that a ratio is of, who is ahead
  std::optional<double> value{}, lo{}, hi{};  ///< the number behind it, unrounded: what CSV holds and pages sort by
  Tone tone = Tone::kPlain;
  bool bound = false;  ///< only an upper bound is known: told as "<=", and never the best of its column
  bool best = false;   ///< the best of its column: bold
  bool clear = false;  ///< of a ratio: the interval excludes what it is compared with; marked where there is no colour
};

struct TableColumn {
  std::string name{};
  std::string small{};  ///< heading of the cells' `small`: "[95 % interval]"
  bool number = false;  ///< stands to the right
  bool prose = false;   ///< may be broken into lines; of a table's last column
};

struct TableLine {
  std::vector<TableCell> cells{};    ///< as many as there are columns, or the first few
  std::string remark{};              ///< after them: a note, or why the others are missing
  Tone tone = Tone::kPlain;          ///< faint: a bound to compare with, no rival; bad: the remark is a failure
  std::vector<std::string> below{};  ///< sentences below the line
};

/// A table with a heading and notes below it. Columns are never left out and names never cut: what does not fit into a
/// terminal is folded, with the names repeated.
struct Table {
  std::string title{};
  std::vector<TableColumn> columns{};
  std::vector<TableLine> lines{};
  std::vector<std::string> notes{};
  std::size_t names = 1;  ///< so many of the first columns together tell a line from the others: repeated as one
};

struct Heading {
  std::string text{};
  std::string small{};  ///< "12 rounds, stream 5f1c2a..."
  int level = 2;
};
/// One sentence or more.
struct Prose {
  std::string text{};
  Tone tone = Tone::kPlain;
};
struct Items {
  std::vector<std::string> texts{};
};

/// Drawn with characters, its lines as they are: for terminals only.
struct Picture {
  std::string text;
};

using Block = std::variant<Heading, Prose, Items, Table, Picture>;

struct Document {
  std::vector<Block> blocks{};
  void add(Block block) { blocks.push_back(std::move(block)); }
};

/// Terminals get what fits a screen and ends with the answer; all that is read later gets everything.
enum class Detail : std::uint8_t { kBrief, kFull };

/// A table whose first column names and whose others are numbers, and a line of it that is text alone.
Table plain_table(std::string title, const std::vector<std::string>& columns);
TableLine text_line(const std::vector<std::string>& texts);

/// A column of numbers.
TableColumn number_column(std::string name, std::string small = "");
/// Three digits and the interval, which is empty where there are too few rounds.
TableCell estimate_cell(const BlockEstimate& estimate);
/// A number of its own: `text` for people, `value` for programs.
TableCell number_cell(std::string text, double value);
/// The same of an upper bound: "<=60".
TableCell bound_cell(std::string text, double value);
/// A ratio with its interval; one whose interval does not hold 1 is `clear`.
TableCell ratio_cell(double ratio, std::optional<double> lo, std::optional<double> hi);
/// Marks the cell with the smallest value of each column in `columns`; lines without cells or in faint are no rivals.
void mark_best(Table& table, const std::vector<std::size_t>& columns);
/// Leaves out the columns, but the first, in which no line says anything.
void drop_empty_columns(Table& table);

struct TextLook {
  bool color = false;       ///< ANSI colours; the caller knows whether this goes to a terminal
  std::size_t width = 120;  ///< columns of the terminal
  bool fold = true;         ///< false: only sentences keep to the width; tables stay in one piece, a line per line
};
std::string as_text(const Document& document, const TextLook& look = {});
std::string as_markdown(const Document& document);
/// Tables in the style of booktabs, headings and sentences as such: needs the packages booktabs and, for pages of its
/// own, nothing else. Best values are bold; ratios whose interval excludes 1 carry a star.
std::string as_latex(const Document& document);
/// The tables alone, one after another with a line "# title" before each; a cell with an interval becomes three
/// columns. Numbers are those that were measured, not rounded.
std::string as_csv(const Document& document);
/// One table as markup of a page. `classes` of the <table>.
std::string as_html(const Table& table, std::string_view classes);

}  // namespace omenbench
