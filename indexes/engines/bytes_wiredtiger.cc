// WiredTiger, with byte strings as keys; see wiredtiger_table.h.
#include "harness/register.h"
#include "indexes/engines/wiredtiger_table.h"

namespace omenbench {
namespace {

const bool registered =
    add_index<wiredtiger::Table<Bytes>>({.name = "bytes-wiredtiger",
                                         .display = "WiredTiger, byte strings",
                                         .family = Family::kEngine,
                                         .tier = Tier::kEmbedded,
                                         .citation = WIREDTIGER_VERSION_STRING,
                                         .parameters = {{"table", "row store, raw items"}, {"cache", "256 MiB"}},
                                         .peak_bytes_per_key = 64});

}  // namespace
}  // namespace omenbench
