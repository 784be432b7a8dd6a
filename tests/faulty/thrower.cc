// An index that throws in find.
#include <stdexcept>

#include "harness/register.h"
#include "tests/faulty/faulty.h"

namespace omenbench {
namespace {

struct Throw {
  static bool strike(std::uint64_t, Payload&, bool) { throw std::runtime_error("test-thrower gave up"); }
};

const bool registered = add_index<SpoiledIndex<Throw>>({.name = "test-thrower",
                                                        .display = "throws in find",
                                                        .family = Family::kArray,
                                                        .citation = "for tests",
                                                        .peak_bytes_per_key = 16});

}  // namespace
}  // namespace omenbench
