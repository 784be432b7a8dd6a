// PostgreSQL's block range indexes probed within the server: `postgres-brin` and its kin without their round trips.
// Every probe reads the whole summary: short streams.
#include "indexes/engines/postgres_forms.h"
#include "indexes/engines/postgres_inside.h"

namespace omenbench {
namespace {

template <int kPages>
bool add(const std::string& name) {
  const std::string pages = std::to_string(kPages);
  return add_stretching_index<PostgresInside<postgres_forms::Brin<kPages>>>(
      {.name = name,
       .display = "PostgreSQL inside, BRIN, " + pages + " pages",
       .family = Family::kEngine,
       .tier = Tier::kServer,
       .citation = "PostgreSQL, libpqxx " PQXX_VERSION,
       .parameters = {{"table", "BRIN, bigint"}, {"pages_per_range", pages}},
       .peak_bytes_per_key = 24,
       .max_operations = 2'000,
       .server = "postgres",
       .service = kPostgresService});
}

const bool registered[] = {add<16>("postgres-inside-brin"), add<2>("postgres-inside-brin-2"),
                           add<128>("postgres-inside-brin-128")};

}  // namespace
}  // namespace omenbench
