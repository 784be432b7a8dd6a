// Records: payloads of more than eight bytes (`--record-size`). The first eight bytes of a key's record are the payload
// word that every row has (core/operation.h), the others follow from it, so that whoever writes a record makes all of
// it from that word, and the answer to a read is a word again, which every byte that was read changes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "core/key_kind.h"
#include "core/rng.h"
#include "core/types.h"

namespace omenbench {

/// Sizes of a record, in bytes. One of kLeastRecordBytes is the payload word alone.
inline constexpr std::uint64_t kLeastRecordBytes = sizeof(Payload);
inline constexpr std::uint64_t kMostRecordBytes = 4096;
/// Those that structures with records in their own slots are compiled for (indexes/records/embedded.h).
inline constexpr std::uint64_t kEmbeddedSizes[] = {16, 64, 256, 512, 1024, 4096};

namespace detail {
/// The word at a place of a record but the first. Compressors find nothing to save in them.
constexpr std::uint64_t word_of_record(Payload payload, std::uint64_t place) {
  std::uint64_t word = payload + place * kGoldenGamma;
  word ^= word >> 31;
  word *= 0xd1342543de82ef95ULL;
  return word ^ word >> 29;
}
}  // namespace detail

/// Writes the record whose payload word is `payload`. REQUIRES: bytes >= kLeastRecordBytes.
inline void write_record(char* record, std::size_t bytes, Payload payload) {
  const std::size_t words = bytes / sizeof payload, rest = bytes % sizeof payload;
  std::memcpy(record, &payload, sizeof payload);
  for (std::size_t place = 1; place < words; ++place) {
    const std::uint64_t word = detail::word_of_record(payload, place);
    std::memcpy(record + place * sizeof word, &word, sizeof word);
  }
  if (rest == 0) return;
  const std::uint64_t last = detail::word_of_record(payload, words);
  std::memcpy(record + words * sizeof last, &last, rest);
}

/// The answer word to a read of such bytes: their words times odd constants, one for each place, and their number. Of
/// eight bytes it is the word that they are.
inline std::uint64_t record_answer(const char* record, std::size_t bytes) {
  std::uint64_t factor = 1, sum = 0;
  std::size_t i = 0;
  for (; i + sizeof(std::uint64_t) <= bytes; i += sizeof(std::uint64_t), factor += 2 * kGoldenGamma) {
    sum += load_word(record + i) * factor;
  }
  if (i < bytes) sum += load_short(record + i, bytes - i) * factor;
  return sum + (bytes - kLeastRecordBytes) * 0xaef17502108ef2d9ULL;
}
inline std::uint64_t record_answer(std::string_view record) { return record_answer(record.data(), record.size()); }

/// The answer word to a read of the record whose payload word is `payload`.
inline std::uint64_t record_answer_of(Payload payload, std::size_t bytes) {
  if (bytes <= kLeastRecordBytes) return payload;
  char record[kMostRecordBytes];
  write_record(record, bytes, payload);
  return record_answer(record, bytes);
}

}  // namespace omenbench
