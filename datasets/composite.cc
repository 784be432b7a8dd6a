// See composite.h.
#include "datasets/composite.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cassert>

#include "base/numbers.h"
#include "core/error.h"
#include "datasets/text_keys.h"

namespace omenbench::datasets {
namespace {

using Columns = std::vector<EncodedColumn>;
using Names = std::vector<std::string>;

/// Numbers, or ranks of texts: how far they reach.
struct Range {
  std::uint64_t lowest = 0;
  int bits = 0;
};

Range range_of(const EncodedColumn& column) {
  const auto [low, high] = std::ranges::minmax_element(column.values);
  return {*low, static_cast<int>(std::bit_width(*high - *low))};
}

PackedKeys pack_words(Columns columns, const std::vector<Range>& ranges) {
  std::vector<std::uint64_t> keys(columns[0].values.size(), 0);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    // A shift by 64 is no shift: a part that takes all of the word comes after parts of no bits.
    const bool whole = ranges[i].bits == 64;
    for (std::size_t row = 0; row < keys.size(); ++row) {
      keys[row] = (whole ? 0 : keys[row] << ranges[i].bits) | (columns[i].values[row] - ranges[i].lowest);
    }
    std::vector<std::uint64_t>().swap(columns[i].values);
  }
  return {std::move(keys), {}, {}, {}};
}

/// A column as a part of byte strings.
class BytesPart {
 public:
  BytesPart(const EncodedColumn& column, bool last) : column_(column) {
    if (!is_text()) {
      const Range range = range_of(column);
      lowest_ = range.lowest;
      longest_ = static_cast<std::size_t>((range.bits + 7) / 8);
      return;
    }
    std::size_t shortest = text(0).size();
    for (std::size_t row = 0; row < column.values.size(); ++row) {
      shortest = std::min(shortest, text(row).size());
      longest_ = std::max(longest_, text(row).size());
    }
    ended_ = !last && shortest < longest_;
  }

  void append(std::size_t row, std::string& key) const {
    if (!is_text()) {
      const std::uint64_t number = column_.values[row] - lowest_;
      for (std::size_t byte = longest_; byte-- > 0;) key += static_cast<char>(number >> (8 * byte));
    } else if (ended_) {
      for (const char c : text(row)) {
        key += c;
        if (c == '\0') key += '\xff';
      }
      key += '\0';
      key += '\1';
    } else {
      key += text(row);
    }
  }

  std::string described(const std::string& name) const {
    const bool rank = !column_.ranked.empty();
    return fmt::format("{} {}{} bytes ({})", name, ended_ || is_text() ? "up to " : "", longest_,
                       rank ? "text" : column_.type);
  }

 private:
  bool is_text() const { return column_.text || !column_.ranked.empty(); }
  Bytes text(std::size_t row) const {
    return column_.text ? bytes_at(column_.text->data(), column_.values[row]) : column_.ranked[column_.values[row]];
  }

  const EncodedColumn& column_;
  std::uint64_t lowest_ = 0;
  std::size_t longest_ = 0;  ///< of a text; all numbers take as many
  bool ended_ = false;
};

PackedKeys pack_bytes(const Columns& columns, const Names& names, const PackOptions& options) {
  std::vector<BytesPart> parts;
  std::vector<std::string> described;
  for (const EncodedColumn& column : columns) {
    parts.emplace_back(column, &column == &columns.back());
    described.push_back(parts.back().described(names[parts.size() - 1]));
  }
  TextKeys keys;
  std::string key;
  for (std::size_t row = 0; row < columns[0].values.size(); ++row) {
    key.clear();
    for (const BytesPart& part : parts) part.append(row, key);
    if (key.size() > kMaxKeyBytes) {
      const std::string place = options.place_of_row ? options.place_of_row(row) : "";
      throw Error(fmt::format("{}: the parts of the key take {} bytes together, a key has at most {}",
                              place.empty() ? fmt::format("{}, key {}", options.where, row + 1) : place, key.size(),
                              kMaxKeyBytes));
    }
    keys.add(key);
  }
  return {std::move(keys.places),
          fmt::format("byte strings (composite: {})", fmt::join(described, ", ")),
          {},
          std::move(keys.text)};
}

}  // namespace

PackedKeys pack_columns(std::vector<EncodedColumn> columns, const std::vector<std::string>& names,
                        const PackOptions& options) {
  assert(columns.size() == names.size() && !columns.empty());
  if (columns.size() == 1) {
    return {std::move(columns[0].values), std::move(columns[0].type), std::move(columns[0].notes),
            std::move(columns[0].text)};
  }
  if (columns[0].values.empty()) return {{}, "composite", {}, {}};

  std::vector<std::string> described, notes;
  std::vector<Range> ranges;
  int total = 0;
  bool words = true;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    for (const std::string& note : columns[i].notes) notes.push_back(fmt::format("{}: {}", names[i], note));
    words &= !columns[i].text;
    ranges.push_back(range_of(columns[i]));
    total += ranges[i].bits;
    described.push_back(fmt::format("{} {} ({})", names[i], counted(static_cast<std::uint64_t>(ranges[i].bits), "bit"),
                                    columns[i].type));
  }
  if (words && total > 64 && !options.byte_strings) {
    throw Error(fmt::format("{}: the composite key needs {} bits, 64 are there: {}", options.where, total,
                            fmt::join(described, ", ")));
  }
  PackedKeys packed =
      words && total <= 64 ? pack_words(std::move(columns), ranges) : pack_bytes(columns, names, options);
  if (packed.type.empty()) packed.type = fmt::format("composite: {}", fmt::join(described, ", "));
  packed.notes = std::move(notes);
  return packed;
}

}  // namespace omenbench::datasets
