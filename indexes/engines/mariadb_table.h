// The MariaDB engines: an InnoDB table whose primary key is the tree that holds the rows, one connection per thread.
//
// Every operation is one prepared statement in autocommit, so that a commit costs what the durability settings ask.
// Keys are BIGINT UNSIGNED, or VARBINARY, which InnoDB orders by bytes.
//
// Tables: `load` creates the row's table, `restore` copies it into a second one, "<table>_work", which `attach` takes
// when it exists. Another server that speaks the protocol may lack some of this: what is not essential is then left out
// and named in the settings ("skipped").
#pragma once

#include <unistd.h>

#include <concepts>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "core/index.h"
#include "core/registry.h"
#include "indexes/engines/mariadb_connection.h"
#include "indexes/engines/mariadb_server.h"
#include "indexes/engines/server_room.h"
#include "indexes/engines/sql_text.h"
#include "indexes/engines/stored_key.h"
#include "indexes/engines/table_name.h"

namespace omenbench {

/// Bytes of a longer key do not fit the index (MariaDB documentation, "InnoDB Limitations": 3,072 for pages of 16 KiB).
inline constexpr std::uint64_t kMariadbMaxKeyBytes = 3072;

namespace mariadb_detail {

inline void append_key(std::string& sql, Key key) { sql += std::to_string(key); }
inline void append_key(std::string& sql, Bytes key) {
  constexpr char kDigits[] = "0123456789abcdef";
  sql += "x'";
  for (const char c : key) {
    const auto byte = static_cast<unsigned char>(c);
    sql += kDigits[byte >> 4];
    sql += kDigits[byte & 15];
  }
  sql += '\'';
}

/// In key order, by statements of many rows in one transaction.
inline void fill(MariadbConnection& connection, const std::string& table, const auto& entries) {
  constexpr std::size_t kBytesPerStatement = 512 << 10;  // below the 1 MiB that the smallest servers take
  const std::string head = "INSERT INTO " + table + " (k, v) VALUES ";
  connection.exec("START TRANSACTION");
  std::string sql = head;
  for (const auto& entry : entries) {
    sql += sql.size() == head.size() ? "(" : ",(";
    append_key(sql, entry.key);
    sql += ',' + std::to_string(entry.payload) + ')';
    if (sql.size() < kBytesPerStatement) continue;
    connection.exec(sql);
    sql = head;
  }
  if (sql.size() > head.size()) connection.exec(sql);
  connection.exec("COMMIT");
}

/// Leaves `table` as the server's own housekeeping would, at once: statistics made, pages written to the file, and read
/// once, so that the first trial finds what the later ones find. Returns what the server does not offer.
inline std::string settle(MariadbConnection& connection, const std::string& table) {
  std::string skipped;
  const auto skip = [&](const char* what) { skipped += (skipped.empty() ? "" : ", ") + std::string(what); };
  if (!connection.offers("ANALYZE TABLE " + table)) skip("ANALYZE TABLE");
  if (!connection.offers("FLUSH TABLES " + table + " FOR EXPORT")) skip("FLUSH TABLES FOR EXPORT");
  connection.offers("UNLOCK TABLES");
  connection.exec("SELECT COUNT(v) FROM " + table);
  return skipped;
}

/// A row of two numbers takes about 40 bytes of the primary key's tree. Rows that write hold a copy beside the table,
/// and pages are written twice.
inline constexpr std::uint64_t kBytesPerEntry = 140;

/// Where the server's data lie, if that is on this machine and it tells; else empty.
inline std::filesystem::path local_data(MariadbConnection& connection) {
  char here[256] = {};
  gethostname(here, sizeof here - 1);
  if (connection.value("SELECT @@global.hostname") != std::string(here)) return {};
  return connection.value("SELECT @@global.datadir").value_or("");
}

inline std::uint64_t number(const std::optional<std::string>& text) {
  return text ? std::strtoull(text->c_str(), nullptr, 10) : 0;
}

/// The table's file, else what the server says it takes. The log is the server's, and of all its tables.
inline DiskUse use_of(MariadbConnection& connection, const std::string& table) {
  const std::string file = "WHERE name = CONCAT(DATABASE(), '/" + table + "')";
  for (const char* view : {"innodb_sys_tablespaces", "innodb_tablespaces"}) {
    const auto size = connection.value(std::string("SELECT file_size FROM information_schema.") + view + " " + file);
    if (size) return {.data_bytes = number(size)};
  }
  return {.data_bytes = number(connection.value(
              "SELECT data_length + index_length FROM information_schema.tables WHERE table_schema = DATABASE() AND "
              "table_name = '" +
              table + "'"))};
}

inline EngineFacts facts_of(MariadbConnection& connection, const std::string& table, const char* key_type,
                            const std::string& skipped) {
  EngineFacts facts;
  const std::string version = connection.value("SELECT VERSION()").value_or("of an unknown version");
  const bool mariadb = version.find("MariaDB") != std::string::npos;
  facts.version = (mariadb ? "MariaDB " : "MySQL ") + version.substr(0, version.find('-')) + ", Connector/C " +
                  mysql_get_client_info();
  Settings settings = {{"table", std::string("InnoDB, primary key ") + key_type}};
  for (const char* name :
       {"innodb_flush_log_at_trx_commit", "innodb_flush_method", "innodb_doublewrite", "innodb_buffer_pool_size",
        "innodb_page_size", "innodb_log_file_size", "innodb_adaptive_hash_index", "log_bin", "sync_binlog",
        "tx_isolation", "transaction_isolation", "query_cache_type", "max_connections"}) {
    if (const auto value = connection.value(std::string("SELECT @@global.") + name))
      settings.emplace_back(name, *value);
  }
  settings.emplace_back("skipped", skipped.empty() ? "nothing" : skipped);
  facts.settings_json = settings_json(settings);
  facts.disk = use_of(connection, table);
  facts.cache_bytes = number(connection.value("SELECT @@global.innodb_buffer_pool_size"));
  return facts;
}

}  // namespace mariadb_detail

/// Service::look: whether the server takes a table, and has room for it. `entries`: the most that a row will load.
inline void look_at_mariadb(const std::string& connection, std::uint64_t entries) {
  MariadbConnection server(connection);
  for (const char* name : {"read_only", "innodb_read_only"}) {
    if (server.value(std::string("SELECT @@global.") + name).value_or("0") != "0") {
      throw Error(std::string("MariaDB: the server takes no writes (") + name + " is on)");
    }
  }
  require_room("MariaDB", mariadb_detail::local_data(server), entries, mariadb_detail::kBytesPerEntry);
}

inline constexpr Service kMariadbService{.start = &start_mariadb, .stop = &stop_mariadb, .look = &look_at_mariadb};

/// Table of keys of either kind.
template <class K = Key>
class Mariadb {
 public:
  using KeyType = K;
  using EntryType = typename KeyTraits<K>::EntryType;
  static constexpr bool kConcurrent = std::same_as<K, Key>;  // what threads write together is checked of 64-bit keys

