// SQLite in a file where keys repeat: a table in the order of arrival, and an index on its column that is not unique.
// What an application has that looks rows up by something other than their identity.
#include "harness/register.h"
#include "indexes/engines/sqlite_file.h"

namespace omenbench {
namespace {

struct Recommended {
  static constexpr const char* kJournalMode = "wal";
  static constexpr const char* kSynchronous = "normal";
  static constexpr const char* kTable =
      "CREATE TABLE t(id INTEGER PRIMARY KEY, k INTEGER NOT NULL, v INTEGER NOT NULL); CREATE INDEX t_k ON t(k)";
};

/// Entries of an index are ordered by key, then rowid: equal keys keep their order (SQLite documentation, "Query
/// Planning", section 1.4).
class SqliteRepeats : public SqliteFile<Recommended> {
 public:
  static constexpr const char* kRepeatsAs = "rowid table with an index on the key, not unique";

  std::uint64_t find_all(Key key, Payload& sum) { return sum_all(key, sum); }
};

const bool registered = add_repeats<SqliteRepeats>("sqlite-file");

}  // namespace
}  // namespace omenbench
