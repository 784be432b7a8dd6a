// Drawing from gaps by rejection, or from their list; see the header.
#include "workloads/missing_keys.h"

#include "core/error.h"

namespace omenbench {
namespace {

bool has_gap(std::span<const Key> keys, std::uint64_t ordinal) { return keys[ordinal + 1] - keys[ordinal] > 1; }

/// Gaps rarer than one in this many neighbours are listed.
constexpr std::uint64_t kRare = 16;

}  // namespace

MissingKeys::MissingKeys(std::span<const Key> keys) : keys_(keys) {
  for (std::uint64_t i = 0; i + 1 < keys.size(); ++i) gaps_ += has_gap(keys, i);
  if (gaps_ == 0) {
    if (keys.empty() || (keys.front() == 0 && keys.back() == ~Key{0})) {
      throw Error("no key can be missed: the dataset leaves no key out");
    }
  } else if (gaps_ < keys.size() / kRare) {
    for (std::uint64_t i = 0; i + 1 < keys.size(); ++i) {
      if (has_gap(keys, i)) rare_.push_back(i);
    }
  }
}

MissingKey MissingKeys::draw(Rng& rng) const {
  if (outside()) {
    const std::uint64_t below = keys_.front();
    const std::uint64_t above = ~Key{0} - keys_.back();
    // Both cannot be so large that the sum wraps: at least one key lies between them.
    const std::uint64_t choice = rng.below(below + above);
    return choice < below ? MissingKey{choice, 0} : MissingKey{keys_.back() + 1 + (choice - below), keys_.size()};
  }
  std::uint64_t ordinal = 0;
  if (rare_.empty()) {
    do {
      ordinal = rng.below(keys_.size() - 1);
    } while (!has_gap(keys_, ordinal));
  } else {
    ordinal = rare_[rng.below(rare_.size())];
  }
  return {keys_[ordinal] + 1 + rng.below(keys_[ordinal + 1] - keys_[ordinal] - 1), ordinal + 1};
}

}  // namespace omenbench
