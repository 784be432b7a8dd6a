// LMDB as it comes: every commit waits until the disk has it, which takes milliseconds: short streams.
#include "harness/register.h"
#include "indexes/engines/lmdb_store.h"

namespace omenbench {
namespace {

struct Durable {
  static constexpr unsigned kFlags = 0;
  static constexpr const char* kCommit = "synced to the disk";
};

const bool registered[] = {
    add_index<Lmdb<Durable>>({.name = "lmdb",
                              .display = "LMDB",
                              .family = Family::kEngine,
                              .tier = Tier::kEmbedded,
                              .citation = MDB_VERSION_STRING,
                              .parameters = {{"commit", "synced"}, {"key", "MDB_INTEGERKEY"}},
                              .peak_bytes_per_key = 64,
                              .max_operations = 10'000}),
    add_records<Lmdb<Durable, Key, Records>>("lmdb"),
};

}  // namespace
}  // namespace omenbench
