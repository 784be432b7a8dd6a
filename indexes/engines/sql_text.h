// What the SQL engines share: how a 64-bit unsigned key lives in a signed SQL integer, and settings as a JSON object.
//
// SQL has signed 64-bit integers only, while keys reach 2^64 - 1. Flipping the top bit maps 0 .. 2^64-1 onto
// -2^63 .. 2^63-1 in the same order, so that range scans need no special case at 2^63. Payloads are only carried: they
// keep their bit pattern.
#pragma once

#include <bit>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/types.h"

namespace omenbench {

inline constexpr std::uint64_t kSignBit = std::uint64_t{1} << 63;

/// The SQL integer that stands for `key`; order-preserving and bijective.
constexpr std::int64_t sql_key(Key key) { return std::bit_cast<std::int64_t>(key ^ kSignBit); }
/// Inverse of sql_key.
constexpr Key key_of(std::int64_t value) { return std::bit_cast<Key>(value) ^ kSignBit; }

/// The SQL integer with the payload's bit pattern, and back.
constexpr std::int64_t sql_payload(Payload payload) { return std::bit_cast<std::int64_t>(payload); }
constexpr Payload payload_of_sql(std::int64_t value) { return std::bit_cast<Payload>(value); }

using Settings = std::vector<std::pair<std::string, std::string>>;

/// `text` as a JSON string, quotes included. Bytes above 127 pass unchanged.
inline std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(c));
      out += escaped;
    } else {
      out += c;
    }
  }
  return out + '"';
}

/// A flat JSON object of texts, in the given order.
inline std::string settings_json(const Settings& settings) {
  std::string out = "{";
  for (const auto& [name, value] : settings) {
    if (out.size() > 1) out += ", ";
    out += json_string(name) + ": " + json_string(value);
  }
  return out + '}';
}

}  // namespace omenbench
