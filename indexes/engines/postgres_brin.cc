// PostgreSQL with a block range index: least and greatest key of every 2, 16 or 128 pages (its own default), as `decide
// --inside` has them. For tables whose physical order is that of the keys. Every lookup reads the whole summary, so
// that its time grows with the table: short streams. Short ranges make a large summary and few rows that are read in
// vain, long ones the reverse: 128 pages have some 20,000 rows.
#include "harness/register.h"
#include "indexes/engines/postgres_forms.h"
#include "indexes/engines/postgres_table.h"

namespace omenbench {
namespace {

template <int kPages>
bool add(const std::string& name) {
  using postgres_forms::Brin;
  const std::string pages = std::to_string(kPages);
  return add_index<Postgres<Brin<kPages>>>({.name = name,
                                            .display = "PostgreSQL, BRIN, " + pages + " pages",
                                            .family = Family::kEngine,
                                            .tier = Tier::kServer,
                                            .citation = "PostgreSQL, libpqxx " PQXX_VERSION,
                                            .parameters = {{"table", "BRIN, bigint"},
                                                           {"pages_per_range", pages},
                                                           {"statements", "prepared, generic plan, autocommit"},
                                                           {"connections", "one per thread"}},
                                            .peak_bytes_per_key = 24,
                                            .max_operations = 2'000,
                                            .server = "postgres",
                                            .service = kPostgresService}) &&
         add_records<Postgres<Brin<kPages>, Key, Records>>(name);
}

const bool registered[] = {add<16>("postgres-brin"), add<2>("postgres-brin-2"), add<128>("postgres-brin-128")};

}  // namespace
}  // namespace omenbench
