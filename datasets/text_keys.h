// Byte strings as keys on their way to a dataset: one text and the places in it (core/key_kind.h), first in any order,
// then ascending and distinct.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/key_kind.h"

namespace omenbench::datasets {

struct TextKeys {
  std::string text;
  std::vector<Key> places;

  Bytes key(std::size_t i) const { return bytes_at(text.data(), places[i]); }
  /// REQUIRES: key.size() <= kMaxKeyBytes.
  void add(Bytes key) {
    places.push_back(place_of(text.size(), key.size()));
    text += key;
  }
};

/// Sorts, drops equal keys and lays the text out anew, so that places ascend. Returns how many were dropped. `ranks`
/// learns which of the distinct keys each was, in the order in which they came.
std::uint64_t sort_texts(TextKeys& keys, std::vector<std::uint64_t>* ranks = nullptr);

/// Exactly n of the keys, every subset as likely as any other, in order. REQUIRES: n <= places.size().
TextKeys sample_texts(std::span<const Key> places, std::string_view text, std::uint64_t n, std::uint64_t seed);

/// What is wrong with '--duplicates sequence' for byte strings.
std::string no_sequence(const std::string& name);

/// The identity of a dataset of byte strings: of their places as little-endian words, and of the text. REQUIRES:
/// sorted.
std::string sha256_of_texts(std::span<const Key> places, std::string_view text);

/// The 16 bytes of a UUID as it is usually written; they order as PostgreSQL orders the type. Throws BadValue.
std::string bytes_of_uuid(std::string_view text);

/// The 16 bytes of an IPv6 address. Throws BadValue.
std::string bytes_of_ipv6(std::string_view text);

/// An IP address or network of either family ("10.0.0.1", "2001:db8::/32"), as PostgreSQL orders its type inet: IPv4
/// first, then by network, then by the length of its mask, then by the rest of the address. Bytes: 4 or 6, the network
/// with zeros behind its mask, the mask's length, and where it is not the longest the whole address. Throws BadValue.
std::string bytes_of_inet(std::string_view text);

/// The bytes that pairs of hexadecimal digits stand for, with or without 0x or \x before them. Throws BadValue.
std::string bytes_of_hex(std::string_view text);

}  // namespace omenbench::datasets
