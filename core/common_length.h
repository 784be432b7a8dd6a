// Whether byte strings are all equally long, which is what lets an index take them as integers (core/key_kind.h).
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "core/key_kind.h"

namespace omenbench {

/// The length that all of these places have; none where it differs, or there are none. O(n).
inline std::optional<std::size_t> common_length(std::span<const Key> places) {
  for (const Key place : places) {
    if (length_of(place) != length_of(places.front())) return std::nullopt;
  }
  return places.empty() ? std::nullopt : std::optional(length_of(places.front()));
}

}  // namespace omenbench
