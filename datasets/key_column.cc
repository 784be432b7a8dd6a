// See key_column.h.
#include "datasets/key_column.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace omenbench::datasets {
namespace {

constexpr std::string_view kUnitNames[] = {"s", "", "", "ms", "", "", "us", "", "", "ns"};
constexpr std::int64_t kBillion = 1'000'000'000;

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

}  // namespace

void KeyColumn::add(std::string_view text) {
  switch (form_.type) {
    case ValueType::kAuto:
      return add_by_first_value(trim(text));
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
  }
}

void KeyColumn::add_by_first_value(std::string_view text) {
  if (parse_integer(text)) {
    form_.type = ValueType::kInteger;
    // An integer of a column whose type was not given may still turn out to be the first of decimals.
    form_.digits = -1;
  } else if (parse_timestamp(text)) {
    form_.type = ValueType::kTimestamp;
  } else if (parse_double(text)) {
    form_.type = ValueType::kDouble;
  } else if (text_allowed_ && !text.empty()) {
    form_.type = ValueType::kText;
  } else {
    throw unexpected("a number or a date", text);
  }
  add(text);
}

void KeyColumn::add_integer(std::string_view text) {
  const auto value = parse_integer(text);
  if (!value) {
    if (form_.digits == -1 && parse_double(text) && text.find_first_of(".eE") != text.npos) {
      turn_into_doubles();
      return add_double(text);
    }
    throw unexpected(text.size() > 18 && parse_double(text) ? "an integer of 64 bits" : "an integer", text);
  }
  const bool negative = value->negative && value->magnitude > 0;
  any_negative_ |= negative;
  any_beyond_signed_ |= !negative && value->magnitude >= kSignBit;
  if ((negative && value->magnitude > kSignBit) || (any_negative_ && any_beyond_signed_)) {
    throw BadValue{fmt::format("'{}' and the values before it do not fit 64 bits together, signed or not", text)};
  }
  values_.push_back(negative ? 0 - value->magnitude : value->magnitude);
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
  if (!value) throw unexpected("a finite number", text);
  // Most cells have a point; a long one without may be an integer that a double cannot hold.
  const auto integer = text.size() > 15 ? parse_integer(text) : std::nullopt;
  if (integer && integer->magnitude > kExactIntegers) {
    throw BadValue{fmt::format("integer '{}' beyond 2^53 among decimals, which would round it", text)};
  }
  const bool scientific = text.find_first_of("eE") != text.npos;
  if (!scientific && std::abs(*value) > static_cast<double>(kExactIntegers)) {
    throw BadValue{fmt::format("'{}' is beyond 2^53 and would be rounded", text)};
  }
  values_.push_back(key_of_double(*value));
}

void KeyColumn::add_timestamp(std::string_view text) {
  const auto instant = parse_timestamp(text);
  if (!instant) throw unexpected("a date or timestamp", text);
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
  // Whole units first: nanoseconds of large values would overflow.
  const std::size_t point = text.find('.');
  const auto whole = parse_fixed_point(text.substr(0, point), 0);
  const int finer = 9 - form_.digits;
  const auto fraction =
      point == text.npos ? std::optional<std::int64_t>(0) : parse_fixed_point(text.substr(point), finer);
  if (!whole || !fraction) throw unexpected(fmt::format("a number of {}", kUnitNames[form_.digits]), text);
  const std::int64_t units = power_of_ten(form_.digits);
  const bool negative = text.starts_with('-');
  std::int64_t seconds = *whole / units;
  std::int64_t nanoseconds = *whole % units * power_of_ten(finer) + (negative ? -*fraction : *fraction);
  if (nanoseconds < 0) {
    nanoseconds += kBillion;
    --seconds;
  }
  const ValueForm form = form_;
  add({seconds, static_cast<std::uint32_t>(nanoseconds), false});
  form_ = form;
}

void KeyColumn::add_fixed(std::string_view text) {
  const auto value = parse_fixed_point(text, form_.digits);
  if (!value) throw unexpected(fmt::format("a number with at most {} digits after the point", form_.digits), text);
  any_negative_ |= *value < 0;
  values_.push_back(static_cast<std::uint64_t>(*value));
}

void KeyColumn::add_text(std::string_view text) {
  auto found = texts_.find(text);
  if (found == texts_.end()) found = texts_.emplace(std::string(text), texts_.size()).first;
  values_.push_back(found->second);
}

void KeyColumn::rank_texts() {
  std::vector<std::pair<std::string_view, std::uint64_t>> sorted(texts_.begin(), texts_.end());
  std::sort(sorted.begin(), sorted.end());
  std::vector<std::uint64_t> rank(sorted.size());
  for (std::size_t i = 0; i < sorted.size(); ++i) rank[sorted[i].second] = i;
  for (std::uint64_t& value : values_) value = rank[value];
}

std::string KeyColumn::integer_type() const {
  if (any_negative_) return "int64 (order-preserving)";
  if (values_.empty()) return "uint64";
  // 1990 to 2100 in one of the four units: worth saying, though the key is the number either way.
  const auto [low, high] = std::minmax_element(values_.begin(), values_.end());
  for (const int digits : {0, 3, 6, 9}) {
    const auto scale = static_cast<std::uint64_t>(power_of_ten(digits));
    if (*low / scale >= 631'152'000 && *high / scale < 4'102'444'800) {
      return fmt::format("uint64 (in the range of epoch {})", kUnitNames[digits]);
    }
  }
  return "uint64";
}

EncodedColumn KeyColumn::finish() && {
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
      rank_texts();
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
  }
  if (any_negative_) {
    for (std::uint64_t& value : values_) value ^= kSignBit;
  }
  return {std::move(values_), std::move(type)};
}

}  // namespace omenbench::datasets
