// See the header.
#include "tools/omenbench/fitting_kinds.h"

#include <fmt/format.h>

#include "core/common_length.h"

namespace omenbench {

std::set<KeyKind> fitting_kinds(const Dataset& dataset) {
  if (!dataset.text()) return {KeyKind::kU64};
  if (common_length(dataset.keys()) == kU128Bytes) return {KeyKind::kBytes, KeyKind::kU128};
  return {KeyKind::kBytes};
}

std::string words_of(KeyKind kind) {
  if (kind == KeyKind::kU64) return "64-bit integers";
  return kind == KeyKind::kBytes ? "byte strings" : fmt::format("byte strings of {} bytes", kU128Bytes);
}

}  // namespace omenbench
