// The registry of indexes: one entry per index, added by the last line of its .cc file, reached by name.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/erased_index.h"
#include "core/index.h"
#include "core/recording.h"
#include "core/trial_io.h"

namespace omenbench {

/// learned: predicts positions from a model of the keys. tree, array, hash: the classical opponents.
/// engine: SQLite, PostgreSQL, ... reference: a bound to compare with (`oracle-gather`, `full-scan`), never a
/// contender.
enum class Family : std::uint8_t { kLearned, kTree, kArray, kHash, kEngine, kReference };
enum class Tier : std::uint8_t { kInProcess, kEmbedded, kServer };

std::string_view to_string(Family family);
std::string_view to_string(Tier tier);

/// A private server that an engine can start for itself. `start` creates it inside the empty directory `directory`
/// and returns its connection string; `stop` ends it. Both run in a guardian process that outlives the coordinator.
/// `look` throws Error when a server cannot take a table of so many entries, and changes nothing there.
struct Service {
  std::string (*start)(const std::string& directory) = nullptr;
  void (*stop)(const std::string& directory) = nullptr;
  void (*look)(const std::string& connection, std::uint64_t entries) = nullptr;
};

/// How an index runs where keys repeat: `run` and `load` as in IndexInfo, and what structure then stands for it.
struct RepeatsInfo {
  void (*run)(const TrialInput&, TrialOutput&) noexcept = nullptr;
  void (*load)(const TrialInput&, TrialOutput&) noexcept = nullptr;
  std::string as{};
};

/// How an index runs where payloads are records (core/record.h): `run` and `load` as in IndexInfo, and where the
/// records lie.
struct RecordsInfo {
  void (*run)(const TrialInput&, TrialOutput&) noexcept = nullptr;
  void (*load)(const TrialInput&, TrialOutput&) noexcept = nullptr;
  std::string layout{};
};

/// Everything known about an index without building it.
struct IndexInfo {
  std::string name;     ///< kebab-case, unique
  std::string display;  ///< for people: "PGM-index, eps 64"
  Family family = Family::kReference;
  Tier tier = Tier::kInProcess;
  std::string citation;                                           ///< paper or library and version
  std::vector<std::pair<std::string, std::string>> parameters{};  ///< {"epsilon", "64"}
  /// Upper estimate of the bytes per key that a build holds at its peak, entries included (of byte strings all but
  /// their texts); refuses runs that cannot fit.
  double peak_bytes_per_key = 64;
  /// Longest stream this index is given; 0: the tier's default. For indexes whose operations are not sub-linear.
  std::uint64_t max_operations = 0;
  /// Longest byte string that can be a key; 0: kMaxKeyBytes.
  std::uint64_t max_key_bytes = 0;
  /// Kind of server this index needs ("postgres"); empty: none.
  std::string server{};
  Service service{};

  // Filled in by add_index (harness/register.h).
  KeyKind key_kind = KeyKind::kU64;
  Capabilities capabilities{};
  void (*run)(const TrialInput&, TrialOutput&) noexcept = nullptr;
  /// Engines only: `load` and `drop` of the row's table, run in a process of their own.
  void (*load)(const TrialInput&, TrialOutput&) noexcept = nullptr;
  void (*drop)(const TrialInput&, TrialOutput&) noexcept = nullptr;
  /// Concurrent indexes only: a run that keeps every answer, for the conformance suite.
  void (*record)(const TrialInput&, const ThreadRecording*, TrialOutput&) noexcept = nullptr;
  /// The trial where keys repeat; without `run`: it holds each key once.
  RepeatsInfo repeats{};
  /// The trial where payloads are records; without `run`: it holds words alone.
  RecordsInfo records{};
  /// Ordered in-process indexes only: makes one for a door.
  MakeErased make = nullptr;
};

/// The index as it stands where keys repeat: one that reads. REQUIRES: capabilities.repeats.
IndexInfo where_keys_repeat(IndexInfo info);

/// The index as it stands where payloads are records of so many bytes. REQUIRES: capabilities.records.
IndexInfo with_records(IndexInfo info, std::uint64_t record_bytes);

/// Another way in: every index with `make` can also be reached through a door, as "DOOR+INDEX" ("sqlite+pgm-64").
struct Door {
  std::string name;  ///< kebab-case, unique
  /// What stands for `inner` behind the door, without its name. A trial's function gets no name, so doors tell indexes
  /// apart by their positions in registered_indexes().
  IndexInfo (*open)(const IndexInfo& inner, std::size_t position) = nullptr;
};
inline constexpr char kDoorSign = '+';

/// "embedded+INDEX": the structure of an index with records in its own slots. It stands among those behind doors, and
/// exists only where payloads are records (`run` is null).
inline constexpr std::string_view kEmbeddedDoor = "embedded";

/// Whether a text may name an index: kebab-case, that is, lower-case letters and digits joined by '-'.
bool is_index_name(std::string_view name);

/// Adds to the registry of this executable. Ends the process with a message on a duplicate or malformed name: that is
/// a bug found at the first start.
bool register_index(IndexInfo info);

/// Adds to the index of that name how it runs where keys repeat, whichever of the two is registered first.
bool register_repeats(const std::string& name, RepeatsInfo repeats);

/// Adds to the index of that name how it runs where payloads are records, whichever of the two is registered first.
bool register_records(const std::string& name, RecordsInfo records);

/// Adds the embedded form of the index of that name, and what it can do.
bool register_embedded(const std::string& name, RecordsInfo records, const Capabilities& can);

/// Names that register_repeats, register_records or register_embedded was given, and register_index not.
std::vector<std::string> forms_without_index();

/// As register_index.
bool register_door(Door door);

/// All registered indexes, sorted by name.
std::span<const IndexInfo> registered_indexes();

/// What the registered doors lead to, by door and index. REQUIRES: all static initialisers have run.
std::vector<IndexInfo> indexes_behind_doors();

/// The index of that name, also behind a door, or nullptr.
const IndexInfo* find_index(std::string_view name);

}  // namespace omenbench
