// See row_reader.h. Rows without a quote, nearly all, are found by memchr and split in one pass over the cells that
// are wanted; a row with one is read cell by cell.
#include "datasets/row_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "core/error.h"

namespace omenbench::datasets {
namespace {

constexpr std::size_t kSampleBytes = 64 * 1024;
/// Stays in the processor's cache; of more, small files would pay for the pages.
constexpr std::size_t kBufferBytes = 2 * kSampleBytes;
/// A row beyond this is a quote that was never closed, or no text.
constexpr std::size_t kMaxRowBytes = 16 << 20;

/// How often `wanted` stands in the text, eight bytes at a time: every row is counted through.
std::size_t count_of(char wanted, const char* at, const char* end) {
  constexpr std::uint64_t kOnes = 0x0101010101010101, kLow = 0x7F7F7F7F7F7F7F7F;
  const std::uint64_t pattern = kOnes * static_cast<unsigned char>(wanted);
  std::size_t count = 0;
  for (; end - at >= 8; at += 8) {
    std::uint64_t word;
    std::memcpy(&word, at, sizeof word);
    word ^= pattern;  // bytes that are wanted become 0, and they alone have no bit left in what follows
    const std::uint64_t others = ((word & kLow) + kLow) | word | kLow;
    count += (((~others) >> 7) * kOnes) >> 56;
  }
  for (; at != end; ++at) count += *at == wanted;
  return count;
}

/// Empty for a row of one word.
std::string_view without_last_word(std::string_view row) {
  constexpr std::string_view kBlanks = " \t";
  const std::size_t word = row.find_last_of(kBlanks, row.find_last_not_of(kBlanks));
  if (word == row.npos) return {};
  return row.substr(0, row.find_last_not_of(kBlanks, word) + 1);
}

bool is_blank(std::string_view row, char delimiter) {
  if (!row.empty() && static_cast<unsigned char>(row.front()) > ' ') return false;  // nearly all rows
  return row.find_first_not_of(delimiter == '\t' ? " " : " \t") == row.npos;
}

}  // namespace

RowReader::RowReader(ByteSource& bytes, Place place) : bytes_(bytes), place_(std::move(place)), buffer_(kBufferBytes) {}

void RowReader::fail(const std::string& what, const std::string& in_row) const {
  throw Error(fmt::format("{}, line {}{}: {}", place_.text(), row_line_, in_row, what));
}

/// Reads more behind the unread part. False when there is no more.
bool RowReader::fill() {
  if (exhausted_) return false;
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ == buffer_.size()) {
    row_line_ = line_;
    if (end_ >= kMaxRowBytes) fail(fmt::format("a row of more than {} bytes, or a quote that is not closed", end_));
    buffer_.resize(2 * buffer_.size());
  }
  const std::size_t got = bytes_.read({buffer_.data() + end_, buffer_.size() - end_});
  end_ += got;
  exhausted_ = got == 0;
  return got > 0;
}

std::string_view RowReader::sample() {
  while (end_ - begin_ < kSampleBytes && fill()) {
  }
  if (std::string_view(buffer_.data() + begin_, end_ - begin_).starts_with("\xEF\xBB\xBF")) begin_ += 3;
  const std::string_view all(buffer_.data() + begin_, std::min(end_ - begin_, kSampleBytes));
  if (all.starts_with("\xFF\xFE") || all.starts_with("\xFE\xFF")) {
    throw Error(place_.text() + ": is UTF-16 text; convert it to UTF-8");
  }
  if (all.starts_with("PAR1")) {
    throw Error(place_.text() +
                ": is a Parquet file inside an archive or compressed; unpack it and name the file itself");
  }
  if (all.find('\0') != all.npos) {
    throw Error(place_.text() +
                ": is binary; SOSD files are known by a name that ends in _uint64, _int64, _double or the like; arrays "
                "of numbers are read as FILE:@raw-uint64, @raw-int64, @raw-float64, ..., others by a recipe");
  }
  const std::size_t last = all.rfind('\n'), carriage_return = all.find('\r');
  if (last == all.npos && carriage_return != all.npos && carriage_return + 1 < all.size()) {
    throw Error(place_.text() + ": its lines end in carriage returns alone; convert them to line feeds");
  }
  return exhausted_ || last == all.npos ? all : all.substr(0, last + 1);
}

bool RowReader::next(std::size_t columns) {
  while (true) {
    const char* start = buffer_.data() + begin_;
    const auto* newline = static_cast<const char*>(std::memchr(start, '\n', end_ - begin_));
    if (!newline) {
      if (fill()) continue;
      if (begin_ == end_) return false;
      newline = buffer_.data() + end_;  // the last line lacks its end
      start = buffer_.data() + begin_;
    }
    std::string_view row(start, static_cast<std::size_t>(newline - start));
    const bool commented = is_comment(row);
    if (!commented && dialect_.quotes && std::memchr(row.data(), '"', row.size())) {
      while (!scan_quoted_row(columns)) fill();
      return true;
    }
    row_line_ = line_++;
    begin_ = std::min(begin_ + row.size() + 1, end_);
    if (row.ends_with('\r')) row.remove_suffix(1);
    const bool blank = is_blank(row, dialect_.delimiter);
    counts_.comments += commented;
    counts_.blank += blank;
    if (commented || blank) continue;
    split(row, columns);
    return true;
  }
}

