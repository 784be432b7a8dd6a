// WiredTiger; see wiredtiger_table.h.
#include "harness/register.h"
#include "indexes/engines/wiredtiger_table.h"

namespace omenbench {
namespace {

const bool registered =
    add_index<wiredtiger::Table<Key>>({.name = "wiredtiger",
                                       .display = "WiredTiger",
                                       .family = Family::kEngine,
                                       .tier = Tier::kEmbedded,
                                       .citation = WIREDTIGER_VERSION_STRING,
                                       .parameters = {{"table", "row store, packed integers"}, {"cache", "256 MiB"}},
                                       .peak_bytes_per_key = 64});

}  // namespace
}  // namespace omenbench
