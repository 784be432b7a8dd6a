// LevelDB, with byte strings as keys; see leveldb_store.h.
#include "harness/register.h"
#include "indexes/engines/leveldb_store.h"

namespace omenbench {
namespace {

const bool registered = add_index<LevelDb<Bytes>>({.name = "bytes-leveldb",
                                                   .display = "LevelDB, byte strings",
                                                   .family = Family::kEngine,
                                                   .tier = Tier::kEmbedded,
                                                   .citation = leveldb_version(),
                                                   .parameters = {{"block_cache", "256 MiB"}, {"bloom", "10 bits"}},
                                                   .peak_bytes_per_key = 48});

}  // namespace
}  // namespace omenbench
