// Keys that are not there: a key inside a random non-empty gap between two neighbours, so that a miss costs an index
// the same search as a hit. Keys outside the range would be rejected by a comparison with the ends.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/rng.h"
#include "core/types.h"

namespace omenbench {

/// An absent key and the ordinal of the first present key above it (n: none).
struct MissingKey {
  Key key = 0;
  std::uint64_t above = 0;
};

class MissingKeys {
 public:
  /// Counts the gaps: O(n). `keys` must outlive this object. Throws Error when the keys leave no key out. With
  /// `key_text` the keys are byte strings, and so many missing ones are made beforehand, by the seed: of one length
  /// where all keys have it.
  explicit MissingKeys(std::span<const Key> keys, std::optional<std::string_view> key_text = std::nullopt,
                       std::uint64_t seed = 0);
  /// Uniform over the non-empty gaps, and uniform inside the gap; of byte strings uniform over those made.
  MissingKey draw(Rng& rng) const;
  /// True when there is no gap between keys, so that every miss lies outside their range.
  bool outside() const { return gaps_ == 0; }
  /// What missing byte strings are places in, behind the keys' text. To be called last.
  std::string take_text() { return std::move(text_); }

 private:
  void make_texts(std::string_view key_text, Rng rng);

  std::span<const Key> keys_;
  std::uint64_t gaps_ = 0;
  /// Ordinals in front of a gap, listed when gaps are so rare that drawing until one is hit would take long.
  std::vector<std::uint64_t> rare_;
  std::vector<MissingKey> made_;  ///< byte strings
  std::string text_;
};

/// A text between two neighbours that neither is, made of the lower one where that is possible, so that it shares with
/// them what keys share, and is as long. None: nothing lies between them. `like` is where further bytes are drawn from.
/// REQUIRES: low < high.
std::optional<std::string> text_between(std::string_view low, std::string_view high, std::string_view like, Rng& rng);
/// The same, exactly as long as the two. REQUIRES: these are equally long; low < high.
std::optional<std::string> text_of_length_between(std::string_view low, std::string_view high, std::string_view like,
                                                  Rng& rng);

}  // namespace omenbench
