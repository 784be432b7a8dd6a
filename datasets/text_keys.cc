// See text_keys.h.
#include "datasets/text_keys.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/digest.h"
#include "datasets/key_parsing.h"
#include "datasets/key_set.h"

namespace omenbench::datasets {
namespace {

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/// Pairs of digits as bytes; false when there is anything else.
bool append_digits(std::string_view digits, std::string& bytes) {
  if (digits.size() % 2 != 0) return false;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const int high = digit_of(digits[i]), low = digit_of(digits[i + 1]);
    if (high < 0 || low < 0) return false;
    bytes += static_cast<char>(high * 16 + low);
  }
  return true;
}

/// The bytes of an address of one family, in network order.
std::optional<std::string> address_of(std::string_view text, int family) {
  std::string bytes(family == AF_INET6 ? 16 : 4, '\0');
  if (inet_pton(family, std::string(text).c_str(), bytes.data()) != 1) return std::nullopt;
  return bytes;
}

}  // namespace

std::uint64_t sort_texts(TextKeys& keys, std::vector<std::uint64_t>* ranks) {
  // Most keys differ in their heads, which lie beside the places.
  struct Item {
    std::uint64_t head;
    Key place;
    std::uint64_t number;
  };
  std::vector<Item> items;
  items.reserve(keys.places.size());
  for (std::size_t i = 0; i < keys.places.size(); ++i) items.push_back({head_of(keys.key(i)), keys.places[i], i});
  if (ranks != nullptr) ranks->resize(items.size());
  const char* const text = keys.text.data();
  std::sort(items.begin(), items.end(), [text](const Item& a, const Item& b) {
    return a.head != b.head ? a.head < b.head : bytes_at(text, a.place) < bytes_at(text, b.place);
  });
  TextKeys sorted;
  sorted.text.reserve(keys.text.size());
  sorted.places.reserve(items.size());
  for (const Item& item : items) {
    const Bytes key = bytes_at(text, item.place);
    if (sorted.places.empty() || sorted.key(sorted.places.size() - 1) != key) sorted.add(key);
    if (ranks != nullptr) (*ranks)[item.number] = sorted.places.size() - 1;
  }
  keys = std::move(sorted);
  return items.size() - keys.places.size();
}

TextKeys sample_texts(std::span<const Key> places, std::string_view text, std::uint64_t n, std::uint64_t seed) {
  TextKeys sample;
  for (const Key place : sample_keys(places, n, seed)) sample.add(bytes_at(text.data(), place));
  return sample;
}

std::string no_sequence(const std::string& name) {
  return fmt::format("dataset '{}': '--duplicates sequence' makes 64-bit keys distinct, these are byte strings", name);
}

std::string sha256_of_texts(std::span<const Key> places, std::string_view text) {
  Digest digest;
  digest.update({reinterpret_cast<const char*>(places.data()), places.size_bytes()});
  digest.update(text);
  return digest.hex();
}

std::string bytes_of_uuid(std::string_view text) {
  const std::string_view whole = text;
  if (text.starts_with('{') && text.ends_with('}')) text = text.substr(1, text.size() - 2);
  constexpr std::array<std::size_t, 5> kGroups = {8, 4, 4, 4, 12};
  std::string bytes;
  for (const std::size_t group : kGroups) {
    if (group != kGroups[0] && !text.empty() && text.front() == '-') text.remove_prefix(1);
    if (text.size() < group || !append_digits(text.substr(0, group), bytes)) throw unexpected("a UUID", whole);
    text.remove_prefix(group);
  }
  if (!text.empty()) throw unexpected("a UUID", whole);
  return bytes;
}

std::string bytes_of_ipv6(std::string_view text) {
  const auto bytes = address_of(text, AF_INET6);
  if (!bytes) throw unexpected("an IPv6 address", text);
  return *bytes;
}

std::string bytes_of_inet(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view written = text.substr(0, slash);
  const bool v6 = written.find(':') != written.npos;
  const auto address = address_of(written, v6 ? AF_INET6 : AF_INET);
  std::size_t mask = v6 ? 128 : 32;
  const std::size_t longest = mask;
  if (slash != text.npos) {
    const auto given = parse_integer(text.substr(slash + 1));
    if (!given || given->negative || given->magnitude > longest) {
      throw unexpected("an IP address or network", text);
    }
    mask = given->magnitude;
  }
  if (!address) throw unexpected("an IP address or network", text);
  std::string key(1, v6 ? '\6' : '\4');
  for (std::size_t i = 0; i < address->size(); ++i) {
    const std::size_t kept = mask > 8 * i ? std::min<std::size_t>(8, mask - 8 * i) : 0;
    key += static_cast<char>((*address)[i] & static_cast<char>(0xff00 >> kept));
  }
  key += static_cast<char>(mask);
  if (mask < longest) key += *address;
  return key;
}

std::string bytes_of_hex(std::string_view text) {
  std::string_view digits = text;
  for (const std::string_view mark : {"0x", "0X", "\\x"}) {
    if (digits.starts_with(mark)) digits.remove_prefix(mark.size());
  }
  std::string bytes;
  if (!append_digits(digits, bytes)) throw unexpected("pairs of hexadecimal digits", text);
  return bytes;
}

}  // namespace omenbench::datasets
