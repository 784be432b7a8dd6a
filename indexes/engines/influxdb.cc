// InfluxDB 1.x: a database of time series, with times as keys.
#include "harness/register.h"
#include "indexes/engines/influxdb_table.h"

namespace omenbench {
namespace {

const bool registered =
    add_index<Influxdb>({.name = "influxdb",
                         .display = "InfluxDB",
                         .family = Family::kEngine,
                         .tier = Tier::kServer,
                         .citation = "InfluxDB 1.x, HTTP, libcurl",
                         .parameters = {{"table", "one series, time as key"},
                                        {"requests", "InfluxQL and line protocol, one per operation"},
                                        {"connections", "one per thread"}},
                         .peak_bytes_per_key = 24,
                         .server = "influxdb",
                         .service = kInfluxdbService});

}  // namespace
}  // namespace omenbench
