// LMDB whose commits do not wait for the disk (MDB_NOSYNC): they survive a crash of the process, not a power failure,
// as those of RocksDB and LevelDB do.
#include "harness/register.h"
#include "indexes/engines/lmdb_store.h"

namespace omenbench {
namespace {

struct NoSync {
  static constexpr unsigned kFlags = MDB_NOSYNC;
  static constexpr const char* kCommit = "handed to the kernel, not synced (MDB_NOSYNC)";
};

const bool registered[] = {
    add_index<Lmdb<NoSync>>({.name = "lmdb-nosync",
                             .display = "LMDB, commits not synced",
                             .family = Family::kEngine,
                             .tier = Tier::kEmbedded,
                             .citation = MDB_VERSION_STRING,
                             .parameters = {{"commit", "not synced"}, {"key", "MDB_INTEGERKEY"}},
                             .peak_bytes_per_key = 64}),
    add_records<Lmdb<NoSync, Key, Records>>("lmdb-nosync"),
};

}  // namespace
}  // namespace omenbench
