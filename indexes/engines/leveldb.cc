// LevelDB; see leveldb_store.h.
#include "harness/register.h"
#include "indexes/engines/leveldb_store.h"

namespace omenbench {
namespace {

const bool registered[] = {
    add_index<LevelDb<Key>>({.name = "leveldb",
                             .display = "LevelDB",
                             .family = Family::kEngine,
                             .tier = Tier::kEmbedded,
                             .citation = leveldb_version(),
                             .parameters = {{"block_cache", "256 MiB"}, {"bloom", "10 bits"}},
                             .peak_bytes_per_key = 48}),
    add_records<LevelDb<Key, Records>>("leveldb"),
};

}  // namespace
}  // namespace omenbench
