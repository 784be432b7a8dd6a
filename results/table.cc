// The terminal table. See the header.
#include "results/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "results/mode_tables.h"
#include "results/profile.h"
#include "results/text.h"
#include "results/wording.h"

namespace omenbench {
namespace {

constexpr std::string_view kBold = "\x1b[1m", kDim = "\x1b[2m", kRed = "\x1b[31m", kGreen = "\x1b[32m";
constexpr std::size_t kLongestName = 32;

class Painter {
 public:
  explicit Painter(bool color) : color_(color) {}
  std::string operator()(std::string_view style, const std::string& text) const {
    return color_ && !text.empty() ? fmt::format("{}{}\x1b[0m", style, text) : text;
  }

 private:
  bool color_;
};

/// Appends without the blanks that padding leaves at the end.
void add_line(std::string& out, std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  out += line + "\n";
}

void add_wrapped(std::string& out, const std::string& text, std::size_t indent, std::size_t width,
                 std::size_t hanging = 0) {
  std::size_t margin = indent;
  const std::size_t room = width > indent + hanging + 20 ? width - indent - hanging : 20;
  for (const std::string& line : wrap(printable(text), room)) {
    add_line(out, std::string(margin, ' ') + line);
    margin = indent + hanging;
  }
}

struct Widths {
  std::size_t index = 5, ns_per_op = 5, interval = 15, dependent = 4, batched = 5, p50 = 3, p99 = 3, build = 5,
              bytes = 9;
};

Widths widths_of(const std::vector<CellLine>& lines) {
  Widths widths;
  const auto grow = [](std::size_t& width, const std::string& text) { width = std::max(width, width_of(text)); };
  for (const CellLine& line : lines) {
    grow(widths.index, printable(line.index));
    if (!line.failure.empty()) continue;
    grow(widths.ns_per_op, line.ns_per_op);
    grow(widths.interval, line.interval);
    grow(widths.dependent, line.dependent);
    grow(widths.batched, line.batched);
    grow(widths.p50, line.p50);
    grow(widths.p99, line.p99);
    grow(widths.build, line.build);
    grow(widths.bytes, line.bytes_per_key);
  }
  // Most rows have no batched pass, and a terminal is narrow.
  if (std::ranges::all_of(lines, [](const CellLine& line) { return line.batched == "-"; })) widths.batched = 0;
  widths.index = std::min(widths.index, kLongestName);
  return widths;
}

std::string columns(const CellLine& line, const Widths& widths) {
  const std::string batched = widths.batched == 0 ? "" : "  " + pad_left(line.batched, widths.batched);
  return fmt::format("{} {}  {}{}  {}  {}  {}  {}", pad_left(line.ns_per_op, widths.ns_per_op),
                     pad_right(line.interval, widths.interval), pad_left(line.dependent, widths.dependent), batched,
                     pad_left(line.p50, widths.p50), pad_left(line.p99, widths.p99), pad_left(line.build, widths.build),
                     pad_left(line.bytes_per_key, widths.bytes));
}

void add_cells(std::string& out, const Row& row, const TableOptions& options, const Painter& paint) {
  const std::vector<CellLine> lines = cell_lines(row);
  const Widths widths = widths_of(lines);
  const CellLine head{.index = "index",
                      .ns_per_op = "ns/op",
                      .interval = "[95 % interval]",
                      .dependent = "dep.",
                      .batched = "batch",
                      .p50 = "p50",
                      .p99 = "p99",
                      .build = "build",
                      .bytes_per_key = "bytes/key",
                      .note = "",
                      .failure = ""};
  add_line(out, "  " + paint(kDim, pad_right(head.index, widths.index) + "  " + columns(head, widths)));
  for (const CellLine& line : lines) {
    const std::string name = "  " + pad_right(printable(line.index), widths.index) + "  ";
    if (line.failure.empty()) {
      const std::string text = name + columns(line, widths) + (line.note.empty() ? "" : "  " + printable(line.note));
      add_line(out, line.note == "reference" ? paint(kDim, text) : text);
      continue;
    }
    const std::size_t room = options.width > width_of(name) + 20 ? options.width - width_of(name) : 20;
    const std::vector<std::string> text = wrap(printable(line.failure), room);
    for (std::size_t i = 0; i < text.size(); ++i) {
      add_line(out, (i == 0 ? name : std::string(width_of(name), ' ')) +
                        paint(line.failure.starts_with("unsupported") ? kDim : kRed, text[i]));
    }
  }
}

void add_mode_table(std::string& out, const ModeTable& table, const TableOptions& options, const Painter& paint) {
  std::vector<std::size_t> widths;
  for (const std::string& column : table.columns) widths.push_back(width_of(printable(column)));
  for (const auto& line : table.lines) {
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], width_of(printable(line[i])));
  }
  const auto text_of = [&](const std::vector<std::string>& line) {
    std::string text = "    " + pad_right(printable(line[0]), widths[0]);
    for (std::size_t i = 1; i < line.size(); ++i) text += "  " + pad_left(printable(line[i]), widths[i]);
    return text;
  };
  add_line(out, "  " + printable(table.title));
  add_line(out, paint(kDim, text_of(table.columns)));
  for (const auto& line : table.lines) add_line(out, text_of(line));
  for (const std::string& notice : table.notices) add_wrapped(out, notice, 4, options.width, 2);
}

