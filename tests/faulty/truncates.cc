// An index that holds words rightly, and of each record forgets the last byte.
#include "harness/register.h"
#include "tests/faulty/faulty.h"

namespace omenbench {
namespace {

struct Truncates : RecordsBeside<CorrectIndex> {
  void hold_records(std::uint64_t bytes) { RecordsBeside::hold_records(bytes - 1); }
};

const bool registered[] = {
    add_index<CorrectIndex>({.name = "test-truncates",
                             .display = "forgets the last byte of each record",
                             .family = Family::kArray,
                             .citation = "for tests",
                             .peak_bytes_per_key = 16}),
    add_records<Truncates>("test-truncates"),
};

}  // namespace
}  // namespace omenbench
