// Redis' protocol in a sorted set, through hiredis; see redis_sorted_set.h.
#include "harness/register.h"
#include "indexes/engines/redis_sorted_set.h"

namespace omenbench {
namespace {

const bool registered =
    add_index<RedisSortedSet<Key>>({.name = "redis-zset",
                                    .display = "Redis, sorted set",
                                    .family = Family::kEngine,
                                    .tier = Tier::kServer,
                                    .citation = "Redis protocol, hiredis",
                                    .parameters = {{"object", "one sorted set"}, {"connections", "one per thread"}},
                                    .peak_bytes_per_key = 24,
                                    .server = "redis",
                                    .service = kRedisService});

}  // namespace
}  // namespace omenbench
