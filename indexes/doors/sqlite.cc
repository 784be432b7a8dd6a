// The door "sqlite+INDEX": any ordered index of this worker behind a virtual table of an in-memory SQLite. It runs the
// statements of `sqlite-memory`, so that the difference between the two is the index and the door, and between two
// indexes behind the door the index alone.
//
// The build is that of the index: opening the database is part of it (some 0.2 ms), no row goes through SQL.
#include "harness/register.h"
#include "indexes/doors/sqlite_module.h"
#include "indexes/engines/sqlite_table.h"

namespace omenbench {
namespace {

constexpr std::size_t kMostIndexes = 256;  ///< in one worker

/// The index behind the door of this process, which runs one trial or checks one index.
MakeErased behind_the_door = nullptr;

class SqliteDoor : public SqliteTable<> {
 public:
  void build(std::span<const Entry> entries) {
    index_ = behind_the_door();
    index_->build(entries);
    SqliteConnection connection(":memory:", SQLITE_OPEN_READWRITE);
    static const sqlite3_module module = OmenTable::module(&connect);
    if (sqlite3_create_module_v2(connection.get(), "omen", &module, this, nullptr) != SQLITE_OK) {
      throw_sqlite(connection.get(), "offer the module");
    }
    connection.run("CREATE VIRTUAL TABLE t USING omen");
    // Virtual tables know no upsert; OR IGNORE says the same of a table with one constraint.
    open(std::move(connection), "INSERT OR IGNORE INTO t(k, v) VALUES(?1, ?2)");
  }

 private:
  static int connect(sqlite3* database, void* self, int, const char* const*, sqlite3_vtab** table, char** message) {
    return OmenTable::make(database, table, message, [self] { return static_cast<SqliteDoor*>(self)->index_; });
  }

  std::shared_ptr<ErasedIndex> index_;
};

template <std::size_t kPosition>
void run_behind_door(const TrialInput& input, TrialOutput& output) noexcept {
  behind_the_door = registered_indexes()[kPosition].make;
  run_trial<SqliteDoor>(input, output);
}

template <std::size_t... kPositions>
auto runner(std::size_t position, std::index_sequence<kPositions...>) {
  static constexpr decltype(IndexInfo::run) kRunners[] = {&run_behind_door<kPositions>...};
  return position < sizeof...(kPositions) ? kRunners[position] : nullptr;
}

IndexInfo behind_sqlite(const IndexInfo& inner, std::size_t position) {
  IndexInfo info;
  info.display = inner.display + ", as a table of SQLite";
  info.family = Family::kEngine;
  info.tier = Tier::kEmbedded;
  info.citation = "SQLite " SQLITE_VERSION "; " + inner.citation;
  info.parameters = inner.parameters;
  info.peak_bytes_per_key = inner.peak_bytes_per_key;
  info.max_operations = inner.max_operations;
  info.capabilities = inner.capabilities;
  info.capabilities.batched = info.capabilities.shared_reads = info.capabilities.concurrent = false;
  info.capabilities.repeats = false;
  info.capabilities.records = false;
  info.run = runner(position, std::make_index_sequence<kMostIndexes>());
  return info;
}

const bool registered = register_door({.name = "sqlite", .open = &behind_sqlite});

}  // namespace
}  // namespace omenbench
