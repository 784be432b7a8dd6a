// PostgreSQL where keys repeat: the same tables with indexes that are not unique.
#include "harness/register.h"
#include "indexes/engines/postgres_forms.h"
#include "indexes/engines/postgres_table.h"

namespace omenbench {
namespace {

/// Equal keys lie in the order of their rows (PostgreSQL documentation, "B-Tree Indexes", "Implementation": the place
/// of the row breaks ties), which COPY writes in the order of the entries.
struct Btree : postgres_forms::Btree {
  static constexpr const char* kRepeatsAs = "B-tree index, not unique";

  static TableForm form() {
    return {.index_name = kRepeatsAs, .index_sql = "CREATE INDEX ON $TABLE (k)", .portable = false};
  }
};

struct Hash : postgres_forms::Hash {
  static constexpr const char* kRepeatsAs = "hash index, not unique";

  static TableForm form() {
    return {.index_name = kRepeatsAs, .index_sql = "CREATE INDEX ON $TABLE USING hash (k)", .portable = false};
  }
};

template <class Form>
class PostgresRepeats : public Postgres<Form> {
 public:
  static constexpr const char* kRepeatsAs = Form::kRepeatsAs;

  std::uint64_t find_all(Key key, Payload& sum) { return this->sum_all(key, sum); }
};

const bool registered[] = {
    add_repeats<PostgresRepeats<Btree>>("postgres"),
    add_repeats<PostgresRepeats<Hash>>("postgres-hash"),
};

}  // namespace
}  // namespace omenbench
