// UUIDs of version 7 as keys: a time in milliseconds, then 74 random bits (RFC 9562, section 5.7), so that they are
// born nearly in order.
#include "datasets/uuid_text.h"

namespace omenbench::datasets {
namespace {

constexpr std::uint64_t kStartMs = 1'700'000'000'000;  // November 2023

void append(std::string& key, std::uint64_t number, const Parameters& parameters, Rng& rng) {
  const std::uint64_t ms = kStartMs + number / parameters.whole("per_ms");
  const std::uint64_t high = ms << 16 | (rng.next() & 0xffff);
  append_uuid(key, high, rng.next(), 7, parameters.whole("written") != 0);
}

const bool registered = add_generator(
    {.name = "uuid-v7",
     .description = "UUIDs that begin with a time in milliseconds",
     .parameters = {written_parameter(), whole_parameter("per_ms", 10, 1, 1'000'000, "UUIDs of one millisecond")},
     .append = &append});

}  // namespace
}  // namespace omenbench::datasets
