// A document for a terminal. Tables keep to its width: a column of sentences is broken into lines, what is still too
// wide is folded into parts that repeat the first column, and a name that is longer than its column has a line to
// itself.
#include <algorithm>

#include "results/document/document.h"
#include "results/text.h"

namespace omenbench {
namespace {

constexpr std::string_view kBold = "\x1b[1m", kDim = "\x1b[2m", kRed = "\x1b[31m", kGreen = "\x1b[32m";
constexpr std::size_t kGap = 2;
constexpr std::size_t kLongestName = 32;  ///< in a table that does not fit otherwise
constexpr std::size_t kLeastName = 8;
constexpr std::size_t kLeastProse = 24;
constexpr std::size_t kLeastRoom = 20;

std::string_view style_of(Tone tone) {
  constexpr std::string_view kStyles[] = {"", kDim, kGreen, kRed};
  return kStyles[static_cast<std::size_t>(tone)];
}

std::string_view style_of(const TableCell& cell) {
  return cell.best && cell.tone == Tone::kPlain ? kBold : style_of(cell.tone);
}

/// Text and how wide it looks: colours take no room.
struct Piece {
  std::string text;
  std::size_t width = 0;
};

class Painter {
 public:
  explicit Painter(bool color) : color_(color) {}
  std::string operator()(std::string_view style, const std::string& text) const {
    return color_ && !style.empty() && !text.empty() ? std::string(style) + text + "\x1b[0m" : text;
  }
  std::string operator()(Tone tone, const std::string& text) const { return (*this)(style_of(tone), text); }

 private:
  bool color_;
};

void add_line(std::string& out, std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  out += line + "\n";
}

/// Lines of `text` at `indent`, those after the first `hanging` farther in.
void add_wrapped(std::string& out, const std::string& text, std::size_t indent, std::size_t hanging, std::size_t width,
                 const Painter& paint, Tone tone = Tone::kPlain) {
  const std::size_t room = width > indent + hanging + kLeastRoom ? width - indent - hanging : kLeastRoom;
  std::size_t margin = indent;
  for (const std::string& line : wrap(printable(text), room)) {
    add_line(out, std::string(margin, ' ') + paint(tone, line));
    margin = indent + hanging;
  }
}

/// The columns that name a line as one, its names still below one another.
Table with_one_name(Table table) {
  for (; table.names > 1; --table.names) {
    std::size_t width = width_of(printable(table.columns[0].name));
    for (const TableLine& line : table.lines) width = std::max(width, width_of(printable(line.cells[0].text)));
    const auto join = [&](const std::string& first, const std::string& second) {
      return pad_right(printable(first), width) + std::string(kGap, ' ') + second;
    };
    table.columns[0].name = join(table.columns[0].name, table.columns[1].name);
    table.columns.erase(table.columns.begin() + 1);
    for (TableLine& line : table.lines) {
      line.cells[0].text = join(line.cells[0].text, line.cells[1].text);
      line.cells.erase(line.cells.begin() + 1);
    }
  }
  return table;
}

/// One table on its way to lines.
class TextTable {
 public:
  TextTable(const Table& table, const TextLook& look, const Painter& paint)
      : table_(table), look_(look), paint_(paint), indent_(table.title.empty() ? 2 : 4) {
    measure();
  }

  void write(std::string& out) const {
    if (!table_.title.empty()) add_wrapped(out, table_.title, 2, 2, look_.width, paint_);
    const auto parts = folded();
    for (std::size_t part = 0; part < parts.size(); ++part) {
      write_part(out, parts[part], part + 1 == parts.size());
    }
    for (const std::string& note : table_.notes) add_wrapped(out, note, indent_, 2, look_.width, paint_);
  }

 private:
  struct Column {
    std::size_t text = 0, small = 0;
    std::size_t width() const { return text + (small > 0 ? 1 + small : 0); }
  };
  using Part = std::vector<std::size_t>;

  std::string text_of(std::size_t column, const TableCell& cell) const {
    return cell.text.empty() && table_.columns[column].number ? "-" : printable(cell.text);
  }

  void measure() {
    columns_.resize(table_.columns.size());
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      columns_[i].text = width_of(printable(table_.columns[i].name));
      columns_[i].small = width_of(printable(table_.columns[i].small));
    }
    for (const TableLine& line : table_.lines) {
      for (std::size_t i = 0; i < line.cells.size(); ++i) {
        const std::size_t below = width_of(printable(line.cells[i].below));
        columns_[i].text = std::max({columns_[i].text, width_of(text_of(i, line.cells[i])), below});
        columns_[i].small = std::max(columns_[i].small, width_of(printable(line.cells[i].small)));
      }
    }
    std::size_t total = indent_;
    for (const Column& column : columns_) total += column.width() + kGap;
    if (!look_.fold || total - kGap <= look_.width) return;
    if (table_.columns.back().prose) {
      const std::size_t others = total - kGap - columns_.back().text;
      columns_.back().text = std::max(kLeastProse, look_.width > others ? look_.width - others : 0);
    }
    std::size_t widest = 0;
    for (std::size_t i = 1; i < columns_.size(); ++i) widest = std::max(widest, kGap + columns_[i].width());
    const std::size_t room = look_.width > indent_ + widest ? look_.width - indent_ - widest : 0;
    const std::size_t least = std::max(kLeastName, width_of(table_.columns[0].name));
    columns_[0].text = std::min(columns_[0].text, std::clamp(room, least, std::max(least, kLongestName)));
  }

