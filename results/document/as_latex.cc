// The tables of a document for a paper, in the style of booktabs. What is said around them becomes comments, so that a
// file can be taken in with \input as it is.
#include <algorithm>
#include <cctype>

#include "results/document/document.h"
#include "results/text.h"

namespace omenbench {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) {
    switch (c) {
      case '\\':
        out += "\\textbackslash{}";
        break;
      case '~':
        out += "\\textasciitilde{}";
        break;
      case '^':
        out += "\\textasciicircum{}";
        break;
      case '<':
        out += "\\textless{}";
        break;
      case '>':
        out += "\\textgreater{}";
        break;
      case '|':
        out += "\\textbar{}";
        break;
      case '"':
        out += "\\textquotedbl{}";
        break;
      default:
        if (std::string_view("&%$#_{}").find(c) != std::string_view::npos) out += '\\';
        out += c;
    }
  }
  return out;
}

/// "<=85" and "0.62x" with the signs that a paper has for them; other texts escaped.
std::string number_text(const TableCell& cell) {
  if (!cell.value) return escaped(cell.text);
  std::string text = cell.text;
  const bool bound = text.starts_with("<=");
  if (bound) text.erase(0, 2);
  const bool ratio =
      text.size() > 1 && text.back() == 'x' && std::isdigit(static_cast<unsigned char>(text[text.size() - 2])) != 0;
  if (ratio) text.pop_back();
  return (bound ? "$\\leq$" : "") + escaped(text) + (ratio ? "$\\times$" : "");
}

std::string cell_text(const TableColumn& column, const TableCell& cell) {
  std::string text = cell.text.empty() && column.number ? "--" : number_text(cell);
  if (cell.best) text = "\\textbf{" + text + "}";
  if (cell.clear) text += "$^{*}$";
  for (const std::string* more : {&cell.small, &cell.below}) {
    if (!more->empty()) text += " {\\scriptsize " + escaped(*more) + "}";
  }
  return text;
}

std::string remark_of(const TableLine& line) {
  std::string text = line.remark;
  for (const std::string& sentence : line.below) text += (text.empty() ? "" : "; ") + sentence;
  return text.empty() ? "" : "{\\scriptsize " + escaped(text) + "}";
}

std::string line_text(const Table& table, const TableLine& line, bool remarks) {
  std::string out;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    std::string text = cell_text(table.columns[i], i < line.cells.size() ? line.cells[i] : TableCell{});
    if (line.tone == Tone::kFaint) text = "\\textit{" + text + "}";
    out += (i == 0 ? "" : " & ") + text;
  }
  return out + (remarks ? " & " + remark_of(line) : "") + " \\\\\n";
}

struct Writer {
  std::string& out;
  std::string& caption;

  void operator()(const Heading& heading) const {
    caption = heading.text + (heading.small.empty() ? "" : ", " + heading.small);
  }
  void operator()(const Prose& prose) const { out += "% " + printable(prose.text) + "\n"; }
  void operator()(const Items& items) const {
    for (const std::string& text : items.texts) out += "% - " + printable(text) + "\n";
  }
  void operator()(const Picture&) const {}
  void operator()(const Table& table) const {
    const auto has_remark = [](const TableLine& line) { return !line.remark.empty() || !line.below.empty(); };
    const bool remarks = std::ranges::any_of(table.lines, has_remark);
    const std::string title =
        caption.empty() || table.title.empty() ? caption + table.title : caption + ": " + table.title;
    out += "\n\\begin{table}\n\\centering\n";
    if (!title.empty()) out += "\\caption{" + escaped(title) + "}\n";
    out += "\\begin{tabular}{";
    for (const TableColumn& column : table.columns)
      out += column.prose ? "p{.4\\linewidth}" : column.number ? "r" : "l";
    out += remarks ? "p{.3\\linewidth}}\n\\toprule\n" : "}\n\\toprule\n";
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      const TableColumn& column = table.columns[i];
      out += (i == 0 ? "" : " & ") + escaped(column.name);
      if (!column.small.empty()) out += " {\\scriptsize " + escaped(column.small) + "}";
    }
    out += remarks ? " & \\\\\n\\midrule\n" : " \\\\\n\\midrule\n";
    for (const TableLine& line : table.lines) out += line_text(table, line, remarks);
    out += "\\bottomrule\n\\end{tabular}\n";
    for (const std::string& note : table.notes) out += "\\par{\\footnotesize " + escaped(note) + "}\n";
    out += "\\end{table}\n";
  }
};

}  // namespace

std::string as_latex(const Document& document) {
  std::string out =
      "% Needs \\usepackage{booktabs}. Bold: the best of a column. *: the 95 % interval excludes what it is compared "
      "with.\n";
  std::string caption;
  for (const Block& block : document.blocks) std::visit(Writer{out, caption}, block);
  return out;
}

}  // namespace omenbench
