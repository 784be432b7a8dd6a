// LMDB with byte strings as keys, of at most 510 bytes; every commit waits until the disk has it: short streams.
#include "harness/register.h"
#include "indexes/engines/lmdb_store.h"

namespace omenbench {
namespace {

struct Durable {
  static constexpr unsigned kFlags = 0;
  static constexpr const char* kCommit = "synced to the disk";
};

const bool registered = add_index<Lmdb<Durable, Bytes>>({.name = "bytes-lmdb",
                                                         .display = "LMDB, byte strings",
                                                         .family = Family::kEngine,
                                                         .tier = Tier::kEmbedded,
                                                         .citation = MDB_VERSION_STRING,
                                                         .parameters = {{"commit", "synced"}, {"key", "bytes"}},
                                                         .peak_bytes_per_key = 64,
                                                         .max_operations = 10'000,
                                                         .max_key_bytes = LmdbKey<Bytes>::kMost});

}  // namespace
}  // namespace omenbench
