// An index that returns a wrong payload once in a thousand finds.
#include "harness/register.h"
#include "tests/faulty/faulty.h"

namespace omenbench {
namespace {

struct Lie {
  static bool strike(std::uint64_t call, Payload& payload, bool found) {
    if (call % 1000 == 1) ++payload;
    return found;
  }
};

const bool registered = add_index<SpoiledIndex<Lie>>({.name = "test-liar",
                                                      .display = "returns wrong payloads",
                                                      .family = Family::kArray,
                                                      .citation = "for tests",
                                                      .peak_bytes_per_key = 16});

}  // namespace
}  // namespace omenbench
