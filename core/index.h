// What an index under test must and may offer, as C++20 concepts.
//
// An index is any default-constructible type with `build` and `find`; everything else is optional and detected. A
// missing ability makes a cell `unsupported`; it is never replaced by a no-op. Storage engines satisfy the same
// concepts and run the identical loop; they add what it takes to live outside the process (`Engine`).
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/key_kind.h"
#include "core/operation.h"
#include "core/page_use.h"
#include "core/types.h"

namespace omenbench {

/// Required of every index. Key, Entry and span<const Entry> stand for 64-bit integers; an index of byte strings says
/// `using KeyType = Bytes` and takes Bytes, BytesEntry and BytesEntries instead, one of sixteen-byte strings as
/// integers U128, U128Entry and U128Entries (core/key_kind.h). Byte strings of an answer are valid until the next call.
///
/// - `build(entries)`: strictly ascending, possibly empty, only valid during the call: the index copies what it needs.
///   Called once on a fresh object. Keys 0 and 2^64-1 are legal.
/// - `find(key, payload)`: true and the payload, or false (payload untouched).
template <class I>
concept Index = std::default_initializable<I> && requires(I& index, EntriesOf<I> entries, Payload& payload) {
  index.build(entries);
  { index.find(KeyOf<I>{}, payload) } -> std::same_as<bool>;
};

/// `lower_bound(key, entry)`: the first entry whose key is not below `key`, or false.
/// `scan(from, out)`: copies the first `out.size()` entries not below `from`, ascending; returns how many there were.
template <class I>
concept Ordered = requires(I& index, EntryOf<I>& entry, std::span<EntryOf<I>> out) {
  { index.lower_bound(KeyOf<I>{}, entry) } -> std::same_as<bool>;
  { index.scan(KeyOf<I>{}, out) } -> std::convertible_to<std::size_t>;
};

/// `update(key, payload)`: overwrites the payload of a present key; false when absent.
template <class I>
concept Updatable = requires(I& index) {
  { index.update(KeyOf<I>{}, Payload{}) } -> std::same_as<bool>;
};

/// `insert(key, payload)`: adds an absent key; false (and unchanged) when present.
template <class I>
concept Insertable = requires(I& index) {
  { index.insert(KeyOf<I>{}, Payload{}) } -> std::same_as<bool>;
};

/// `erase(key)`: removes a present key; false when absent.
template <class I>
concept Erasable = requires(I& index) {
  { index.erase(KeyOf<I>{}) } -> std::same_as<bool>;
};

/// `find_all(key, sum)`: how many entries have this key, and the sum of their payloads modulo 2^64 (absent: 0 and 0).
/// Who offers it may be built of entries whose keys repeat: ascending, not strictly. Entries of one key keep the order
/// in which they came; a lower bound is the first of them, and a scan takes each.
template <class I>
concept HoldsRepeats = requires(I& index, Payload& sum) {
  { index.find_all(KeyOf<I>{}, sum) } -> std::same_as<std::uint64_t>;
};

/// `find_batch(keys, payloads, found)`: as `find` for each of the keys, in any order inside, with the memory accesses
/// of several lookups in flight. The spans have equal sizes, any size; the payload of an absent key is left undefined.
template <class I>
concept Batched = requires(I& index, std::span<const KeyOf<I>> keys, std::span<Payload> payloads,
                           std::span<bool> found) {
  index.find_batch(keys, payloads, found);
};

/// One thing an index counted while it worked, such as {"retrains", 3} or {"longest_stall_ns", 120'000}. The name is a
/// literal with its unit as suffix, of at most 31 characters.
struct Counter {
  const char* name = "";
  std::uint64_t value = 0;
};

/// `counters()`: what the index counted since it was built, at most kMaxCounters of them; read after the throughput
/// pass, when no operation runs.
template <class I>
concept ReportsCounters = requires(const I& index) {
  { index.counters() } -> std::convertible_to<std::vector<Counter>>;
};

/// Reads may run on several threads at once while nobody writes. Derived: `find` must be callable on a const object.
template <class I>
concept SharedReads = requires(const I& index, Payload& payload) {
  { index.find(KeyOf<I>{}, payload) } -> std::same_as<bool>;
};

/// Reads and writes may run on several threads at once. Declared: `static constexpr bool kConcurrent = true`. Every
/// operation on one key then takes effect at one moment between its call and its return (linearizable per key); a scan
/// or a lower bound sees each key as it was at some moment of its run.
template <class I>
concept Concurrent = requires {
  requires I::kConcurrent;
};

/// Where an engine keeps its table. All strings are empty when they do not apply.
struct EngineSite {
  /// Existing directory for the engine's own files, private to this row of this run.
  std::string directory;
  /// Connection string of the server. Never written anywhere.
  std::string connection;
  /// Name of the table or database to create and drop: "omb_<hex>".
  std::string table;
  /// Memory for pages, of engines that take a size (`--pool`); 0: what each takes by itself.
  std::uint64_t pool_bytes = 0;
  /// Size of a record where payloads are more than a word (core/record.h); else 0.
  std::uint64_t record_bytes = 0;
};

/// What a table takes on the disk, told apart: data are what a reader of the table needs, logs what was written to
/// bring it back after a crash.
struct DiskUse {
  std::uint64_t data_bytes = 0;
  std::uint64_t log_bytes = 0;
};

/// What an engine tells about itself after loading. Texts end up in the result, so they must hold no secret.
struct EngineFacts {
  std::string version;
  /// JSON object of settings that matter: fsync, journal mode, cache sizes, ...
  std::string settings_json = "{}";
  DiskUse disk{};
  std::uint64_t cache_bytes = 0;
};

/// A reference that is told where each answer lies: `answer(operation, position)` is the answer word to a read
/// (core/operation.h), given the position among the loaded entries of the first key not below the operation's, or
/// kNoPosition for the lookup of an absent key.
template <class I>
concept Oracle = requires(const I& index, const Operation& operation) {
  { index.answer(operation, std::uint64_t{}) } -> std::same_as<std::uint64_t>;
};

/// A storage engine. Each thread has an object of its own (one connection each). The life of a table:
///
///   load(site, entries)    once per row: create, bulk load, analyse, checkpoint     [own process; timed as build]
///   attach(site)           per trial and thread: connect to the loaded table        [not timed]
///   no_op()                one round trip that does no work: the engine's floor     [timed on its own]
///   restore(site)          before each pass of a row that writes: pristine contents [not timed; nobody is attached]
///   drop(site)             once per row                                             [own process]
///
/// All of them throw std::exception with a reason; a lost server must surface as an exception, never as "absent".
template <class E>
concept Engine = std::default_initializable<E> &&
    requires(E& engine, const EngineSite& site, EntriesOf<E> entries, Payload& payload) {
  { E::load(site, entries) } -> std::same_as<EngineFacts>;
  engine.attach(site);
  engine.no_op();
  E::restore(site);
  E::drop(site);
  { engine.find(KeyOf<E>{}, payload) } -> std::same_as<bool>;
};

/// An engine that can tell, while it is attached, what its present table takes on the disk.
template <class E>
concept TellsDiskUse = requires(const EngineSite& site) {
  { E::disk_use(site) } -> std::same_as<DiskUse>;
};

/// An engine whose memory for pages is EngineSite::pool_bytes where that is not 0. Declared: `static constexpr bool
/// kTakesPool = true`.
template <class E>
concept TakesPool = requires {
  requires E::kTakesPool;
};

/// An engine that counts the pages that it reads and writes. Each thread's object counts its own.
template <class E>
concept TellsPageUse = requires(const E& engine) {
  { engine.page_use() } -> std::same_as<PageUse>;
};

/// What runs where payloads are records (core/record.h) in the process: `hold_records(bytes)` says their size, once and
/// before `build`. Payloads that it is given are then the first words of records, and those that it returns the answer
/// words of records that it has read. An engine is told by EngineSite::record_bytes instead.
template <class I>
concept HoldsRecords = requires(I& index) {
  index.hold_records(std::uint64_t{});
};

/// What an index can do, as data. Travels in the registry, the journal and the result.
struct Capabilities {
  bool ordered = false;
  bool updatable = false;
  bool insertable = false;
  bool erasable = false;
  bool batched = false;
  bool shared_reads = false;
  bool concurrent = false;
  bool oracle = false;   ///< wants positions: read-only rows only
  bool repeats = false;  ///< holds keys that repeat, in rows that only read
  bool records = false;  ///< runs where payloads are records
};

template <class I>
constexpr Capabilities capabilities_of() {
  return {.ordered = Ordered<I>,
          .updatable = Updatable<I>,
          .insertable = Insertable<I>,
          .erasable = Erasable<I>,
          .batched = Batched<I>,
          .shared_reads = SharedReads<I> || Concurrent<I>,
          .concurrent = Concurrent<I>,
          .oracle = Oracle<I>,
          .repeats = HoldsRepeats<I>};
}

}  // namespace omenbench
