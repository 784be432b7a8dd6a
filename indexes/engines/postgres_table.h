// The PostgreSQL engines: a table of bigint keys and payloads, one connection per thread; each variant in its own .cc.
//
// Every operation is one prepared statement in autocommit, so that a commit costs what the durability settings ask (the
// private cluster keeps PostgreSQL's defaults: fsync and synchronous_commit on). The session fixes the plan: a generic
// plan on the variant's index, without JIT, so that a cell measures the index and not the planner.
//
// Tables: `load` creates the row's table, `restore` copies it into a second one, "<table>_work", which `attach` takes
// when it exists. A copy of the table needs no right beyond creating tables, works alike on a private cluster and on a
// person's server (CREATE DATABASE ... TEMPLATE would need CREATEDB there), and ends vacuumed, frozen and
// checkpointed like the original.
//
// A person's server may be another that speaks the protocol and lacks some of this. What is not essential is then left
// out and named in the settings ("skipped"); a missing kind of index is an error that says so.
#pragma once

#include <concepts>
#include <memory>
#include <span>
#include <string>

#include "core/index.h"
#include "indexes/engines/postgres_look.h"
#include "indexes/engines/postgres_session.h"
#include "indexes/engines/sql_text.h"
#include "indexes/engines/stored_key.h"
#include "indexes/engines/table_name.h"

namespace omenbench {

/// Sets what this version of the server knows of these settings.
inline bool set_if_known(Session& session, const std::string& values) {
  return session.offers("SELECT set_config(s.name, w.value, false) FROM (VALUES " + values +
                        ") AS w(name, value) JOIN pg_settings AS s USING (name)");
}

/// A copy in physical order, by one process.
inline constexpr const char* kCopySettings =
    "('synchronize_seqscans', 'off'), ('max_parallel_workers_per_gather', '0'), ('statement_timeout', '0'), "
    "('lock_timeout', '30000')";

/// Leaves `table` as the server's own housekeeping would, at once; what the server does not offer is named in
/// `skipped`. COPY and index builds pass by the shared buffers, so both are read once: the first trial is to find what
/// the later ones find.
inline void settle(Session& session, const std::string& table, std::string& skipped) {
  const auto skip = [&](const char* what) { skipped += (skipped.empty() ? "" : ", ") + std::string(what); };
  if (!session.offers("VACUUM (FREEZE, ANALYZE) " + table)) {
    skip("VACUUM (FREEZE, ANALYZE)");
    if (!session.offers("ANALYZE " + table)) skip("ANALYZE");
  }
  session.exec("SELECT count(v) FROM " + table);
  set_if_known(session, "('enable_seqscan', 'off')");
  session.exec("SELECT count(*) FROM " + table);
  if (!session.offers("CHECKPOINT")) skip("CHECKPOINT");
}

/// "PostgreSQL 15.1", or what another server calls itself.
inline std::string postgres_version(Session& session) {
  const std::string text = session.exec("SELECT version()")[0][0].c_str();
  if (text.starts_with("PostgreSQL ")) {
    return "PostgreSQL " + std::string(session.exec("SHOW server_version")[0][0].c_str());
  }
  return text.substr(0, text.find(" (")).substr(0, 60);
}

/// Table and index. The log is the cluster's, and of all its tables.
inline DiskUse postgres_use(Session& session, const std::string& table) {
  const auto size = session.try_exec("SELECT pg_total_relation_size('" + table + "')");
  return {.data_bytes = size ? static_cast<std::uint64_t>(integer((*size)[0][0])) : 0};
}

inline EngineFacts postgres_facts(Session& session, const TableForm& form, const std::string& table,
                                  const std::string& skipped) {
  EngineFacts facts;
  facts.version = postgres_version(session) + ", libpqxx " + PQXX_VERSION;
  Settings settings = {{"index", form.index_name}};
  if (const auto rows = session.try_exec(
          "SELECT name, current_setting(name) FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', "
          "'full_page_writes', 'wal_level', 'shared_buffers', 'max_wal_size', 'checkpoint_timeout', 'max_connections', "
          "'autovacuum', 'jit', 'plan_cache_mode', 'enable_seqscan', 'enable_bitmapscan', 'block_size', 'huge_pages', "
          "'data_checksums') ORDER BY name")) {
    for (const auto& row : *rows) settings.emplace_back(row[0].c_str(), row[1].c_str());
  }
  if (const auto rows =
          session.try_exec("SELECT extname, extversion FROM pg_extension WHERE extname IN ('citus', 'timescaledb', "
                           "'omenbench_learned')")) {
    for (const auto& row : *rows) settings.emplace_back(row[0].c_str(), row[1].c_str());
  }
  settings.emplace_back("table_persistence", form.persistence.empty() ? "logged" : form.persistence);
  settings.emplace_back("skipped", skipped.empty() ? "nothing" : skipped);
  facts.settings_json = settings_json(settings);
  facts.disk = postgres_use(session, table);
  const auto cache = session.try_exec("SELECT pg_size_bytes(current_setting('shared_buffers'))");
  if (cache) facts.cache_bytes = static_cast<std::uint64_t>(integer((*cache)[0][0]));
  return facts;
}

/// A `Variant` has `static TableForm form()`, `static constexpr bool kOrdered, kInsertable`, and `kSettings`: further
/// settings of the session, as a list for set_if_known.
template <class Variant, class K = Key, class V = Words>
class Postgres {
 public:
  using KeyType = K;
  using EntryType = typename KeyTraits<K>::EntryType;
  static constexpr bool kConcurrent = std::same_as<K, Key>;  // what threads write together is checked of 64-bit keys

