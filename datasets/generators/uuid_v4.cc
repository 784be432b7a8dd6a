// UUIDs of version 4 as keys: 122 random bits (RFC 9562, section 5.4).
#include "datasets/uuid_text.h"

namespace omenbench::datasets {
namespace {

void append(std::string& key, std::uint64_t, const Parameters& parameters, Rng& rng) {
  const std::uint64_t high = rng.next();
  append_uuid(key, high, rng.next(), 4, parameters.whole("written") != 0);
}

const bool registered = add_generator(
    {.name = "uuid-v4", .description = "random UUIDs", .parameters = {written_parameter()}, .append = &append});

}  // namespace
}  // namespace omenbench::datasets
