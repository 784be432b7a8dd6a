// See key_chunks.h.
#include "datasets/duckdb/key_chunks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <type_traits>
#include <utility>

#include "core/error.h"
#include "datasets/text_keys.h"

namespace omenbench::datasets {
namespace {

using duckdb::Chunk;
using duckdb::library;
using duckdb::Type;
using duckdb::Wide;

constexpr std::int64_t kSecondsOfDay = 86'400;

/// Digits below a second of a type of times; -1: it is none.
int digits_of(Type type) {
  switch (type) {
    case Type::kDate:
    case Type::kTimestampS:
      return 0;
    case Type::kTimestampMs:
      return 3;
    case Type::kTimestamp:
    case Type::kTimestampTz:
      return 6;
    case Type::kTimestampNs:
      return 9;
    default:
      return -1;
  }
}

bool is_integer(Type type) {
  return (type >= Type::kTinyint && type <= Type::kUbigint) || type == Type::kHugeint || type == Type::kUhugeint;
}

/// What to do about a type that is no key.
std::string hint_for(Type type) {
  switch (type) {
    case Type::kBoolean:
      return "; truth values make two keys at most";
    case Type::kTime:
    case Type::kInterval:
      return "; a query makes it a number: epoch_us(COLUMN)";
    case Type::kUuid:
      return "; of a UUID the first 64 bits make a key: a recipe's type 'uuid', or in a query "
             "('0x' || left(replace(COLUMN::text, '-', ''), 16))::ubigint";
    case Type::kBlob:
    case Type::kEnum:
      return "; a query makes keys of it by its order: dense_rank() over (order by COLUMN)";
    default:
      return "; a query makes keys of its parts (--query)";
  }
}

/// A UUID in a vector: its 128 bits with the top one flipped, so that it sorts as a signed number.
std::string uuid_text(const Wide& value) {
  return fmt::format("{:016x}{:016x}", static_cast<std::uint64_t>(value.upper) ^ kSignBit, value.lower);
}

std::string text_of(const Wide& value, bool is_signed) {
  const unsigned __int128 bits =
      static_cast<unsigned __int128>(static_cast<std::uint64_t>(value.upper)) << 64 | value.lower;
  return is_signed ? fmt::format("{}", static_cast<__int128>(bits)) : fmt::format("{}", bits);
}

/// An integer or a UUID as text.
std::string text_at(Type type, const Chunk& chunk, std::size_t column, std::size_t row) {
  const auto plain = [&]<class Lies>(Lies) { return fmt::format("{}", duckdb::values_of<Lies>(chunk, column)[row]); };
  switch (type) {
    case Type::kTinyint:
      return plain(std::int8_t{});
    case Type::kSmallint:
      return plain(std::int16_t{});
    case Type::kInteger:
      return plain(std::int32_t{});
    case Type::kBigint:
      return plain(std::int64_t{});
    case Type::kUtinyint:
      return plain(std::uint8_t{});
    case Type::kUsmallint:
      return plain(std::uint16_t{});
    case Type::kUinteger:
      return plain(std::uint32_t{});
    case Type::kUbigint:
      return plain(std::uint64_t{});
    case Type::kUuid:
      return uuid_text(duckdb::values_of<Wide>(chunk, column)[row]);
    default:
      return text_of(duckdb::values_of<Wide>(chunk, column)[row], type == Type::kHugeint);
  }
}

}  // namespace

std::vector<DuckdbColumn> columns_of(const duckdb::Connection& connection, const std::string& from) {
  std::vector<DuckdbColumn> columns;
  duckdb::Result described =
      connection.run("SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM " + from + ")");
  while (const Chunk chunk = next_chunk(described)) {
    const auto* names = duckdb::values_of<duckdb::Text>(chunk, 0);
    const auto* types = duckdb::values_of<duckdb::Text>(chunk, 1);
    for (duckdb::Count i = 0; i < library().data_chunk_get_size(chunk.get()); ++i) {
      columns.push_back({std::string(names[i].view()), std::string(types[i].view())});
    }
  }
  return columns;
}

KeyChunks::KeyChunks(std::vector<ValueForm> forms, bool of_query, bool byte_strings)
    : forms_(std::move(forms)), of_query_(of_query), byte_strings_(byte_strings) {
  for (const ValueForm& form : forms_) {
    values_.emplace_back(form, forms_.size() > 1);
    if (byte_strings_ && forms_.size() == 1) values_.back().take_byte_strings();
  }
}

/// What may stand in one column: numbers of one type of any width, decimals of one scale, times.
std::string KeyChunks::Layout::kind() const {
  if (decimal) return fmt::format("decimals with {} digits after the point", digits);
  if (digits_of(type) >= 0) return "times";
  if (is_integer(type)) return "integers";
  if (type == Type::kFloat || type == Type::kDouble) return "doubles";
  return name;
}

bool KeyChunks::takes(const Layout& layout, std::size_t column) const {
  const ValueType wanted = forms_[column].type;
  const bool texts = layout.type == Type::kVarchar;
  const bool bytes = layout.type == Type::kBlob;
  const bool uuids = layout.type == Type::kUuid;
  if (wanted == ValueType::kAuto) {
    const bool number = is_integer(layout.type) || layout.type == Type::kFloat || layout.type == Type::kDouble;
    return number || digits_of(layout.type) >= 0 || texts || (byte_strings_ && (bytes || uuids));
  }
  if (bytes) return wanted == ValueType::kBytes;
  return !layout.decimal && (is_integer(layout.type) || texts || uuids);
}

KeyChunks::Layout KeyChunks::layout_of(duckdb::Result& result, std::size_t column,
                                       const DuckdbColumn& described) const {
  Layout layout{library().column_type(result.get(), column), false, 0, described.type};
  if (layout.type == Type::kDecimal) {
    const duckdb::Owned<duckdb::TypeHandle> type(library().column_logical_type(result.get(), column),
                                                 library().destroy_logical_type.call);
    layout.type = library().decimal_internal_type(type.get());
    layout.digits = library().decimal_scale(type.get());
    layout.decimal = layout.digits > 0;  // without digits they are integers
  } else {
    layout.digits = std::max(0, digits_of(layout.type));
  }
  if (takes(layout, column)) return layout;
  const bool own = forms_[column].type == ValueType::kAuto;
  throw Error(fmt::format("{}, column '{}': expected {}, got {}{}", where_, described.name,
                          own ? "numbers, times, dates or texts that are such"
                              : "texts, integers or UUIDs, for which a recipe may state a type",
                          described.type, own ? hint_for(layout.type) : ""));
}

void KeyChunks::fail(std::size_t column, std::optional<std::size_t> row, const BadValue& bad) const {
  std::string where = where_;
  if (row) where += fmt::format(", row {}{}", before_ + *row + 1, of_query_ ? " of the query" : "");
  if (!of_query_ || names_.size() > 1) where += fmt::format(", column '{}'", names_[column]);
  throw Error(fmt::format("{}: {}{}", where, bad.message, bad.hint));
}

void KeyChunks::read(duckdb::Result result, const std::vector<DuckdbColumn>& columns, const std::string& where) {
  where_ = where;
  names_.clear();
  std::vector<Layout> layouts;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    names_.push_back(columns[i].name);
    layouts.push_back(layout_of(result, i, columns[i]));
    if (layouts_.empty() || layouts_[i].kind() == layouts[i].kind()) continue;
    throw Error(fmt::format("{}, column '{}': holds {}, those before it {}", where, columns[i].name, columns[i].type,
                            layouts_[i].name));
  }
  layouts_ = std::move(layouts);
  before_ = 0;
  while (const Chunk chunk = next_chunk(result)) {
    const std::size_t size = library().data_chunk_get_size(chunk.get());
    if (size == 0) break;
    select(chunk, size);
    for (std::size_t i = 0; i < columns.size(); ++i) add(i, chunk);
    before_ += size;
  }
  // The end and a failure look alike.
  if (const char* reason = library().result_error(result.get()); reason != nullptr && *reason != '\0') {
    const std::string of = of_query_ ? "" : fmt::format(", column '{}'", fmt::join(names_, "', '"));
    throw Error(fmt::format("{}{}: {}", where, of, duckdb::one_line(reason)));
  }
}

