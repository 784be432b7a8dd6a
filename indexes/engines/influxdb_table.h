// The InfluxDB engine: one series whose points are the rows. A point's time is its key and its one field the payload;
// time is the only thing by which points are ordered and found.
//
// Times are signed 64-bit nanoseconds but for three values, so keys 0, 1 and 2^64-1 lie in a measurement of their own
// and are asked for only where an operation comes to the ends of the keys. A point written twice is overwritten without
// a word: insert, update and erase look first. Each row has a database of its own whose shards span 287 years, so that
// keys spread over the whole range do not make a thousand of them. Rows that write do so in a second database, which
// `attach` takes when it exists.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/index.h"
#include "core/registry.h"
#include "indexes/engines/influxdb_connection.h"
#include "indexes/engines/influxdb_server.h"
#include "indexes/engines/sql_text.h"
#include "indexes/engines/table_name.h"

namespace omenbench {
namespace influxdb_detail {

inline constexpr std::size_t kPointsPerWrite = 5000;  // what InfluxDB's documentation advises

/// Whether a key has no time: the outermost three.
constexpr bool is_edge(Key key) { return key < 2 || key == UINT64_MAX; }
/// The time of a key in its measurement.
constexpr std::int64_t time_of(Key key) { return is_edge(key) ? static_cast<std::int64_t>(key & 3) : sql_key(key); }
constexpr Key key_at(std::int64_t time, bool edge) {
  return !edge ? key_of(time) : time == 3 ? UINT64_MAX : static_cast<Key>(time);
}
constexpr const char* measurement_of(bool edge) { return edge ? "edge" : "t"; }

/// A point in line protocol, with its line's end.
inline void append_point(std::string& lines, Key key, Payload payload) {
  lines += measurement_of(is_edge(key));
  lines += " v=" + std::to_string(sql_payload(payload)) + "i " + std::to_string(time_of(key)) + '\n';
}

inline void create_database(InfluxConnection& connection, const std::string& name) {
  connection.ask("", "CREATE DATABASE " + name);
  connection.ask(
      "", "CREATE RETENTION POLICY \"all\" ON " + name + " DURATION INF REPLICATION 1 SHARD DURATION 15000w DEFAULT");
}

inline bool has_database(InfluxConnection& connection, const std::string& name) {
  return connection.ask("", "SHOW DATABASES").find("[\"" + name + "\"]") != std::string_view::npos;
}

/// The part of `text` up to the next ']', behind `name` and "[".
inline std::string_view list_behind(std::string_view text, std::string_view name) {
  const std::size_t at = behind_member(text, name);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(std::min(text.find_first_not_of('[', at), text.size()));
  return text.substr(0, text.find(']'));
}

/// What SHOW STATS tells of a database, summed over its shards: `column` of `module`.
inline std::uint64_t sum_of(InfluxConnection& connection, const std::string& database, const std::string& module,
                            const std::string& column) {
  std::uint64_t sum = 0;
  std::string_view rest = connection.ask("", "SHOW STATS FOR '" + module + "'");
  const std::string tag = "\"database\":\"" + database + '"';
  for (std::size_t at; (at = rest.find(tag)) != std::string_view::npos;) {
    rest.remove_prefix(at + tag.size());
    const std::string_view columns = list_behind(rest, "columns");
    std::string_view values = list_behind(rest, "values");
    const std::size_t found = columns.find('"' + column + '"');
    if (found == std::string_view::npos) continue;
    for (auto before = std::ranges::count(columns.substr(0, found), ','); before > 0; --before) {
      values.remove_prefix(std::min(values.find(',') + 1, values.size()));
    }
    std::uint64_t value = 0;
    std::from_chars(values.data(), values.data() + values.size(), value);
    sum += value;
  }
  return sum;
}

/// The files of points, and the logs of those that are still in memory.
inline DiskUse use_of(InfluxConnection& connection, const std::string& database) {
  return {.data_bytes = sum_of(connection, database, "shard", "diskBytes")};
}

/// Waits until the points are in files, where a private server writes them a second after the last one came: those in
/// memory are copied by every query. A person's server may wait for ten minutes; then they stay, and it is told.
inline bool settle(InfluxConnection& connection, const std::string& database) {
  constexpr int kMostMs = 5000, kStepMs = 100;
  constexpr std::uint64_t kFewBytes = 64 << 10;  // not worth the wait
  for (int waited_ms = 0; sum_of(connection, database, "tsm1_cache", "memBytes") > kFewBytes; waited_ms += kStepMs) {
    if (waited_ms >= kMostMs) return false;
    sleep_ms(kStepMs);
  }
  return true;
}

}  // namespace influxdb_detail

/// Service::look: whether it is there, speaks version 1 and lets this user make databases.
inline void look_at_influxdb(const std::string& connection, std::uint64_t) {
  InfluxConnection server(connection);
  server.ask("", "SHOW DATABASES");
  const std::string version = server.version();
  if (!version.starts_with("1.") && !version.starts_with("v1.")) {
    throw Error("InfluxDB: the server is version " + version + "; expected 1.x");
  }
}

inline constexpr Service kInfluxdbService{.start = &start_influxdb, .stop = &stop_influxdb, .look = &look_at_influxdb};

class Influxdb {
 public:
  using KeyType = Key;
  using EntryType = Entry;