std::string_view style_of(const Verdict& verdict) {
  if (verdict.survives != true) return "";  // what is not certain has no colour
  return verdict.word == VerdictWord::kWins ? kGreen : kRed;
}

void add_verdicts(std::string& out, const Row& row, const TableOptions& options, const Painter& paint) {
  std::vector<const Verdict*> headlines;
  std::array<std::size_t, 3> widths{};
  for (const Verdict& verdict : row.verdicts) {
    if (!verdict.headline) continue;
    headlines.push_back(&verdict);
    widths[0] = std::max(widths[0], width_of(printable(verdict_class(verdict))));
    if (!verdict.compared()) continue;
    widths[1] = std::max(widths[1], width_of(printable(verdict_pair(verdict))));
    widths[2] = std::max(widths[2], width_of(verdict_ratio(verdict)));
  }
  for (const Verdict* verdict : headlines) {
    const std::string start = "  " + pad_right(printable(verdict_class(*verdict)), widths[0]) + "  ";
    if (!verdict->compared()) {
      std::string text;
      add_wrapped(text, verdict_pair(*verdict) + ": " + verdict_outcome(row, *verdict), width_of(start), options.width);
      out += text.replace(0, start.size(), start);
    } else {
      const std::string outcome = printable(verdict_outcome(row, *verdict));
      const std::string_view style = style_of(*verdict);
      add_line(out, start + pad_right(printable(verdict_pair(*verdict)), widths[1]) + "  " +
                        pad_right(verdict_ratio(*verdict), widths[2]) + "  " +
                        (style.empty() ? outcome : paint(style, outcome)));
    }
    for (const std::string& more : {verdict_conditions(*verdict), profile_sentence(row, *verdict)}) {
      if (!more.empty()) add_wrapped(out, more, 6, options.width, 2);
    }
  }
}

void add_row(std::string& out, const Row& row, const TableOptions& options, const Painter& paint) {
  const std::string title = printable(row_title(row)), basis = printable(row_basis(row));
  const std::size_t taken = width_of(title) + width_of(basis);
  const std::string gap(taken + 2 < options.width ? std::min<std::size_t>(options.width - taken, 12) : 2, ' ');
  add_line(out, paint(kBold, title) + gap + basis);
  add_cells(out, row, options, paint);
  for (const ModeTable& table : mode_tables(row)) add_mode_table(out, table, options, paint);
  add_verdicts(out, row, options, paint);
  for (const std::string& note : row.notes) add_wrapped(out, "note: " + note, 2, options.width, 6);
  out += "\n";
}

void add_summary(std::string& out, const Result& result, const TableOptions& options, const Painter& paint) {
  const Summary& summary = result.summary;
  add_line(out, paint(kBold, "Fastest in memory"));
  for (const Winner& winner : summary.winners) add_wrapped(out, winner_sentence(winner), 2, options.width, 2);
  add_line(out, paint(kBold, "Verdict"));
  for (const std::string& line : summary.headlines) add_wrapped(out, line, 2, options.width, 2);
  for (const std::string& line : summary.notes) add_wrapped(out, "note: " + line, 2, options.width, 6);
  out += "\n";
  for (const std::string& line : legend()) {
    std::string text;
    add_wrapped(text, line, 0, options.width, 2);
    text.pop_back();
    add_line(out, paint(kDim, text));
  }
}

}  // namespace

std::string render_table(const Result& result, const TableOptions& options) {
  const Painter paint(options.color);
  std::string out;
  for (const Row& row : result.rows) add_row(out, row, options, paint);
  add_summary(out, result, options, paint);
  return out;
}

}  // namespace omenbench