void KeyChunks::select(const Chunk& chunk, std::size_t size) {
  std::vector<const std::uint64_t*> masks;  // one bit for each row: it holds a value
  for (std::size_t i = 0; i < layouts_.size(); ++i) {
    const std::uint64_t* mask = library().vector_get_validity(library().data_chunk_get_vector(chunk.get(), i));
    if (mask != nullptr) masks.push_back(mask);
  }
  size_ = size;
  present_.clear();
  for (std::uint32_t row = 0; !masks.empty() && row < size; ++row) {
    const auto holds = [&](const std::uint64_t* mask) { return ((mask[row / 64] >> (row % 64)) & 1U) != 0; };
    if (std::ranges::all_of(masks, holds)) present_.push_back(row);
  }
  all_ = masks.empty() || present_.size() == size;
  rows_ += size;
  nulls_ += all_ ? 0 : size - present_.size();
}

/// The values that are there, as `Number`s: in place where they lie so, else in the buffer.
template <class Number, class Lies>
std::span<const Number> KeyChunks::present(const Lies* values, std::vector<Number>& buffer) const {
  if (all_) {
    if constexpr (std::is_same_v<Number, Lies>) return {values, size_};
    buffer.assign(values, values + size_);
  } else {
    buffer.clear();
    for (const std::uint32_t row : present_) buffer.push_back(static_cast<Number>(values[row]));
  }
  return buffer;
}

