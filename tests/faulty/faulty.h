// A correct static index to spoil: each file of this folder registers one way of going wrong, for tests of the
// coordinator. They live in a worker of their own, so that no user ever meets them.
#pragma once

#include <cstdint>

#include "indexes/arrays/branchless_search.h"

namespace omenbench {

using CorrectIndex = StaticIndex<BranchlessSearch<false>>;

/// Correct until `find` has been called kPatience times on one object; then `Fault::strike(key, payload, found)`
/// decides.
template <class Fault>
class SpoiledIndex : public CorrectIndex {
 public:
  bool find(Key key, Payload& payload) {
    const bool found = CorrectIndex::find(key, payload);
    return ++calls_ > kPatience ? Fault::strike(calls_, payload, found) : found;
  }

 private:
  static constexpr std::uint64_t kPatience = 1000;
  std::uint64_t calls_ = 0;
};

}  // namespace omenbench
