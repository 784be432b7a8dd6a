// An index that answers hits rightly without looking anything up: it inverts the payload function once and computes
// payloads from then on. Right and impossible, so it must come out as implausible.
#include "core/operation.h"
#include "harness/register.h"

namespace omenbench {
namespace {

/// Inverse of x ^ (x >> shift).
constexpr std::uint64_t undo_shift(std::uint64_t x, int shift) {
  std::uint64_t result = x;
  for (int done = shift; done < 64; done += shift) result = x ^ (result >> shift);
  return result;
}

/// Inverse of an odd number modulo 2^64, by Newton's iteration: each step doubles the right bits, from 3.
constexpr std::uint64_t inverse_of(std::uint64_t odd) {
  std::uint64_t inverse = odd;
  for (int i = 0; i < 5; ++i) inverse *= 2 - odd * inverse;
  return inverse;
}

constexpr std::uint64_t unmix64(std::uint64_t x) {
  x = undo_shift(x, 31) * inverse_of(0x94d049bb133111ebULL);
  x = undo_shift(x, 27) * inverse_of(0xbf58476d1ce4e5b9ULL);
  return undo_shift(x, 30);
}
static_assert(unmix64(mix64(0x0123456789abcdefULL)) == 0x0123456789abcdefULL);

class Unused {
 public:
  void build(std::span<const Entry> entries) {
    if (!entries.empty()) seed_ = unmix64(entries[0].payload) ^ entries[0].key;
  }

  bool find(Key key, Payload& payload) const {
    payload = payload_of(key, seed_);
    return true;
  }

 private:
  std::uint64_t seed_ = 0;
};

const bool registered = add_index<Unused>({.name = "test-unused",
                                           .display = "computes payloads instead of finding them",
                                           .family = Family::kLearned,
                                           .citation = "for tests",
                                           .peak_bytes_per_key = 1});

}  // namespace
}  // namespace omenbench
