// Byte strings of the conformance suite: a case names them by their numbers in an ascending list, so that its keys,
// operations and shrinking are those of 64-bit keys; what an index is given are the strings.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/key_kind.h"

namespace omenbench::conformance {

class Texts {
 public:
  /// `texts`: ascending, distinct.
  explicit Texts(const std::vector<std::string>& texts);

  std::uint64_t size() const { return places_.size(); }
  Bytes operator[](std::uint64_t number) const { return bytes_at(text_.data(), places_[number]); }
  Key place(std::uint64_t number) const { return places_[number]; }
  std::uint64_t longest() const {
    std::uint64_t most = 0;
    for (const Key place : places_) most = std::max<std::uint64_t>(most, length_of(place));
    return most;
  }
  const char* text() const { return text_.data(); }

 private:
  std::string text_;
  std::vector<Key> places_;
};

/// A set of byte strings that breaks indexes, with strings beside and between them to ask for.
struct TextSet {
  std::string name;
  std::shared_ptr<const Texts> texts;  ///< all that may be asked for
  std::vector<Key> keys;               ///< numbers of those that belong to the set
};

/// Seeded; `count` is the size of the large ones.
std::vector<TextSet> text_sets(std::size_t count, std::uint64_t seed);

/// Sets of sixteen bytes each, as are the strings beside and between them: what breaks an index that takes them as
/// integers of 128 bits, or as two halves.
std::vector<TextSet> sixteen_byte_sets(std::size_t count, std::uint64_t seed);

/// `count` random byte strings of 8 to 39 bytes, and their numbers.
TextSet random_texts(std::size_t count, std::uint64_t seed);
/// `count` random ones of sixteen bytes, and their numbers.
TextSet random_sixteen_bytes(std::size_t count, std::uint64_t seed);

}  // namespace omenbench::conformance
