// One column of values, read as text and kept as 64-bit words whose order is the order of the values. The type of the
// first value is the type of the column (integers may turn into decimals later), and timestamps share one unit: the
// finest that any of them needs. Two different values never become one word: what would need rounding is refused.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/key_kind.h"
#include "datasets/decimal_style.h"
#include "datasets/key_parsing.h"

namespace omenbench::datasets {

enum class ValueType : std::uint8_t {
  kAuto,       ///< whatever the values look like: integer, double or timestamp; text where `text_allowed`
  kInteger,    ///< any of uint64 and int64, but not beyond both
  kDouble,     ///< order-preserving bits; where it was asked for by name, texts beyond doubles are rounded and counted
  kTimestamp,  ///< ISO 8601
  kEpoch,      ///< number of units since 1970, a fraction allowed
  kFixed,      ///< decimals with at most so many digits after the point, as integers
  kText,       ///< rank in the sorted list of the distinct texts
  kPrefix,     ///< first eight bytes, big-endian
  kIpv4,       ///< a dotted address as a 32-bit number
  kIpv6,       ///< the first 64 bits of an address
  kHex,        ///< a hexadecimal number
  kUuid,       ///< the first 64 bits of a UUID
  kBytes,      ///< the text itself: a byte string
  kUuidBytes,  ///< the 16 bytes of a UUID
  kIpv6Bytes,  ///< the 16 bytes of an address
  kInet,       ///< an IP address or network of either family (text_keys.h)
  kHexBytes,   ///< the bytes that hexadecimal digits stand for
};

/// Whether values of the type are byte strings instead of words.
constexpr bool is_byte_string(ValueType type) { return type >= ValueType::kBytes; }

/// How to read a column. `digits`: kEpoch: 0 for seconds, 3 ms, 6 us, 9 ns; kFixed: digits after the point.
struct ValueForm {
  ValueType type = ValueType::kAuto;
  int digits = 0;
};

struct EncodedColumn {
  std::vector<std::uint64_t> values;
  std::string type;                   ///< for DatasetInfo::key_type
  std::vector<std::string> notes;     ///< what a reader must know of the values
  std::optional<std::string> text{};  ///< byte strings: what `values` are places in (core/key_kind.h)
  std::vector<std::string> ranked{};  ///< texts by their rank, where `values` are ranks
};

class KeyColumn {
 public:
  KeyColumn(ValueForm form, bool text_allowed)
      : form_(form),
        text_allowed_(text_allowed),
        text_given_(form.type == ValueType::kText || form.type == ValueType::kPrefix),
        rounds_(form.type == ValueType::kDouble) {}

  /// Appends one value. Throws BadValue.
  void add(std::string_view text);
  void add(const Instant& instant);
  void add(std::uint64_t value);
  /// Of a source that holds doubles. REQUIRES: finite.
  void add(double value);
  /// Of a source that holds byte strings; `type` says what they are. REQUIRES: is_byte_string(type), and no values of
  /// another type.
  void add_bytes(Bytes key, ValueType type);

  /// Many of a source whose values have one type: integers of either sign, doubles (REQUIRES: finite), decimals times
  /// 10^digits, and counts of 10^-digits seconds since 1970. Throws BadValue.
  void add(std::span<const std::int64_t> values);
  void add(std::span<const std::uint64_t> values);
  void add(std::span<const double> values);
  void add_fixed(std::span<const std::int64_t> values, int digits);
  void add_times(std::span<const std::int64_t> counts, int digits);

  std::size_t size() const { return values_.size(); }
  /// From now on a first value that is neither number nor time makes this a column of byte strings.
  void take_byte_strings() { bytes_allowed_ = true; }
  bool holds_byte_strings() const { return is_byte_string(form_.type); }
  /// Bytes of the last value: of a text its length.
  std::size_t last_size() const { return last_size_; }
  /// Whether an empty cell is a text of this column rather than no value.
  bool takes_empty() const { return text_given_; }
  EncodedColumn finish() &&;

 private:
  void add_by_first_value(std::string_view whole);
  void add_looked_like(std::string (*bytes_of)(std::string_view), std::string_view text);
  void add_integer(std::string_view text);
  void add_double(std::string_view text);
  void add_timestamp(std::string_view text);
  void add_epoch(std::string_view text);
  void add_fixed(std::string_view text);
  void add_text(std::string_view text);
  void add_bytes(Bytes key);
  void add_signed(bool negative, std::uint64_t magnitude, std::string_view text);
  void append(std::span<const std::int64_t> words);
  void keep_double(double value);
  void turn_into_doubles();
  void refine_unit(int digits);
  std::vector<std::string> rank_texts();
  std::string integer_type() const;
  std::string mixed_units() const;
  std::vector<std::string> notes() const;

  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  ValueForm form_;
  bool text_allowed_;
  bool text_given_;
  bool bytes_allowed_ = false;
  bool by_first_value_ = false;  ///< what byte strings these are
  std::size_t last_size_ = sizeof(Key);
  std::string bytes_;                  ///< byte strings: what values_ are places in
  std::vector<std::uint64_t> values_;  ///< integers and instants: two's complement until finish()
  bool any_negative_ = false;
  bool rounds_ = false;  ///< doubles were asked for by name
  std::uint64_t rounded_ = 0;
  DecimalStyle style_;
  bool any_beyond_signed_ = false;
  int unit_digits_ = 0;  ///< timestamps: 10^-unit_digits_ seconds
  bool any_zoned_ = false;
  bool any_unzoned_ = false;
  std::unordered_map<std::string, std::uint64_t, TextHash, std::equal_to<>> texts_;  ///< to order of appearance
};

}  // namespace omenbench::datasets
