// A workload: operation mix, key chooser, hit ratio and bulk-load share. With keys and a seed it yields one operation
// stream and the reference answers to it.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/operation.h"
#include "core/types.h"

namespace omenbench {

/// Which key an operation touches. zipfian: rank mapped to a key by a seeded bijection; zipfian-clustered keeps the
/// rank order.
enum class KeyChooser : std::uint8_t { kUniform, kZipfian, kZipfianClustered, kSequential, kHotspot };

struct Workload {
  std::string name;
  std::string description;
  /// Fractions by OpKind; they sum to 1.
  std::array<double, kOpKinds> mix{};
  KeyChooser chooser = KeyChooser::kUniform;
  double theta = 0.99;                           ///< zipfian
  double hot_keys = 0.2;                         ///< hotspot: share of the keys ...
  double hot_operations = 0.8;                   ///< ... that gets this share of the operations
  double hit_ratio = 1.0;                        ///< of lookups and lower bounds; a miss falls into a random gap
  std::uint32_t scan_min = 100, scan_max = 100;  ///< entries per scan, uniform
  double bulk_load = 1.0;                        ///< share of the keys loaded before the operations start
  double share(OpKind kind) const { return mix[static_cast<int>(kind)]; }
  /// Lower bounds or scans: needs an ordered index.
  bool ordered() const { return share(OpKind::kLowerBound) > 0 || share(OpKind::kScan) > 0; }
  bool mutates() const { return reshapes() || share(OpKind::kUpdate) + share(OpKind::kReadModifyWrite) > 0; }
  /// Changes which keys are present: static indexes cannot take part.
  bool reshapes() const { return share(OpKind::kInsert) + share(OpKind::kErase) > 0; }
};

/// A preset's name, or a path to a JSON file of the same form. Throws Error with file, line and field.
Workload load_workload(const std::string& name_or_file);

/// All presets, sorted by name.
std::vector<Workload> list_workloads();

struct StreamRequest {
  std::span<const Key> keys;       ///< the universe, strictly ascending
  std::uint64_t payload_seed = 0;  ///< for payload_of
  std::uint64_t seed = 0;          ///< of this round
  /// Seed of what must stay the same in every round of a row: which keys are bulk loaded, which ranks are hot.
  std::uint64_t row_seed = 0;
  std::uint64_t operations = 0;  ///< longest prefix, over all threads
  /// Operation counts (over all threads) at which checksums are kept, each in [1, operations]. None: only the whole.
  std::vector<std::uint64_t> prefixes;
  std::uint64_t threads = 1;
  double warmup_share = 0.1;  ///< warm-up operations as a share of `operations`
};

/// The reference at one prefix: what every thread's checksum must be, for the answers and for re-reading each of its
/// written keys (in stream order of its writes) afterwards.
struct Reference {
  std::uint64_t operations = 0;
  std::vector<std::uint64_t> checksum;        ///< per thread
  std::vector<std::uint64_t> final_checksum;  ///< per thread; empty AnswerChecksum value when nothing was written
};

/// Operations of one round, thread by thread, and their reference. A prefix of p operations is the first p / threads
/// (rounded down, at least 1) of every thread.
struct Stream {
  std::vector<std::vector<Operation>> threads;
  std::vector<std::vector<Operation>> warmup;         ///< lookups only, another seed
  std::vector<std::vector<std::uint64_t>> positions;  ///< read-only streams: as ThreadStream wants them; else empty
  std::vector<Reference> references;                  ///< one per distinct prefix, ascending
  std::string sha256;                                 ///< of all operations, in thread order
  /// Realised shares, for the result: {"lookup": 0.5003, ..., "hit_ratio": 0.998, "top_key_share": 0.0461}.
  std::vector<std::pair<std::string, double>> realised;
  std::vector<std::string> notes;  ///< "no gaps between keys: misses lie outside the range"
};

/// The entries that are bulk loaded: all keys, or a seeded subset when bulk_load < 1. The same in every round of a row.
std::vector<Entry> bulk_entries(const Workload& workload, std::span<const Key> keys, std::uint64_t payload_seed,
                                std::uint64_t row_seed);

/// Throws Error when the workload is impossible on these keys (more inserts than held-out keys, misses on a set that
/// fills 2^64, ...).
Stream generate_stream(const Workload& workload, const StreamRequest& request);

}  // namespace omenbench