  static EngineFacts load(const EngineSite& site, typename KeyTraits<K>::EntriesType entries) {
    drop(site);
    const std::string table = checked_table(site, "PostgreSQL");
    const TableForm form = form_of_table();
    look_at_postgres(site.connection, entries.size());
    Session session(site.connection);
    std::string skipped = bulk_load(session.target(), form, table, entries, V(site.record_bytes));
    set_if_known(session, kCopySettings);
    settle(session, table, skipped);
    set_query_settings(session);
    return postgres_facts(session, form, table, skipped);
  }

  static DiskUse disk_use(const EngineSite& site) {
    Session session(site.connection);
    return postgres_use(session, current_table(session, site));
  }

  void attach(const EngineSite& site) {
    session_ = std::make_unique<Session>(site.connection);
    set_query_settings(*session_);
    values_ = V(site.record_bytes);
    const std::string& table = table_ = current_table(*session_, site);
    session_->prepare("no_op", "SELECT 1");
    session_->prepare("find", "SELECT v FROM " + table + " WHERE k = $1");
    session_->prepare("update", "UPDATE " + table + " SET v = $2 WHERE k = $1");
    session_->prepare("erase", "DELETE FROM " + table + " WHERE k = $1");
    if constexpr (Variant::kOrdered) {
      session_->prepare("scan", "SELECT k, v FROM " + table + " WHERE k >= $1 ORDER BY k LIMIT $2");
    }
    if constexpr (Variant::kInsertable) {
      session_->prepare("insert", "INSERT INTO " + table + " (k, v) VALUES ($1, $2) ON CONFLICT DO NOTHING");
    }
  }

  void no_op() { session_->run("no_op"); }

  bool find(K key, Payload& payload) {
    const pqxx::result rows = session_->run("find", sent(key));
    if (rows.empty()) return false;
    payload = read_payload(rows[0][0]);
    return true;
  }

  bool lower_bound(K key, EntryType& entry) requires(Variant::kOrdered) { return scan(key, {&entry, 1}) == 1; }

