// The indexes of PostgreSQL that several engines use: over a connection (postgres_table.h), and inside the server
// (postgres_inside.h).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "indexes/engines/postgres_copy.h"
#include "indexes/engines/postgres_look.h"

namespace omenbench::postgres_forms {

struct Btree {
  static constexpr bool kOrdered = true;
  static constexpr bool kInsertable = true;
  static constexpr const char* kSettings = "('enable_bitmapscan', 'off')";

  static TableForm form() { return {}; }
};

/// Byte strings. An entry of a B-tree has to fit a third of a page (PostgreSQL documentation, "B-Tree Indexes",
/// "Implementation").
struct BytesBtree : Btree {
  static constexpr std::uint64_t kMaxKeyBytes = 2600;

  static TableForm form() { return {.index_name = "B-tree primary key, bytea", .key_type = "bytea"}; }
};

/// A hash index cannot be declared unique. An exclusion constraint on it can refuse a present key (PostgreSQL
/// documentation, "CREATE TABLE", EXCLUDE), so that inserts work as with a primary key.
struct Hash {
  static constexpr bool kOrdered = false;
  static constexpr bool kInsertable = true;
  static constexpr const char* kSettings = "('enable_bitmapscan', 'off')";

  static TableForm form() {
    return {
        .index_name = "hash", .index_sql = "ALTER TABLE $TABLE ADD EXCLUDE USING hash (k WITH =)", .portable = false};
  }
};

/// It finds ranges of so many blocks, not rows: it keeps no order for scans to walk and cannot refuse a present key, so
/// neither scans nor inserts are offered.
template <int kPages>
struct Brin {
  static constexpr bool kOrdered = false;
  static constexpr bool kInsertable = false;
  static constexpr const char* kSettings = "('enable_bitmapscan', 'on')";

  static TableForm form() {
    const std::string pages = std::to_string(kPages);
    return {.index_name = "BRIN, " + pages + " pages per range",
            .index_sql = "CREATE INDEX ON $TABLE USING brin (k) WITH (pages_per_range = " + pages + ")",
            .portable = false};
  }
};

/// Statements that end with the extension created, or say what to do. In a private cluster it is created with the first
/// table; on a person's server it must be there already.
inline std::string with_extension(const std::string& then) {
  return R"(DO $do$
BEGIN
  IF current_setting('cluster_name') = 'omenbench-private'
     AND EXISTS (SELECT FROM pg_available_extensions WHERE name = 'omenbench_learned') THEN
    CREATE EXTENSION IF NOT EXISTS omenbench_learned;
  END IF;
  IF (SELECT count(*) FROM pg_am WHERE amname IN ('learned', 'learned_sparse')) < 2 THEN
    RAISE EXCEPTION USING ERRCODE = 'feature_not_supported', MESSAGE = 'the extension omenbench_learned is not there, or an old one; '
      'build and install it with: scripts/setup --with-postgres-extension (on a server of yours then also: '
      'CREATE EXTENSION omenbench_learned)';
  END IF;
END $do$;
)" + then;
}

/// Like a hash index it cannot be declared unique; an exclusion constraint refuses a present key.
struct Learned {
  static constexpr bool kOrdered = true;
  static constexpr bool kInsertable = true;
  static constexpr const char* kSettings = "('enable_bitmapscan', 'off')";

  static TableForm form() {
    return {.index_name = "learned",
            .index_sql = with_extension("ALTER TABLE $TABLE ADD EXCLUDE USING learned (k WITH =)"),
            .portable = false};
  }
};

/// It finds blocks of the heap and the rows in them, in no order: no scans. An exclusion constraint refuses a present
/// key.
struct LearnedSparse {
  static constexpr bool kOrdered = false;
  static constexpr bool kInsertable = true;
  static constexpr const char* kSettings = "('enable_bitmapscan', 'off')";

  static TableForm form() {
    return {.index_name = "learned, sparse",
            .index_sql = with_extension("ALTER TABLE $TABLE ADD EXCLUDE USING learned_sparse (k WITH =)"),
            .portable = false};
  }
};

/// What to call an engine that needs the extension: whether the PostgreSQL of private clusters has it.
inline std::string display_with_extension(const std::string& display) {
  bool installed = false;
  try {
    const std::filesystem::path version = postgres_detail::find_programs().parent_path().filename();
    installed = std::filesystem::exists("/usr/share/postgresql" / version / "extension/omenbench_learned.control");
  } catch (const Error&) {
    // No PostgreSQL here.
  }
  return installed ? display : display + " (not built; build it with scripts/setup --with-postgres-extension)";
}

}  // namespace omenbench::postgres_forms
