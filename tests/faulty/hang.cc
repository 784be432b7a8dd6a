// An index whose find never returns.
#include "harness/register.h"
#include "tests/faulty/faulty.h"

namespace omenbench {
namespace {

struct Hang {
  static bool strike(std::uint64_t, Payload&, bool found) {
    for (volatile bool forever = true; forever;) {
    }
    return found;
  }
};

const bool registered = add_index<SpoiledIndex<Hang>>({.name = "test-hang",
                                                       .display = "hangs in find",
                                                       .family = Family::kArray,
                                                       .citation = "for tests",
                                                       .peak_bytes_per_key = 16});

}  // namespace
}  // namespace omenbench
