// How payloads lie in a store: words of eight bytes, or records (core/record.h), which are bytes of which a read takes
// every one. An engine is a template on this, so that one code serves both and that of words stays what it is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/record.h"
#include "core/types.h"
#include "indexes/engines/store_files.h"

namespace omenbench {

/// The payload itself, as this machine's eight bytes.
struct Words {
  static constexpr bool kRecords = false;

  explicit Words(std::uint64_t /*record_bytes*/ = 0) {}
  static std::string_view bytes(const Payload& payload) { return payload_bytes(payload); }
  static Payload read(std::string_view stored) { return payload_of_bytes(stored.data()); }
};

/// The record that begins with the payload.
class Records {
 public:
  static constexpr bool kRecords = true;
  explicit Records(std::uint64_t record_bytes = kLeastRecordBytes) : record_(record_bytes, '\0') {}
  /// Valid until the next call.
  std::string_view bytes(Payload payload) {
    write_record(record_.data(), record_.size(), payload);
    return record_;
  }
  static std::uint64_t read(std::string_view stored) { return record_answer(stored); }

 private:
  std::string record_;
};

/// What the values of such a store take beyond the eight bytes of a word.
template <class V>
std::uint64_t more_bytes_of(std::uint64_t entries, std::uint64_t record_bytes) {
  return V::kRecords ? entries * record_bytes : 0;
}

/// A statement that creates a table, its column v of the type that V asks for: `from` and `to` are the column as words
/// and as records.
template <class V>
std::string with_values(std::string create, std::string_view from, std::string_view to) {
  if (V::kRecords) create.replace(create.find(from), from.size(), to);
  return create;
}

}  // namespace omenbench
