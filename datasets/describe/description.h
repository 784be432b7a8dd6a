// Everything `omenbench data describe` says about keys: statistics, hardness, and what both mean in words.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "datasets/dataset.h"
#include "datasets/describe/hardness.h"
#include "datasets/describe/key_statistics.h"
#include "datasets/describe/sortedness.h"
#include "datasets/describe/text_statistics.h"

namespace omenbench::datasets {

struct Description {
  DatasetInfo info;                      ///< of the distinct keys
  std::uint64_t longest_run = 0;         ///< of equal values
  std::optional<Sortedness> sortedness;  ///< of the values as they came; none for keys made in order
  std::optional<TextStatistics> texts;   ///< byte strings; what follows is then said of the words of their projection
  KeyStatistics keys;
  std::vector<SegmentCount> pla;
  RmiError rmi;

  /// How many numbers `keys`, `pla` and `rmi` are of.
  std::uint64_t numbers() const { return texts ? texts->projection.words : info.n; }
  /// Segments at that epsilon. REQUIRES: 4, 8, ..., 4,096.
  std::uint64_t segments(std::int64_t epsilon) const;
};

struct Described {
  Description description;
  std::vector<Key> keys;              ///< distinct and ascending; byte strings: their places in `text`
  std::optional<std::string> text{};  ///< byte strings
  std::vector<Key> words{};           ///< byte strings: those of their projection, distinct and ascending

  /// What pictures show.
  std::span<const Key> numbers() const { return text ? words : keys; }
};

/// Describes values that are at hand; of the request, the number of keys, the seed and what becomes of duplicates
/// count. Throws Error when the request cannot be met.
Described describe_values(OriginalValues original, const DatasetRequest& request);

/// Reads the request's values anew and describes its distinct keys (with DatasetRequest::keys: that many, sampled as
/// load_dataset does). Throws Error as load_dataset does.
Described describe_dataset(const DatasetRequest& request);

/// Schema "omenbench.description/1"; docs/datasets.md tells every field.
nlohmann::ordered_json to_json(const Description& description);

/// Sentences: shape, order, and what to expect of learned indexes. The thresholds stand in docs/datasets.md.
std::vector<std::string> in_words(const Description& description, bool forecast = true);
/// The same of byte strings, `order` being the sentence about that. REQUIRES: description.texts.
std::vector<std::string> texts_in_words(const Description& description, const std::string& order, bool forecast);

}  // namespace omenbench::datasets
