// An index that answers rightly for so long that only an open pass, which comes last, sees it lie.
#include "harness/register.h"
#include "tests/faulty/faulty.h"

namespace omenbench {
namespace {

struct LateLie {
  static bool strike(std::uint64_t calls, Payload& payload, bool found) {
    constexpr std::uint64_t kLast = 40'000;
    if (calls > kLast) ++payload;
    return found;
  }
};

const bool registered = add_index<SpoiledIndex<LateLie>>({.name = "test-late-liar",
                                                          .display = "lies after 40,000 lookups",
                                                          .family = Family::kArray,
                                                          .citation = "for tests",
                                                          .peak_bytes_per_key = 16});

}  // namespace
}  // namespace omenbench
