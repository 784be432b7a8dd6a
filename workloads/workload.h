// A workload: phases of operations, and the order in which keys come into being. With keys and a seed it yields one
// operation stream and the reference answers to it (workloads/stream.h). The form of its files is docs/workloads.md.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/operation.h"

namespace omenbench {

/// Which key an operation touches.
enum class KeyChooser : std::uint8_t {
  kUniform,
  kZipfian,           ///< rank mapped to a key by a seeded bijection
  kZipfianClustered,  ///< rank r is the r-th smallest key
  kScrambled,         ///< as YCSB's ScrambledZipfianGenerator: ranks of 10^10 items, hashed modulo the keys
  kLatest,            ///< zipfian over the age: the key that arrived last is the most popular
  kSequential,
  kHotspot,
  kRecorded,  ///< the keys of the dataset's rows, in their order (an access trace)
};

/// How many entries a scan asks for.
struct ScanLength {
  std::uint32_t shortest = 100, longest = 100;
  double theta = 0;  ///< 0: uniform between them; else zipfian, the shortest being the most frequent
};

/// One stretch of a workload's operations. All threads finish a phase before any begins the next.
struct WorkloadPhase {
  std::string name;
  /// Fractions by OpKind; they sum to 1.
  std::array<double, kOpKinds> mix{};
  KeyChooser chooser = KeyChooser::kUniform;
  double theta = 0.99;           ///< zipfian, zipfian-clustered, latest
  double hot_keys = 0.2;         ///< hotspot: share of the keys ...
  double hot_operations = 0.8;   ///< ... that gets this share of the operations
  double hit_ratio = 1.0;        ///< of lookups and lower bounds; a miss falls into a random gap
  ScanLength scan_length;        ///< of scans
  double share = 1;              ///< of the stream's operations; the shares of all phases sum to 1
  double rate = 0;               ///< operations per second of all threads together, open loop; 0: closed loop
  double seconds = 0;            ///< how long it lasts; 0: as long as its operations take
  std::uint64_t operations = 0;  ///< as its file counts them; 0: `share` says how many
  std::uint64_t threads = 0;     ///< that take part; 0: all

  double part(OpKind kind) const { return mix[static_cast<int>(kind)]; }
};

/// In which order keys come into being: the first of them are loaded, inserts add the others.
enum class ArrivalOrder : std::uint8_t {
  kRandom,
  kSorted,
  kDescending,
  kNearSorted,  ///< (K, L)-sorted: `displaced` of the keys are up to `distance` away from their place
  kLate,        ///< sorted, but `displaced` of the keys come later, by an exponential time of mean `distance`
  kHotspot,     ///< a narrow range of ranks comes last: `displaced` wide, beginning at `distance`
  kTime,        ///< by the low `time_bits` bits of the key, the time within a composite key
  kRecorded,    ///< the order of first appearance in the dataset's rows
};

struct Arrival {
  ArrivalOrder order = ArrivalOrder::kRandom;
  double displaced = 0;  ///< share of the keys; see ArrivalOrder
  double distance = 0;   ///< as a share of the number of keys
  int time_bits = 0;
};

/// Inserts that come from other keys than those that were loaded.
struct InsertSource {
  std::string dataset;  ///< as `-d` takes it; empty: the row's own dataset
  bool rescale = true;  ///< map their range linearly onto the range of the row's dataset
};

struct Workload {
  std::string name;
  std::string description;
  std::vector<WorkloadPhase> phases;  ///< at least one
  double bulk_load = 1.0;             ///< share of the keys loaded before the operations start
  Arrival arrival;
  InsertSource insert_from;
  std::uint64_t operations = 0;  ///< of the whole stream, for every tier; 0: as the plan says
  std::uint64_t threads = 0;     ///< fixed by the workload; 0: as the plan says

  /// A phase lasts seconds in a closed loop: how many operations that is, only a probe can tell.
  bool timed() const;
  /// Fraction of all operations.
  double share(OpKind kind) const;
  /// True when a phase holds operations of this kind.
  bool has(OpKind kind) const { return share(kind) > 0; }
  /// Lower bounds or scans: needs an ordered index.
  bool ordered() const { return has(OpKind::kLowerBound) || has(OpKind::kScan); }
  bool mutates() const { return reshapes() || has(OpKind::kUpdate) || has(OpKind::kReadModifyWrite); }
  /// Changes which keys are present: static indexes cannot take part.
  bool reshapes() const { return has(OpKind::kInsert) || has(OpKind::kErase); }
  /// Chooses by age, or has inserts in an order of their own: the order of arrival must be known.
  bool needs_arrival_order() const;
  /// Needs the rows of the dataset in their order, not only its keys.
  bool needs_rows() const;
};

/// A workload of one phase, named as the workload.
Workload single_phase(std::string name, WorkloadPhase phase);

/// A preset's name, or a path to a JSON file of the same form. Throws Error with file, line and field.
Workload load_workload(const std::string& name_or_file);

/// All presets, sorted by name.
std::vector<Workload> list_workloads();

/// Most operations, up to `wanted`, for which neither held-out keys for inserts nor keys to erase run out, with a
/// margin of six standard deviations for chance; 0: not even one.
std::uint64_t feasible_operations(const Workload& workload, std::uint64_t keys, std::uint64_t loaded,
                                  std::uint64_t threads, std::uint64_t wanted);

}  // namespace omenbench
