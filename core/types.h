// The words every other folder uses: keys, payloads and entries.
//
// Keys are 64-bit unsigned integers; doubles, signed integers and timestamps are mapped to them order-preservingly when
// data is loaded. Nothing above core/ may assume more about a key than its order and its payload.
#pragma once

#include <cstddef>
#include <cstdint>

namespace omenbench {

using Key = std::uint64_t;
using Payload = std::uint64_t;

/// One key with its payload. A dataset is a strictly ascending array of entries.
struct Entry {
  Key key;
  Payload payload;
  friend bool operator==(const Entry&, const Entry&) = default;
};
static_assert(sizeof(Entry) == 16);

}  // namespace omenbench
