// An index where keys repeat, seen as any other: the trial runs it through the very same loops, instantiated once more,
// so that rows of distinct keys pay nothing for those of repeated ones.
#pragma once

#include <concepts>
#include <cstdint>

#include "core/index.h"
#include "core/operation.h"

namespace omenbench {

/// What the trial of `R` runs where keys repeat: a lookup answers for all entries of its key, and nothing writes.
template <HoldsRepeats R>
class Repeating : public R {
 public:
  /// Scans are in order when no key is below the one before.
  static constexpr bool kKeysRepeat = true;

  /// True when there is any; the payload is the answer word of all of them.
  bool find(KeyOf<R> key, Payload& answer) { return find_in(*this, key, answer); }
  bool find(KeyOf<R> key, Payload& answer) const requires HoldsRepeats<const R> { return find_in(*this, key, answer); }

  // What `R` may offer and a row of repeated keys does not use.
  void find_batch() = delete;
  void update() = delete;
  void insert() = delete;
  void erase() = delete;

 private:
  static bool find_in(auto& index, KeyOf<R> key, Payload& answer) {
    Payload sum = 0;
    const std::uint64_t count = index.find_all(key, sum);
    answer = repeated_answer(count, sum);
    return count != 0;
  }
};

template <class I>
concept KeysRepeat = requires {
  requires I::kKeysRepeat;
};

/// What runs where keys repeat: an index that offers `find_all` as a Repeating; an oracle, whose answers by position
/// need no such thing, as it is, if it says kKeysRepeat.
template <class R>
struct RunsWhereKeysRepeat;
template <HoldsRepeats R>
struct RunsWhereKeysRepeat<R> {
  using type = Repeating<R>;
};
template <KeysRepeat R>
struct RunsWhereKeysRepeat<R> {
  using type = R;
};

}  // namespace omenbench
