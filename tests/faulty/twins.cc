// One and the same index under two names and families: comparing them must never find a winner.
#include "harness/register.h"
#include "tests/faulty/faulty.h"

namespace omenbench {
namespace {

const bool registered_a = add_index<CorrectIndex>({.name = "test-twin-a",
                                                   .display = "branch-free search, first name",
                                                   .family = Family::kLearned,
                                                   .citation = "for tests",
                                                   .peak_bytes_per_key = 16});

const bool registered_b = add_index<CorrectIndex>({.name = "test-twin-b",
                                                   .display = "branch-free search, second name",
                                                   .family = Family::kArray,
                                                   .citation = "for tests",
                                                   .peak_bytes_per_key = 16});

}  // namespace
}  // namespace omenbench
