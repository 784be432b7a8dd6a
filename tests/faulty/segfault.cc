// An index that writes to an unmapped address in the middle of a trial.
#include <cstdint>

#include "harness/register.h"
#include "tests/faulty/faulty.h"

namespace omenbench {
namespace {

struct Segfault {
  static bool strike(std::uint64_t, Payload&, bool found) {
    volatile std::uintptr_t nowhere = 8;
    *reinterpret_cast<volatile int*>(nowhere) = 1;
    return found;
  }
};

const bool registered = add_index<SpoiledIndex<Segfault>>({.name = "test-segfault",
                                                           .display = "crashes in find",
                                                           .family = Family::kArray,
                                                           .citation = "for tests",
                                                           .peak_bytes_per_key = 16});

}  // namespace
}  // namespace omenbench