  std::size_t scan(K from, std::span<EntryType> out) requires(Variant::kOrdered) {
    read_.clear();
    std::size_t count = 0;
    for (const auto& row : session_->run("scan", sent(from), static_cast<std::int64_t>(out.size()))) {
      out[count++] = {read_key(row[0]), read_payload(row[1])};
    }
    return count;
  }

  bool insert(K key, Payload payload) requires(Variant::kInsertable) {
    return changed("insert", sent(key), sent_payload(payload));
  }
  bool update(K key, Payload payload) { return changed("update", sent(key), sent_payload(payload)); }
  bool erase(K key) { return changed("erase", sent(key)); }

  static void restore(const EngineSite& site) {
    const std::string table = checked_table(site, "PostgreSQL");
    const std::string work = work_table(table);
    const TableForm form = form_of_table();
    Session session(site.connection);
    set_if_known(session, kCopySettings);
    session.exec("DROP TABLE IF EXISTS " + work);
    const std::string fill = "INSERT INTO " + work + " SELECT k, v FROM " + table;
    // One multi-statement command is one transaction.
    if (!session.offers(form.create(work) + "; " + fill + "; " + form.index(work))) {
      session.exec(form.create_portable(work));
      session.exec(fill);
    }
    std::string skipped;
    settle(session, work, skipped);
  }

  static void drop(const EngineSite& site) {
    const std::string table = checked_table(site, "PostgreSQL");
    Session session(site.connection);
    set_if_known(session, kCopySettings);
    session.exec("DROP TABLE IF EXISTS " + work_table(table));
    session.exec("DROP TABLE IF EXISTS " + table);
  }

 protected:
  /// Of tables that hold a key more than once: how many rows it has, and the sum of their payloads.
  std::uint64_t sum_all(K key, Payload& sum) {
    const pqxx::result rows = session_->run("find", sent(key));
    sum = 0;
    for (const auto& row : rows) sum += payload_of_sql(integer(row[0]));
    return static_cast<std::uint64_t>(rows.size());
  }

  /// The one that `attach` chose.
  const std::string& table() const { return table_; }

  std::unique_ptr<Session> session_;

 private:
  static std::string current_table(Session& session, const EngineSite& site) {
    const std::string table = checked_table(site, "PostgreSQL"), work = work_table(table);
    return session.exec("SELECT to_regclass('" + work + "')")[0][0].is_null() ? table : work;
  }
  static std::string work_table(const std::string& table) { return table + "_work"; }

  static void set_query_settings(Session& session) {
    set_if_known(session,
                 std::string("('jit', 'off'), ('plan_cache_mode', 'force_generic_plan'), ('enable_seqscan', "
                             "'off'), ('max_parallel_workers_per_gather', '0'), ('statement_timeout', '0'), ") +
                     Variant::kSettings);
  }

  static TableForm form_of_table() {
    TableForm form = Variant::form();
    if (V::kRecords) form.value_type = "bytea";
    return form;
  }

  static Payload read_payload(const pqxx::field& field) {
    if constexpr (V::kRecords) {
      return V::read(bytes_of(field));
    } else {
      return payload_of_sql(integer(field));
    }
  }
  auto sent_payload(Payload payload) {
    if constexpr (V::kRecords) {
      return values_.bytes(payload);
    } else {
      return sql_payload(payload);
    }
  }

  static std::int64_t sent(Key key) { return sql_key(key); }
  static Bytes sent(Bytes key) { return key; }

  K read_key(const pqxx::field& field) {
    if constexpr (std::same_as<K, Key>) {
      return key_of(integer(field));
    } else {
      return read_.keep(bytes_of(field));
    }
  }

  template <class... Parameters>
  bool changed(const char* statement, Parameters... parameters) {
    return session_->run(statement, parameters...).affected_rows() == 1;
  }

  std::string table_;
  ReadKeys<K> read_;
  [[no_unique_address]] V values_;
};

}  // namespace omenbench
