// See key_column.h.
#include "datasets/key_column.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include "datasets/text_keys.h"
#include "datasets/value_hints.h"

namespace omenbench::datasets {
namespace {

constexpr std::string_view kUnitNames[] = {"s", "", "", "ms", "", "", "us", "", "", "ns"};
constexpr std::int64_t kBillion = 1'000'000'000;
constexpr const char* kNotTogether = "negative integers and such from 2^63 up do not fit 64 bits together";

/// 0, 3, 6 or 9: the coarsest of s, ms, us, ns that holds it exactly.
int digits_needed(std::uint32_t nanoseconds) {
  if (nanoseconds == 0) return 0;
  if (nanoseconds % 1'000'000 == 0) return 3;
  return nanoseconds % 1'000 == 0 ? 6 : 9;
}

std::int64_t power_of_ten(int digits) {
  std::int64_t power = 1;
  for (int i = 0; i < digits; ++i) power *= 10;
  return power;
}

constexpr std::uint64_t kExactIntegers = 1ULL << 53;  ///< doubles hold every integer up to here

/// The digits of the unit in which `value` is a time between 1990 and 2100; -1 when in none.
int epoch_unit(std::uint64_t value) {
  constexpr std::uint64_t kFrom = 631'152'000, kTo = 4'102'444'800;
  if (value < kFrom) return -1;
  if (value < kTo) return 0;
  if (value >= kFrom * 1'000 && value < kTo * 1'000) return 3;
  if (value >= kFrom * 1'000'000 && value < kTo * 1'000'000) return 6;
  return value >= kFrom * 1'000'000'000 && value < kTo * 1'000'000'000 ? 9 : -1;
}

bool reads(std::string (*bytes_of)(std::string_view), std::string_view text) {
  try {
    bytes_of(text);
    return true;
  } catch (const BadValue&) {
    return false;
  }
}

/// The same with what may be done about it.
BadValue unexpected_value(std::string_view what, std::string_view text) {
  BadValue bad = unexpected(what, text);
  bad.hint = hint_for(text);
  return bad;
}

}  // namespace

void KeyColumn::add(std::string_view text) {
  switch (form_.type) {
    case ValueType::kAuto:
      return add_by_first_value(text);
    case ValueType::kInteger:
      return add_integer(trim(text));
    case ValueType::kDouble:
      return add_double(trim(text));
    case ValueType::kTimestamp:
      return add_timestamp(trim(text));
    case ValueType::kEpoch:
      return add_epoch(trim(text));
    case ValueType::kFixed:
      return add_fixed(trim(text));
    case ValueType::kText:
      return add_text(text);
    case ValueType::kPrefix:
      values_.push_back(key_of_prefix(text));
      return;
    case ValueType::kIpv4:
    case ValueType::kIpv6:
      values_.push_back(key_of_address(trim(text), form_.type == ValueType::kIpv6));
      return;
    case ValueType::kHex:
      values_.push_back(key_of_hex(trim(text)));
      return;
    case ValueType::kUuid:
      values_.push_back(key_of_uuid(trim(text)));
      return;
    case ValueType::kBytes:
      return add_bytes(text);
    case ValueType::kUuidBytes:
      return add_looked_like(bytes_of_uuid, trim(text));
    case ValueType::kIpv6Bytes:
      return add_bytes(bytes_of_ipv6(trim(text)));
    case ValueType::kInet:
      return add_looked_like(bytes_of_inet, trim(text));
    case ValueType::kHexBytes:
      return add_bytes(bytes_of_hex(trim(text)));
  }
}

void KeyColumn::add_looked_like(std::string (*bytes_of)(std::string_view), std::string_view text) {
  try {
    add_bytes(bytes_of(text));
  } catch (BadValue& bad) {
    if (by_first_value_)
      bad.hint = "; the first value looked like one: a recipe's type 'bytes' takes texts as they are";
    throw;
  }
}

void KeyColumn::add_by_first_value(std::string_view whole) {
  const std::string_view text = trim(whole);
  if (parse_integer(text)) {
    form_.type = ValueType::kInteger;
    // An integer of a column whose type was not given may still turn out to be the first of decimals.
    form_.digits = -1;
  } else if (parse_timestamp(text)) {
    form_.type = ValueType::kTimestamp;
  } else if (parse_double(text)) {
    if (text.find_first_of(".eE") == text.npos) throw unexpected_value("an integer of 64 bits", text);
    form_.type = ValueType::kDouble;
  } else if (text_allowed_ && !text.empty()) {
    form_.type = ValueType::kText;
  } else if (bytes_allowed_) {
    by_first_value_ = true;
    form_.type = reads(bytes_of_uuid, text)   ? ValueType::kUuidBytes
                 : reads(bytes_of_inet, text) ? ValueType::kInet
                                              : ValueType::kBytes;
  } else {
    BadValue bad =
        unexpected_value(is_beyond_double(text) ? "a number within the range of a double" : "a number or a date", text);
    const bool word = !text.empty() && std::isalpha(static_cast<unsigned char>(text[0]));
    if (bad.hint.empty() && word)
      bad.hint = "; of texts a recipe takes the first 8 bytes: type 'prefix' ('omenbench run' takes them whole)";
    throw bad;
  }
  add(whole);
}

void KeyColumn::add_integer(std::string_view text) {
  const auto value = parse_integer(text);
  if (!value) {
    if (form_.digits == -1 && parse_double(text) && text.find_first_of(".eE") != text.npos) {
      turn_into_doubles();
      return add_double(text);
    }
    throw unexpected_value(text.size() > 18 && parse_double(text) ? "an integer of 64 bits" : "an integer", text);
  }
  add_signed(value->negative && value->magnitude > 0, value->magnitude, text);
}

void KeyColumn::add_signed(bool negative, std::uint64_t magnitude, std::string_view text) {
  any_negative_ |= negative;
  any_beyond_signed_ |= !negative && magnitude >= kSignBit;
  if ((negative && magnitude > kSignBit) || (any_negative_ && any_beyond_signed_)) {
    throw BadValue{fmt::format("'{}' and the values before it do not fit 64 bits together, signed or not", text)};
  }
  values_.push_back(negative ? 0 - magnitude : magnitude);
}

void KeyColumn::turn_into_doubles() {
  for (std::uint64_t& value : values_) {
    const bool negative = any_negative_ && value >= kSignBit;
    const std::uint64_t magnitude = negative ? 0 - value : value;
    if (magnitude > kExactIntegers) throw BadValue{"a decimal among integers beyond 2^53, which it would round"};
    value = key_of_double(negative ? -static_cast<double>(magnitude) : static_cast<double>(magnitude));
  }
  form_ = {ValueType::kDouble, 0};
  any_negative_ = false;
}

void KeyColumn::add_double(std::string_view text) {
  const auto value = parse_double(text);
  if (!value) {
    throw unexpected_value(is_beyond_double(text) ? "a number within the range of a double" : "a finite number", text);
  }
  // Most cells have a point; a long one without may be an integer that a double cannot hold.
  const auto integer = text.size() > 15 ? parse_integer(text) : std::nullopt;
  if (integer && integer->magnitude > kExactIntegers) {
    throw BadValue{fmt::format("integer '{}' beyond 2^53 among decimals, which would round it", text)};
  }
  if (std::abs(*value) > static_cast<double>(kExactIntegers) && text.find_first_of("eE") == text.npos) {
    throw BadValue{fmt::format("'{}' is beyond 2^53 and would be rounded", text)};
  }
  if (rounds_) {
    rounded_ += !prints(text, *value);
  } else if (!style_.takes(text, *value, values_)) {
    throw BadValue{fmt::format(
        "'{}' has more digits than a double tells apart; a recipe reads it exactly with 'scale' or, if it is a time, "
        "with type 'epoch', and rounds it with type 'double'",
        text)};
  }
  values_.push_back(key_of_double(*value));
}

void KeyColumn::add(double value) {
  if (form_.type == ValueType::kInteger) turn_into_doubles();
  form_ = {ValueType::kDouble, 0};
  values_.push_back(key_of_double(value));
}

void KeyColumn::add_timestamp(std::string_view text) {
  const auto instant = parse_timestamp(text);
  if (!instant) throw unexpected_value("a date or timestamp", text);
  (instant->zoned ? any_zoned_ : any_unzoned_) = true;
  if (any_zoned_ && any_unzoned_) {
    throw BadValue{
        fmt::format("'{}' {} an offset from UTC, unlike those before it", text, instant->zoned ? "has" : "lacks")};
  }
  add(*instant);
}

void KeyColumn::add(const Instant& instant) {
  form_.type = ValueType::kTimestamp;
  refine_unit(digits_needed(instant.nanoseconds));
  const std::int64_t scale = power_of_ten(unit_digits_);
  const std::int64_t fraction = instant.nanoseconds / power_of_ten(9 - unit_digits_);
  std::int64_t value = 0;
  if (__builtin_mul_overflow(instant.seconds, scale, &value) || __builtin_add_overflow(value, fraction, &value)) {
    throw BadValue{fmt::format("a timestamp does not fit 64 bits in {}", kUnitNames[unit_digits_])};
  }
  any_negative_ |= value < 0;
  values_.push_back(static_cast<std::uint64_t>(value));
}

void KeyColumn::add(std::uint64_t value) {
  form_.type = ValueType::kInteger;
  any_beyond_signed_ |= value >= kSignBit;
  values_.push_back(value);
}

/// Two's complement, whatever they mean.
void KeyColumn::append(std::span<const std::int64_t> words) {
  std::int64_t signs = 0;
  for (const std::int64_t word : words) signs |= word;
  any_negative_ |= signs < 0;
  values_.insert(values_.end(), words.begin(), words.end());
}

void KeyColumn::add(std::span<const std::int64_t> values) {
  form_.type = ValueType::kInteger;
  append(values);
  if (any_negative_ && any_beyond_signed_) throw BadValue{kNotTogether};
}

void KeyColumn::add(std::span<const std::uint64_t> values) {
  form_.type = ValueType::kInteger;
  std::uint64_t bits = 0;
  for (const std::uint64_t value : values) bits |= value;
  any_beyond_signed_ |= (bits & kSignBit) != 0;
  values_.insert(values_.end(), values.begin(), values.end());
  if (any_negative_ && any_beyond_signed_) throw BadValue{kNotTogether};
}

void KeyColumn::add(std::span<const double> values) {
  form_.type = ValueType::kDouble;
  const std::size_t before = values_.size();
  values_.resize(before + values.size());
  std::ranges::transform(values, values_.begin() + static_cast<std::ptrdiff_t>(before), key_of_double);
}

void KeyColumn::add_fixed(std::span<const std::int64_t> values, int digits) {
  form_ = {ValueType::kFixed, digits};
  append(values);
}

void KeyColumn::add_times(std::span<const std::int64_t> counts, int digits) {
  form_.type = ValueType::kTimestamp;
  refine_unit(digits);
  if (digits == unit_digits_) return append(counts);
  const std::int64_t scale = power_of_ten(unit_digits_ - digits);
  for (const std::int64_t count : counts) {
    std::int64_t scaled = 0;
    if (__builtin_mul_overflow(count, scale, &scaled)) {
      throw BadValue{
          fmt::format("a timestamp does not fit 64 bits in {}, which others need", kUnitNames[unit_digits_])};
    }
    append({&scaled, 1});
  }
}

void KeyColumn::refine_unit(int digits) {
  if (digits <= unit_digits_) return;
  const std::int64_t scale = power_of_ten(digits - unit_digits_);
  for (std::uint64_t& value : values_) {
    std::int64_t scaled = 0;
    if (__builtin_mul_overflow(static_cast<std::int64_t>(value), scale, &scaled)) {
      throw BadValue{
          fmt::format("an earlier timestamp does not fit 64 bits in {}, which this one needs", kUnitNames[digits])};
    }
    value = static_cast<std::uint64_t>(scaled);
  }
  unit_digits_ = digits;
}

void KeyColumn::add_epoch(std::string_view text) {
  const auto nanoseconds = parse_split_decimal(text, 9 - form_.digits);  // a whole one counts the units
  if (!nanoseconds) {
    throw unexpected_value(fmt::format("a number of {}, to the nanosecond at most", kUnitNames[form_.digits]), text);
  }
  const std::int64_t units = power_of_ten(form_.digits);
  std::int64_t seconds = nanoseconds->whole / units;
  std::int64_t left = nanoseconds->whole % units;
  if (left < 0) {
    left += units;
    --seconds;
  }
  const auto fraction = static_cast<std::uint64_t>(left * power_of_ten(9 - form_.digits)) + nanoseconds->rest;
  const ValueForm form = form_;
  add({seconds, static_cast<std::uint32_t>(fraction), false});
  form_ = form;
}

void KeyColumn::add_fixed(std::string_view text) {
  const auto value = parse_fixed_point(text, form_.digits);
  if (!value) {
    const std::string_view fits = parse_split_decimal(text, form_.digits) ? " that fits 64 bits times the scale" : "";
    throw unexpected_value(fmt::format("a number with at most {} digits after the point{}", form_.digits, fits), text);
  }
  any_negative_ |= *value < 0;
  values_.push_back(static_cast<std::uint64_t>(*value));
}

void KeyColumn::add_text(std::string_view text) {
  last_size_ = text.size();
  auto found = texts_.find(text);
  if (found == texts_.end()) found = texts_.emplace(std::string(text), texts_.size()).first;
  values_.push_back(found->second);
}

void KeyColumn::add_bytes(Bytes key, ValueType type) {
  form_.type = type;
  add_bytes(key);
}

void KeyColumn::add_bytes(Bytes key) {
  if (key.size() > kMaxKeyBytes) {
    throw BadValue{fmt::format("a text of {} bytes when a key has at most {}", key.size(), kMaxKeyBytes)};
  }
  last_size_ = key.size();
  values_.push_back(place_of(bytes_.size(), key.size()));
  bytes_ += key;
}

/// The texts by their rank.
std::vector<std::string> KeyColumn::rank_texts() {
  std::vector<std::pair<std::string_view, std::uint64_t>> sorted(texts_.begin(), texts_.end());
  std::sort(sorted.begin(), sorted.end());
  std::vector<std::uint64_t> rank(sorted.size());
  for (std::size_t i = 0; i < sorted.size(); ++i) rank[sorted[i].second] = i;
  for (std::uint64_t& value : values_) value = rank[value];
  std::vector<std::string> texts;
  texts.reserve(sorted.size());
  for (const auto& [text, number] : sorted) texts.emplace_back(text);
  return texts;
}

std::string KeyColumn::integer_type() const {
  if (any_negative_) return "int64 (order-preserving)";
  if (values_.empty()) return "uint64";
  // Worth saying, though the key is the number either way.
  const auto [low, high] = std::minmax_element(values_.begin(), values_.end());
  const int unit = epoch_unit(*low);
  if (unit >= 0 && unit == epoch_unit(*high)) {
    return fmt::format("uint64 (in the range of epoch {})", kUnitNames[unit]);
  }
  return "uint64";
}

/// Nearly all integers look like times, and not all of one unit: most likely two writers of one file disagreed.
std::string KeyColumn::mixed_units() const {
  std::array<std::uint64_t, 10> counts{};
  std::array<std::uint64_t, 10> first{};
  std::uint64_t times = 0;
  for (const std::uint64_t value : values_) {
    const int unit = epoch_unit(value);
    if (unit < 0) continue;
    ++times;
    if (counts[static_cast<std::size_t>(unit)]++ == 0) first[static_cast<std::size_t>(unit)] = value;
  }
  constexpr double kNearlyAll = 0.95;
  if (static_cast<double>(times) < kNearlyAll * static_cast<double>(values_.size())) return "";
  std::vector<std::string> found;
  for (const std::size_t unit : {0u, 3u, 6u, 9u}) {
    if (counts[unit] == 0) continue;
    found.push_back(fmt::format("{} in the range of {} (as {})", counts[unit], kUnitNames[unit], first[unit]));
  }
  if (found.size() < 2) return "";
  return fmt::format("its integers look like times since 1970 in more than one unit: {}", fmt::join(found, ", "));
}

std::vector<std::string> KeyColumn::notes() const {
  std::vector<std::string> notes;
  const bool integers = form_.type == ValueType::kInteger || form_.type == ValueType::kAuto;
  if (std::string mixed = integers && !any_negative_ ? mixed_units() : ""; !mixed.empty()) {
    notes.push_back(std::move(mixed));
  }
  if (rounded_ > 0) notes.push_back(fmt::format("{} of {} decimals rounded to doubles", rounded_, values_.size()));
  return notes;
}

EncodedColumn KeyColumn::finish() && {
  std::vector<std::string> noted = notes();
  std::vector<std::string> ranked;
  std::string type;
  switch (form_.type) {
    case ValueType::kAuto:
    case ValueType::kInteger:
      type = integer_type();
      break;
    case ValueType::kDouble:
      type = "double (order-preserving)";
      break;
    case ValueType::kTimestamp:
    case ValueType::kEpoch:
      type = fmt::format("timestamp {}", kUnitNames[unit_digits_]);
      break;
    case ValueType::kFixed:
      type = fmt::format("decimal with {} digits after the point", form_.digits);
      break;
    case ValueType::kText:
      type = fmt::format("rank among {} texts", texts_.size());
      ranked = rank_texts();
      break;
    case ValueType::kPrefix:
      type = "first 8 bytes of a text";
      break;
    case ValueType::kIpv4:
      type = "IPv4 address";
      break;
    case ValueType::kIpv6:
      type = "IPv6 address, first 64 bits";
      break;
    case ValueType::kHex:
      type = "uint64 (written in hexadecimal)";
      break;
    case ValueType::kUuid:
      type = "UUID, first 64 bits";
      break;
    case ValueType::kBytes:
      type = "byte strings (as written, in the order of their bytes: collation C)";
      break;
    case ValueType::kUuidBytes:
      type = "byte strings (UUIDs, 16 bytes)";
      break;
    case ValueType::kIpv6Bytes:
      type = "byte strings (IPv6 addresses, 16 bytes)";
      break;
    case ValueType::kInet:
      type = "byte strings (IP addresses or networks, in PostgreSQL's order)";
      break;
    case ValueType::kHexBytes:
      type = "byte strings (written in hexadecimal)";
      break;
  }
  if (is_byte_string(form_.type)) {
    return {std::move(values_), std::move(type), std::move(noted), std::move(bytes_), {}};
  }
  if (any_negative_) {
    for (std::uint64_t& value : values_) value ^= kSignBit;
  }
  return {std::move(values_), std::move(type), std::move(noted), std::nullopt, std::move(ranked)};
}

}  // namespace omenbench::datasets
