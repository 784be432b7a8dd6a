// Redis' protocol in a hash, through hiredis; see redis_hash.h.
#include "harness/register.h"
#include "indexes/engines/redis_hash.h"

namespace omenbench {
namespace {

const bool registered =
    add_index<RedisHash<Key>>({.name = "redis",
                               .display = "Redis, hash",
                               .family = Family::kEngine,
                               .tier = Tier::kServer,
                               .citation = "Redis protocol, hiredis",
                               .parameters = {{"object", "one hash"}, {"connections", "one per thread"}},
                               .peak_bytes_per_key = 24,
                               .server = "redis",
                               .service = kRedisService});

}  // namespace
}  // namespace omenbench