void KeyChunks::add(std::size_t column, const Chunk& chunk) {
  const Layout& layout = layouts_[column];
  if (forms_[column].type != ValueType::kAuto) return add_texts(column, chunk);
  switch (layout.type) {
    case Type::kVarchar:
    case Type::kBlob:
    case Type::kUuid:
      return add_texts(column, chunk);
    case Type::kTinyint:
      return add_numbers(column, duckdb::values_of<std::int8_t>(chunk, column));
    case Type::kSmallint:
      return add_numbers(column, duckdb::values_of<std::int16_t>(chunk, column));
    case Type::kInteger:
      return add_numbers(column, duckdb::values_of<std::int32_t>(chunk, column));
    case Type::kBigint:
      return add_numbers(column, duckdb::values_of<std::int64_t>(chunk, column));
    case Type::kUtinyint:
      return add_numbers(column, duckdb::values_of<std::uint8_t>(chunk, column));
    case Type::kUsmallint:
      return add_numbers(column, duckdb::values_of<std::uint16_t>(chunk, column));
    case Type::kUinteger:
      return add_numbers(column, duckdb::values_of<std::uint32_t>(chunk, column));
    case Type::kUbigint:
      return add_numbers(column, duckdb::values_of<std::uint64_t>(chunk, column));
    case Type::kFloat:
      return add_numbers(column, duckdb::values_of<float>(chunk, column));
    case Type::kDouble:
      return add_numbers(column, duckdb::values_of<double>(chunk, column));
    case Type::kHugeint:
    case Type::kUhugeint:
      return add_wide(column, duckdb::values_of<Wide>(chunk, column));
    case Type::kDate:
      return add_days(column, duckdb::values_of<std::int32_t>(chunk, column));
    default:  // layout_of lets nothing else pass
      return add_times(column, duckdb::values_of<std::int64_t>(chunk, column));
  }
}

template <class Number>
void KeyChunks::keep(std::size_t column, std::span<const Number> numbers) {
  try {
    if constexpr (std::is_same_v<Number, std::int64_t>) {
      const Layout& layout = layouts_[column];
      if (layout.decimal) return values_[column].add_fixed(numbers, layout.digits);
      if (digits_of(layout.type) >= 0) return values_[column].add_times(numbers, layout.digits);
    }
    values_[column].add(numbers);
  } catch (const BadValue& bad) {
    fail(column, std::nullopt, bad);
  }
}

