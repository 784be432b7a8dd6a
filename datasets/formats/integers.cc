// See integers.h.
#include "datasets/formats/integers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cmath>
#include <cstring>
#include <span>
#include <utility>

#include "core/error.h"
#include "datasets/key_parsing.h"

namespace omenbench::datasets {
namespace {

constexpr std::size_t kChunkBytes = 128 * 1024;

/// Fills `out` unless the bytes end before; returns how many there were.
std::size_t read_fully(ByteSource& bytes, std::span<char> out) {
  std::size_t got = 0;
  while (got < out.size()) {
    const std::size_t more = bytes.read(out.subspan(got));
    if (more == 0) break;
    got += more;
  }
  return got;
}

template <class Word>
Word load(const char* at, bool big_endian) {
  Word word;
  std::memcpy(&word, at, sizeof word);
  if (!big_endian) return word;
  if constexpr (sizeof word == 8) return __builtin_bswap64(word);
  if constexpr (sizeof word == 4) return __builtin_bswap32(word);
}

/// None where it is not finite.
std::optional<std::uint64_t> decode(const char* at, const BinaryForm& form) {
  const bool wide = form.bits == 64;
  const std::uint64_t word = wide ? load<std::uint64_t>(at, form.big_endian) : load<std::uint32_t>(at, form.big_endian);
  switch (form.numbers) {
    case Numbers::kUnsigned:
      return word;
    case Numbers::kSigned:
      return wide ? word : static_cast<std::uint64_t>(static_cast<std::int32_t>(word));
    case Numbers::kFloating: {
      const double value = wide ? std::bit_cast<double>(word) : std::bit_cast<float>(static_cast<std::uint32_t>(word));
      return std::isfinite(value) ? std::optional(key_of_double(value)) : std::nullopt;
    }
  }
  return std::nullopt;
}

/// Appends all numbers to the end of the bytes; returns how many bytes there were.
std::uint64_t append_all(ByteSource& bytes, const BinaryForm& form, const Place& place,
                         std::vector<std::uint64_t>& keys) {
  assert(form.bits == 32 || form.bits == 64);
  const std::size_t width = static_cast<std::size_t>(form.bits) / 8;
  std::vector<char> chunk(kChunkBytes);
  std::uint64_t total = 0;
  while (const std::size_t got = read_fully(bytes, chunk)) {
    for (std::size_t at = 0; at + width <= got; at += width) {
      const auto key = decode(&chunk[at], form);
      if (!key) throw Error(fmt::format("{}: number {} is not finite", place.text(), (total + at) / width + 1));
      keys.push_back(*key);
    }
    total += got;
  }
  return total;
}

}  // namespace

std::string BinaryForm::name() const {
  const char* kind = numbers == Numbers::kUnsigned ? "uint" : numbers == Numbers::kSigned ? "int" : "float";
  return fmt::format("{}{}", kind, bits);
}

std::optional<BinaryForm> binary_form_by_name(std::string_view name) {
  using Suffix = std::pair<std::string_view, BinaryForm>;
  constexpr Numbers kFloating = Numbers::kFloating;
  static constexpr std::array<Suffix, 10> kSuffixes = {{{"uint64", {64, Numbers::kUnsigned}},
                                                        {"uint32", {32, Numbers::kUnsigned}},
                                                        {"int64", {64, Numbers::kSigned}},
                                                        {"int32", {32, Numbers::kSigned}},
                                                        {"double", {64, kFloating}},
                                                        {"float64", {64, kFloating}},
                                                        {"f64", {64, kFloating}},
                                                        {"float", {32, kFloating}},
                                                        {"float32", {32, kFloating}},
                                                        {"f32", {32, kFloating}}}};
  const std::size_t before = name.find_last_of("_.");
  if (before == name.npos) return std::nullopt;
  const auto found = std::ranges::find(kSuffixes, name.substr(before + 1), &Suffix::first);
  return found == kSuffixes.end() ? std::nullopt : std::optional(found->second);
}

void read_sosd(ByteSource& bytes, const BinaryForm& form, const Place& place, std::vector<std::uint64_t>& keys) {
  char head[8];
  if (const std::size_t got = read_fully(bytes, head); got != sizeof head) {
    throw Error(fmt::format("{}: expected a SOSD count of 8 bytes, the file has {}", place.text(), got));
  }
  std::uint64_t count = 0;
  std::memcpy(&count, head, sizeof count);
  // The count is not to be trusted with memory before the bytes are there.
  keys.reserve(keys.size() + std::min<std::uint64_t>(count, 1 << 20));
  const std::uint64_t got = append_all(bytes, form, place, keys);
  const auto width = static_cast<unsigned>(form.bits / 8);
  if (got != static_cast<unsigned __int128>(count) * width) {
    throw Error(
        fmt::format("{}: its count says {} keys of {} bits, but {} bytes ({} keys) follow; without a count it is "
                    "read as FILE:@raw-{}",
                    place.text(), count, form.bits, got, got / width, form.name()));
  }
}

void read_raw(ByteSource& bytes, const BinaryForm& form, const Place& place, std::vector<std::uint64_t>& keys) {
  const std::uint64_t got = append_all(bytes, form, place, keys);
  if (got % static_cast<unsigned>(form.bits / 8) != 0) {
    throw Error(fmt::format("{}: expected numbers of {} bits, but {} bytes are no whole number of them", place.text(),
                            form.bits, got));
  }
}

}  // namespace omenbench::datasets