  static EngineFacts load(const EngineSite& site, std::span<const Entry> entries) {
    drop(site);
    look_at_influxdb(site.connection, entries.size());
    const std::string database = checked_table(site, "InfluxDB");
    InfluxConnection connection(site.connection);
    influxdb_detail::create_database(connection, database);
    std::string lines;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      influxdb_detail::append_point(lines, entries[i].key, entries[i].payload);
      if ((i + 1) % influxdb_detail::kPointsPerWrite != 0 && i + 1 < entries.size()) continue;
      connection.write(database, lines);
      lines.clear();
    }
    const bool settled = influxdb_detail::settle(connection, database);
    EngineFacts facts;
    facts.version = "InfluxDB " + connection.version();
    facts.settings_json = settings_json({{"table", "one series, time as key, one integer field"},
                                         {"shard duration", "15000w"},
                                         {"durability", "write-ahead log, synced at every write"},
                                         {"loaded points", settled ? "in files" : "partly in the server's memory"}});
    facts.disk = influxdb_detail::use_of(connection, database);
    return facts;
  }

  static DiskUse disk_use(const EngineSite& site) {
    InfluxConnection connection(site.connection);
    return influxdb_detail::use_of(connection, current_database(connection, site));
  }

  void attach(const EngineSite& site) {
    connection_ = std::make_unique<InfluxConnection>(site.connection);
    database_ = current_database(*connection_, site);
    for (const bool edge : {false, true}) {
      const std::string from =
          connection_->escaped(std::string(" FROM ") + influxdb_detail::measurement_of(edge) + " WHERE time ");
      const std::string head = "epoch=ns&db=" + connection_->escaped(database_) + "&q=";
      select_[edge] = head + "SELECT+v" + from;
      delete_[edge] = head + "DELETE" + from;
    }
  }

  void no_op() { connection_->ping(); }

  bool find(Key key, Payload& payload) {
    form_ = select_[influxdb_detail::is_edge(key)];
    form_ += "%3D+" + std::to_string(influxdb_detail::time_of(key));
    std::int64_t time = 0, value = 0;
    if (!InfluxRows(connection_->query(form_)).next(time, value)) return false;
    payload = payload_of_sql(value);
    return true;
  }

  bool lower_bound(Key key, Entry& entry) { return scan(key, {&entry, 1}) == 1; }

  std::size_t scan(Key from, std::span<Entry> out) {
    std::size_t count = 0;
    if (from < 2) count += read(from, true, out);
    // The last key is behind all others, so that it is not of the edge's rows read first.
    if (count > 0 && out[count - 1].key == UINT64_MAX) --count;
    if (from != UINT64_MAX) count += read(std::max<Key>(from, 2), false, out.subspan(count));
    if (count < out.size()) count += read(UINT64_MAX, true, out.subspan(count));
    return count;
  }

  bool insert(Key key, Payload payload) { return put(key, payload, /*where_present=*/false); }
  bool update(Key key, Payload payload) { return put(key, payload, /*where_present=*/true); }

  bool erase(Key key) {
    Payload ignored = 0;
    if (!find(key, ignored)) return false;
    form_ = delete_[influxdb_detail::is_edge(key)];
    form_ += "%3D+" + std::to_string(influxdb_detail::time_of(key));
    connection_->query(form_);
    return true;
  }

  static void restore(const EngineSite& site) {
    const std::string database = checked_table(site, "InfluxDB"), work = work_database(database);
    InfluxConnection connection(site.connection);
    connection.ask("", "DROP DATABASE " + work);
    influxdb_detail::create_database(connection, work);
    for (const bool edge : {false, true}) {
      const std::string name = influxdb_detail::measurement_of(edge);
      connection.ask("", "SELECT v INTO " + work + ".\"all\"." + name + " FROM " + database + ".\"all\"." + name);
    }
    influxdb_detail::settle(connection, work);
  }

  static void drop(const EngineSite& site) {
    const std::string database = checked_table(site, "InfluxDB");
    InfluxConnection connection(site.connection);
    connection.ask("", "DROP DATABASE " + work_database(database));
    connection.ask("", "DROP DATABASE " + database);
  }

 private:
  static std::string work_database(const std::string& database) { return database + "_work"; }

  static std::string current_database(InfluxConnection& connection, const EngineSite& site) {
    const std::string database = checked_table(site, "InfluxDB"), work = work_database(database);
    return influxdb_detail::has_database(connection, work) ? work : database;
  }

  /// Entries from `from` on of one measurement, as many as `out` takes.
  std::size_t read(Key from, bool edge, std::span<Entry> out) {
    if (out.empty()) return 0;
    form_ = select_[edge];
    form_ += "%3E%3D+" + std::to_string(influxdb_detail::time_of(from)) + "+LIMIT+" + std::to_string(out.size());
    InfluxRows rows(connection_->query(form_));
    std::size_t count = 0;
    std::int64_t time = 0, value = 0;
    while (count < out.size() && rows.next(time, value)) {
      out[count++] = {influxdb_detail::key_at(time, edge), payload_of_sql(value)};
    }
    return count;
  }

  bool put(Key key, Payload payload, bool where_present) {
    Payload ignored = 0;
    if (find(key, ignored) != where_present) return false;
    lines_.clear();
    influxdb_detail::append_point(lines_, key, payload);
    connection_->write(database_, lines_);
    return true;
  }

  std::unique_ptr<InfluxConnection> connection_;
  std::string database_;
  std::string select_[2], delete_[2];  ///< forms up to the condition on time: of the series, of the edge
  std::string form_, lines_;           ///< kept, so that an operation does not allocate
};

}  // namespace omenbench