bool RowReader::begins_like_comment() const {
  const std::string& comment = dialect_.comment;
  return !comment.empty() && !cells_.empty() && cells_[0].substr(0, comment.size()) == comment;
}

bool RowReader::has_comment_mark(std::string_view row) const {
  const std::string& mark = dialect_.comment;
  return !mark.empty() && !row.empty() && row.front() == mark.front() && row.starts_with(mark);
}

/// A row of the table's width is more than a comment, where no recipe says what a comment is.
bool RowReader::is_comment(std::string_view row) const {
  if (!has_comment_mark(row)) return false;
  if (dialect_.always_comment || dialect_.width < 2 || counts_.comments < dialect_.leading_comments) return true;
  const std::size_t first = dialect_.comment.size();
  if (row.size() > first && row[first] == ' ') return true;
  return count_of(dialect_.delimiter, row.data(), row.data() + row.size()) + 1 != dialect_.width;
}

void RowReader::note_width(std::size_t cells) {
  if (cells == dialect_.width) return;
  if (counts_.odd_width++ == 0) counts_.first_odd_line = row_line_;
}

void RowReader::split(std::string_view row, std::size_t columns) {
  cells_.clear();
  if (dialect_.delimiter == '\0') {
    cells_.push_back(dialect_.drops_last_word ? without_last_word(row) : row);
    return;
  }
  const char delimiter = dialect_.delimiter;
  const char* at = row.data();
  const char* const end = at + row.size();
  bool more = true;
  while (more && cells_.size() < columns) {
    const char* cell = at;
    while (at != end && *at != delimiter) ++at;
    cells_.emplace_back(cell, static_cast<std::size_t>(at - cell));
    more = at != end;
    at += more;
  }
  if (dialect_.width < 2) return;
  counts_.like_comments += has_comment_mark(row);
  note_width(cells_.size() + (more ? 1 + count_of(delimiter, at, end) : 0));
}

/// The cell whose opening quote stands at `at`, which moves behind the closing one. False: the buffer ends too soon.
bool RowReader::scan_quoted(std::size_t& at, std::uint64_t& lines, std::string_view& cell) {
  const std::size_t first = ++at;
  bool doubled = false;
  for (;; ++at) {
    if (at + 1 >= end_ && !exhausted_) return false;  // whether a quote is doubled shows in the byte after it
    if (at >= end_) fail("a quoted cell is not closed");
    lines += buffer_[at] == '\n';
    if (buffer_[at] != '"') continue;
    if (at + 1 >= end_ || buffer_[at + 1] != '"') break;
    doubled = true;
    ++at;
  }
  cell = {buffer_.data() + first, at - first};
  ++at;
  if (!doubled) return true;
  std::string& text = unescaped_.emplace_back();
  for (std::size_t i = 0; i < cell.size(); ++i) {
    text += cell[i];
    if (cell[i] == '"') ++i;
  }
  cell = text;
  return true;
}

/// Moves `at` to the delimiter, line end or end of the buffer that ends its cell.
void RowReader::skip_to_end_of_cell(std::size_t& at) const {
  while (at < end_ && buffer_[at] != dialect_.delimiter && buffer_[at] != '\n') ++at;
}

/// Tries to read the row that starts at begin_, across line ends inside quotes. False: the buffer ends too soon.
bool RowReader::scan_quoted_row(std::size_t columns) {
  row_line_ = line_;
  cells_.clear();
  unescaped_.clear();
  std::uint64_t lines = 1;
  std::size_t width = 0;
  for (std::size_t at = begin_;;) {
    std::string_view cell;
    const bool quoted = at < end_ && buffer_[at] == '"';
    if (quoted && !scan_quoted(at, lines, cell)) return false;
    const std::size_t rest = at;
    skip_to_end_of_cell(at);
    if (at == end_ && !exhausted_) return false;
    std::string_view text(buffer_.data() + rest, at - rest);
    if ((at == end_ || buffer_[at] == '\n') && text.ends_with('\r')) text.remove_suffix(1);
    if (!quoted) {
      cell = text;
    } else if (text.find_first_not_of(" \t") != text.npos) {
      fail(fmt::format("'{}' after a closing quote", text.substr(0, 20)));
    }
    if (cells_.size() < columns) cells_.push_back(cell);
    ++width;
    const bool row_ends = at == end_ || buffer_[at] == '\n';
    if (at < end_) ++at;
    if (!row_ends) continue;
    if (dialect_.width > 1) {
      counts_.like_comments += has_comment_mark({buffer_.data() + begin_, at - begin_});
      note_width(width);
    }
    line_ += lines;
    begin_ = at;
    return true;
  }
}

}  // namespace omenbench::datasets