  /// Whether the only column of a part does not fit beside the names: its texts stand below them then.
  bool stacks(const Part& part) const {
    return look_.fold && part.size() == 1 &&
           indent_ + columns_[0].width() + kGap + columns_[part[0]].width() > look_.width;
  }

  /// Columns, but the first, that stand side by side.
  std::vector<Part> folded() const {
    std::vector<Part> parts(1);
    std::size_t used = indent_ + columns_[0].width();
    for (std::size_t i = 1; i < columns_.size(); ++i) {
      const std::size_t own = kGap + columns_[i].width();
      if (look_.fold && used + own > look_.width && !parts.back().empty()) {
        parts.emplace_back();
        used = indent_ + columns_[0].width();
      }
      parts.back().push_back(i);
      used += own;
    }
    return parts;
  }

  Piece padded(std::size_t column, const std::string& text, const std::string& small, std::string_view style) const {
    const Column& own = columns_[column];
    const std::size_t width = width_of(text), filling = own.text > width ? own.text - width : 0;
    const bool right = table_.columns[column].number;
    Piece piece{(right ? std::string(filling, ' ') : "") + paint_(style, text), 0};
    if (!right) piece.text += std::string(filling, ' ');
    piece.width = std::max(own.text, width);
    if (own.small > 0) {
      piece.text += " " + pad_right(small, own.small);
      piece.width += 1 + own.small;
    }
    return piece;
  }