template <class Lies>
void KeyChunks::add_numbers(std::size_t column, const Lies* values) {
  using Number = std::conditional_t<std::is_floating_point_v<Lies>, double,
                                    std::conditional_t<std::is_signed_v<Lies>, std::int64_t, std::uint64_t>>;
  std::vector<Number> buffer;
  const std::span<const Number> numbers = present(values, buffer);
  if constexpr (std::is_floating_point_v<Lies>) {
    const auto odd = std::ranges::find_if_not(numbers, [](double number) { return std::isfinite(number); });
    if (odd != numbers.end()) {
      fail(column, row_of(static_cast<std::size_t>(odd - numbers.begin())),
           unexpected("a finite number", fmt::format("{}", *odd)));
    }
  }
  keep(column, numbers);
}

void KeyChunks::add_wide(std::size_t column, const Wide* values) {
  const Layout& layout = layouts_[column];
  const bool is_signed = layout.type == Type::kHugeint;
  std::vector<Wide> buffer;
  const std::span<const Wide> numbers = present(values, buffer);
  const bool negative = std::ranges::any_of(numbers, [&](const Wide& one) { return is_signed && one.upper < 0; });
  const bool as_signed = negative || layout.decimal;
  std::vector<std::uint64_t> words;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const Wide& one = numbers[i];
    if (one.upper != (as_signed ? static_cast<std::int64_t>(one.lower) >> 63 : 0)) {
      const char* scale = layout.decimal ? " times the scale" : "";
      fail(column, row_of(i), unexpected(fmt::format("a number of 64 bits{}", scale), text_of(one, is_signed)));
    }
    words.push_back(one.lower);
  }
  if (!as_signed) return keep(column, std::span<const std::uint64_t>(words));
  keep(column, std::span(reinterpret_cast<const std::int64_t*>(words.data()), words.size()));
}

void KeyChunks::add_times(std::size_t column, const std::int64_t* values) {
  std::vector<std::int64_t> buffer;
  const std::span<const std::int64_t> counts = present(values, buffer);
  refuse_infinite(column, counts, std::numeric_limits<std::int64_t>::max());
  keep(column, counts);
}

void KeyChunks::add_days(std::size_t column, const std::int32_t* values) {
  std::vector<std::int64_t> seconds;
  present(values, seconds);
  refuse_infinite(column, seconds, std::numeric_limits<std::int32_t>::max());
  for (std::int64_t& time : seconds) time *= kSecondsOfDay;
  keep(column, std::span<const std::int64_t>(seconds));
}

/// Both infinities are values of their own, the same far from 1970.
void KeyChunks::refuse_infinite(std::size_t column, std::span<const std::int64_t> counts, std::int64_t infinite) const {
  const auto odd = std::ranges::find_if(counts, [&](auto count) { return count == infinite || count == -infinite; });
  if (odd == counts.end()) return;
  fail(column, row_of(static_cast<std::size_t>(odd - counts.begin())), unexpected("a time", "infinity"));
}

/// A column that a recipe gives a type is read as text, whatever it is.
void KeyChunks::add_text(std::size_t column, const Chunk& chunk, std::size_t row) {
  const Type type = layouts_[column].type;
  KeyColumn& values = values_[column];
  if (type == Type::kVarchar) {
    values.add(duckdb::values_of<duckdb::Text>(chunk, column)[row].view());
  } else if (type == Type::kBlob) {
    values.add_bytes(duckdb::values_of<duckdb::Text>(chunk, column)[row].view(), ValueType::kBytes);
  } else if (type == Type::kUuid && forms_[column].type == ValueType::kAuto) {
    values.add_bytes(bytes_of_uuid(text_at(type, chunk, column, row)), ValueType::kUuidBytes);
  } else {
    values.add(text_at(type, chunk, column, row));
  }
}

void KeyChunks::add_texts(std::size_t column, const Chunk& chunk) {
  for (std::size_t i = 0, count = all_ ? size_ : present_.size(); i < count; ++i) {
    const std::size_t row = row_of(i);
    try {
      add_text(column, chunk, row);
    } catch (const BadValue& bad) {
      fail(column, row, bad);
    }
  }
}

std::vector<EncodedColumn> KeyChunks::finish() && {
  std::vector<EncodedColumn> columns;
  for (KeyColumn& column : values_) columns.push_back(std::move(column).finish());
  return columns;
}

}  // namespace omenbench::datasets