  static EngineFacts load(const EngineSite& site, typename KeyTraits<K>::EntriesType entries) {
    drop(site);
    const std::string table = checked_table(site, "MariaDB");
    look_at_mariadb(site.connection, entries.size());
    MariadbConnection connection(site.connection);
    connection.exec("CREATE TABLE " + table + " (k " + kKeyType + " NOT NULL PRIMARY KEY, v BIGINT UNSIGNED NOT NULL)" +
                    " ENGINE=InnoDB");
    // An empty table is then filled without undo of each row.
    connection.offers("SET SESSION unique_checks = 0, foreign_key_checks = 0");
    mariadb_detail::fill(connection, table, entries);
    const std::string skipped = mariadb_detail::settle(connection, table);
    return mariadb_detail::facts_of(connection, table, kKeyType, skipped);
  }

  static DiskUse disk_use(const EngineSite& site) {
    MariadbConnection connection(site.connection);
    return mariadb_detail::use_of(connection, current_table(connection, site));
  }

  void attach(const EngineSite& site) {
    connection_ = std::make_unique<MariadbConnection>(site.connection);
    const std::string table = current_table(*connection_, site);
    no_op_ = {*connection_, "SELECT 1"};
    find_ = {*connection_, "SELECT v FROM " + table + " WHERE k = ?"};
    scan_ = {*connection_, "SELECT k, v FROM " + table + " WHERE k >= ? ORDER BY k LIMIT ?"};
    insert_ = {*connection_, "INSERT INTO " + table + " (k, v) VALUES (?, ?)"};
    update_ = {*connection_, "UPDATE " + table + " SET v = ? WHERE k = ?"};
    erase_ = {*connection_, "DELETE FROM " + table + " WHERE k = ?"};
  }

  void no_op() {
    no_op_.execute();
    no_op_.fetch();
    no_op_.finish();
  }

  bool find(K key, Payload& payload) {
    find_.execute(key);
    const bool found = find_.fetch();
    if (found) payload = find_.payload();
    find_.finish();
    return found;
  }

  bool lower_bound(K key, EntryType& entry) { return scan(key, {&entry, 1}) == 1; }

  std::size_t scan(K from, std::span<EntryType> out) {
    read_.clear();
    scan_.execute(from, std::uint64_t{out.size()});
    std::size_t count = 0;
    while (count < out.size() && scan_.fetch()) out[count++] = {read_key(), scan_.payload()};
    scan_.finish();
    return count;
  }

  bool insert(K key, Payload payload) { return insert_.execute(key, payload) && insert_.changed_one(); }
  bool update(K key, Payload payload) { return update_.execute(payload, key) && update_.changed_one(); }
  bool erase(K key) { return erase_.execute(key) && erase_.changed_one(); }

  static void restore(const EngineSite& site) {
    const std::string table = checked_table(site, "MariaDB");
    const std::string work = work_table(table);
    MariadbConnection connection(site.connection);
    connection.exec("DROP TABLE IF EXISTS " + work);
    connection.exec("CREATE TABLE " + work + " LIKE " + table);
    connection.offers("SET SESSION unique_checks = 0, foreign_key_checks = 0");
    connection.exec("INSERT INTO " + work + " SELECT k, v FROM " + table + " ORDER BY k");
    mariadb_detail::settle(connection, work);
  }

  static void drop(const EngineSite& site) {
    const std::string table = checked_table(site, "MariaDB");
    MariadbConnection connection(site.connection);
    connection.exec("DROP TABLE IF EXISTS " + work_table(table));
    connection.exec("DROP TABLE IF EXISTS " + table);
  }

 private:
  static constexpr const char* kKeyType = std::same_as<K, Key> ? "BIGINT UNSIGNED" : "VARBINARY(3072)";

  static std::string current_table(MariadbConnection& connection, const EngineSite& site) {
    const std::string table = checked_table(site, "MariaDB"), work = work_table(table);
    const auto found = connection.value(
        "SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = '" + work + "'");
    return found ? work : table;
  }
  static std::string work_table(const std::string& table) { return table + "_work"; }

  K read_key() {
    if constexpr (std::same_as<K, Key>) {
      return scan_.key();
    } else {
      return read_.keep(scan_.key());
    }
  }

  std::unique_ptr<MariadbConnection> connection_;
  MariadbStatement<K> no_op_, find_, scan_, insert_, update_, erase_;
  ReadKeys<K> read_;
};

}  // namespace omenbench