  void write_head(std::string& out, const Part& part) const {
    const auto named = [](const TableColumn& column) { return !column.name.empty(); };
    if (std::ranges::none_of(table_.columns, named)) return;
    if (stacks(part)) {
      const TableColumn &names = table_.columns[0], &own = table_.columns[part[0]];
      if (!names.name.empty()) add_wrapped(out, names.name, indent_, 2, look_.width, paint_, Tone::kFaint);
      if (!own.name.empty())
        add_wrapped(out, own.name + " " + own.small, indent_ + 2, 2, look_.width, paint_, Tone::kFaint);
      return;
    }
    std::string line = std::string(indent_, ' ') + padded(0, printable(table_.columns[0].name), "", "").text;
    for (const std::size_t i : part) {
      line += "  " + padded(i, printable(table_.columns[i].name), printable(table_.columns[i].small), "").text;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    add_line(out, paint_(Tone::kFaint, line));
  }

  /// A name, and below it what stands in the one column of the part.
  void write_stacked(std::string& out, const TableLine& line, std::size_t column, bool last) const {
    if (column >= line.cells.size()) return;
    const TableCell& cell = line.cells[column];
    add_wrapped(out, text_of(0, line.cells[0]), indent_, 2, look_.width, paint_);
    add_wrapped(out, text_of(column, cell) + (cell.small.empty() ? "" : " " + printable(cell.small)), indent_ + 2, 2,
                look_.width, paint_, line.tone == Tone::kFaint ? line.tone : cell.tone);
    if (!cell.below.empty()) add_wrapped(out, cell.below, indent_ + 2, 2, look_.width, paint_);
    if (last && !line.remark.empty()) add_wrapped(out, line.remark, indent_ + 4, 2, look_.width, paint_, line.tone);
  }

  void write_part(std::string& out, const Part& part, bool last) const {
    write_head(out, part);
    for (const TableLine& line : table_.lines) {
      if (line.cells.size() < table_.columns.size() && !line.remark.empty()) {
        if (last) write_remark_for_cells(out, line);
      } else if (stacks(part)) {
        write_stacked(out, line, part[0], last);
      } else {
        write_cells(out, line, part, last);
      }
      if (!last) continue;
      for (const std::string& sentence : line.below) add_wrapped(out, sentence, indent_ + 4, 2, look_.width, paint_);
    }
  }

  /// The beginning of a line: its name, on a line to itself where it is too long.
  Piece name_of(std::string& out, const TableLine& line) const {
    const TableCell& cell = line.cells[0];
    const std::string name = text_of(0, cell);
    const std::string margin(indent_, ' ');
    const std::size_t width = indent_ + columns_[0].width();
    if (width_of(name) <= columns_[0].text) {
      return {margin + padded(0, name, printable(cell.small), style_of(cell)).text, width};
    }
    add_wrapped(out, name, indent_, 2, look_.width, paint_);
    return {std::string(width, ' '), width};
  }

  /// Why there are no numbers.
  void write_remark_for_cells(std::string& out, const TableLine& line) const {
    Piece start = name_of(out, line);
    for (std::size_t i = 1; i < line.cells.size(); ++i) {
      const Piece piece = padded(i, text_of(i, line.cells[i]), printable(line.cells[i].small), style_of(line.cells[i]));
      start.text += "  " + piece.text;
      start.width += kGap + piece.width;
    }
    start.text += "  ";
    start.width += kGap;
    const std::size_t room = look_.width > start.width + kLeastRoom ? look_.width - start.width : kLeastRoom;
    for (const std::string& text : wrap(printable(line.remark), room)) {
      add_line(out, start.text + paint_(line.tone, text));
      start.text = std::string(start.width, ' ');
    }
  }

  void write_cells(std::string& out, const TableLine& line, const Part& part, bool last) const {
    Piece start = name_of(out, line);
    std::vector<std::string> broken;  // the rest of the column of sentences
    std::size_t broken_at = 0;
    for (const std::size_t i : part) {
      if (i >= line.cells.size()) break;
      std::string text = text_of(i, line.cells[i]);
      if (table_.columns[i].prose && width_of(text) > columns_[i].text) {
        broken = wrap(text, columns_[i].text);
        text = broken.front();
        broken_at = start.width + kGap;
      }
      const Piece piece = padded(i, text, printable(line.cells[i].small), style_of(line.cells[i]));
      start.text += "  " + piece.text;
      start.width += kGap + piece.width;
    }
    const std::string remark = last ? printable(line.remark) : "";
    const bool beside = !look_.fold || start.width + kGap + width_of(remark) <= look_.width;
    if (beside && !remark.empty()) start.text += "  " + remark;
    start.text.erase(start.text.find_last_not_of(' ') + 1);
    add_line(out, line.tone == Tone::kFaint ? paint_(Tone::kFaint, start.text) : start.text);
    for (std::size_t i = 1; i < broken.size(); ++i) add_line(out, std::string(broken_at, ' ') + broken[i]);
    if (!beside && !remark.empty()) add_wrapped(out, remark, indent_ + 4, 2, look_.width, paint_, line.tone);
    write_second_line(out, line, part);
  }

  void write_second_line(std::string& out, const TableLine& line, const Part& part) const {
    const auto more = [](const TableCell& cell) { return !cell.below.empty(); };
    if (std::ranges::none_of(line.cells, more)) return;
    std::string text = std::string(indent_, ' ') + padded(0, printable(line.cells[0].below), "", "").text;
    for (const std::size_t i : part) {
      if (i < line.cells.size()) text += "  " + padded(i, printable(line.cells[i].below), "", "").text;
    }
    add_line(out, text);
  }

  const Table& table_;
  const TextLook& look_;
  const Painter& paint_;
  std::size_t indent_;
  std::vector<Column> columns_;
};

struct Writer {
  std::string& out;
  const TextLook& look;
  const Painter& paint;
  const Block* before = nullptr;

  void operator()(const Heading& heading) const {
    if (before != nullptr) out += "\n";
    const std::string text = printable(heading.text), small = printable(heading.small);
    if (small.empty()) {
      for (const std::string& line : wrap(text, look.width)) add_line(out, paint(kBold, line));
      return;
    }
    const std::size_t taken = width_of(text) + width_of(small);
    if (taken + kGap > look.width) {
      for (const std::string& line : wrap(text, look.width)) add_line(out, paint(kBold, line));
      add_wrapped(out, heading.small, 2, 0, look.width, paint);
      return;
    }
    add_line(out, paint(kBold, text) + std::string(std::min<std::size_t>(look.width - taken, 12), ' ') + small);
  }
  void operator()(const Prose& prose) const {
    const bool goes_on =
        before == nullptr || std::holds_alternative<Prose>(*before) || std::holds_alternative<Heading>(*before);
    if (!goes_on) out += "\n";
    add_wrapped(out, prose.text, 0, 2, look.width, paint, prose.tone);
  }
  void operator()(const Items& items) const {
    for (const std::string& text : items.texts) add_wrapped(out, text, 2, 4, look.width, paint);
  }
  void operator()(const Picture& picture) const { out += "\n" + picture.text + "\n"; }
  void operator()(const Table& table) const {
    if (table.columns.empty()) return;
    const Table named = with_one_name(table);
    TextTable(named, look, paint).write(out);
  }
};

}  // namespace

std::string as_text(const Document& document, const TextLook& look) {
  std::string out;
  const Painter paint(look.color);
  const Block* before = nullptr;
  for (const Block& block : document.blocks) {
    std::visit(Writer{out, look, paint, before}, block);
    before = &block;
  }
  return out;
}

}  // namespace omenbench
