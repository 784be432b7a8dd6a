// absl::flat_hash_map: open addressing, one metadata byte per slot compared 16 at a time.
//
// needs: absl/container/flat_hash_map.h absl::flat_hash_map (libabsl-dev)
#include <absl/base/config.h>
#include <absl/container/flat_hash_map.h>

#include <string>

#include "harness/register.h"
#include "indexes/map_index.h"

namespace omenbench {
namespace {

std::string version() {
#if defined(ABSL_LTS_RELEASE_VERSION)
  return "Abseil " + std::to_string(ABSL_LTS_RELEASE_VERSION);
#else
  return "Abseil";
#endif
}

// 17 bytes a slot; right after the table doubled, 7/16 of the slots are taken.
const bool registered = add_index<HashIndex<absl::flat_hash_map<Key, Payload>>>(
    {.name = "absl-hash",
     .display = "absl::flat_hash_map",
     .family = Family::kHash,
     .citation = version(),
     .parameters = {{"hash", "absl::Hash (mixes)"}, {"build", "reserves"}},
     .peak_bytes_per_key = 40});

}  // namespace
}  // namespace omenbench
