// Operations as data, and how their answers are folded into one checksum.
//
// The workload generator and the trial loop share these definitions: the generator folds the reference answers, the
// loop folds the index's answers, and the two checksums must be equal. The fold depends on the order, so that two
// wrong answers cannot cancel by swapping.
#pragma once

#include <bit>
#include <cstdint>
#include <span>

#include "core/key_kind.h"
#include "core/rng.h"
#include "core/types.h"

namespace omenbench {

enum class OpKind : std::uint8_t { kLookup, kLowerBound, kScan, kInsert, kUpdate, kErase, kReadModifyWrite };
inline constexpr int kOpKinds = 7;

/// One operation. Streams of these are generated before the clock starts and mapped read-only into the worker. A byte
/// string is a place in a text instead of the key itself (core/key_kind.h).
struct Operation {
  Key key = 0;
  /// Scan: number of entries asked for (1..kMaxScan). Insert, update, read-modify-write: version of the payload
  /// written. Otherwise 0.
  std::uint32_t argument = 0;
  OpKind kind = OpKind::kLookup;
  /// 1: the key belongs to another thread's partition, so only its presence is checked, not its payload.
  std::uint8_t foreign = 0;
  std::uint16_t reserved = 0;
  friend bool operator==(const Operation&, const Operation&) = default;
};
static_assert(sizeof(Operation) == 16);

/// Longest scan; the trial loop keeps one buffer of this many entries per thread.
inline constexpr std::uint32_t kMaxScan = 10'000;

/// The payload of `key` after its `version`-th write; version 0 is what the dataset was loaded with. A byte string's
/// `key` is its place in the row's text.
constexpr Payload payload_of(Key key, std::uint64_t payload_seed, std::uint32_t version = 0) {
  return mix64(key ^ (payload_seed + version * kGoldenGamma));
}

/// Folds answers, in order, into 64 bits.
class AnswerChecksum {
 public:
  constexpr void add(std::uint64_t answer) { value_ = std::rotl(value_, 7) + answer; }
  constexpr std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0;
};

/// Instead of a position: the key of a lookup is absent.
inline constexpr std::uint64_t kNoPosition = ~std::uint64_t{0};

/// The answer words. Present and absent are arbitrary odd constants that no payload is likely to equal.
inline constexpr std::uint64_t kAbsentAnswer = 0x6a09e667f3bcc909ULL;
inline constexpr std::uint64_t kPresentAnswer = 0xbb67ae8584caa73bULL;

/// Lookup: the payload, or kAbsentAnswer. A foreign key answers kPresentAnswer or kAbsentAnswer.
constexpr std::uint64_t lookup_answer(bool found, Payload payload) { return found ? payload : kAbsentAnswer; }
constexpr std::uint64_t presence_answer(bool found) { return found ? kPresentAnswer : kAbsentAnswer; }
/// Lookup where keys repeat: of all entries of the key, their number and the sum of their payloads; or kAbsentAnswer.
constexpr std::uint64_t repeated_answer(std::uint64_t count, Payload sum) {
  return count == 0 ? kAbsentAnswer : sum + count * kGoldenGamma;
}
/// Lower bound: key and payload of the first entry not below the key, or kAbsentAnswer.
constexpr std::uint64_t entry_answer(const Entry& entry) { return std::rotl(entry.key, 32) ^ entry.payload; }
template <class K>
std::uint64_t entry_answer(const TextEntry<K>& entry) {
  return entry_answer(Entry{word_of(entry.key), entry.payload});
}
/// Scan: the sum of the entry answers, times an odd constant, plus the count (a position-dependent fold would cost
/// more than the scan itself: the order is looked at apart, see below). With `foreign` set only the count is folded.
template <class E>
constexpr std::uint64_t scan_answer_of(std::span<const E> entries) {
  std::uint64_t sum = 0;
  for (const E& entry : entries) sum += entry_answer(entry);
  return sum * kGoldenGamma + entries.size();
}
constexpr std::uint64_t scan_answer(std::span<const Entry> entries) { return scan_answer_of(entries); }
inline std::uint64_t scan_answer(std::span<const BytesEntry> entries) { return scan_answer_of(entries); }
inline std::uint64_t scan_answer(std::span<const U128Entry> entries) { return scan_answer_of(entries); }

/// The answer to a scan whose entries do not ascend, which their sum would not show.
inline constexpr std::uint64_t kDisorderedAnswer = 0x3c6ef372fe94f82bULL;
/// Looking at the order of every scan would add a fifth to the fastest; so it is done for one key in sixteen.
constexpr bool order_is_checked(Key from) { return (from * kGoldenGamma) >> 60 == 0; }
template <class E>
constexpr bool keys_ascend(std::span<const E> entries) {
  bool ascending = true;
  for (std::size_t i = 1; i < entries.size(); ++i) ascending &= entries[i - 1].key < entries[i].key;
  return ascending;
}
constexpr bool ascends(std::span<const Entry> entries) { return keys_ascend(entries); }
/// The same where keys repeat.
constexpr bool never_descends(std::span<const Entry> entries) {
  bool ascending = true;
  for (std::size_t i = 1; i < entries.size(); ++i) ascending &= entries[i - 1].key <= entries[i].key;
  return ascending;
}
inline bool ascends(std::span<const BytesEntry> entries) { return keys_ascend(entries); }
inline bool ascends(std::span<const U128Entry> entries) { return keys_ascend(entries); }

}  // namespace omenbench
